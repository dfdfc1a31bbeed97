"""Every broken input gives a reject with a reason or a valid article; its neighbours are accepted unchanged."""

import inspect
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import Extractor
from pipeline.core.config import ROOT
from pipeline.ingest import input_files
from tests.robust import bad_files, bad_inputs, bad_texts  # noqa: F401
from tests.robust.bad_inputs import CASES
from tests.robust.invariants import extract_and_check

# Limits for every broken input, articles that `ingest` accepts included, which are parsed, extracted and resolved too.
MAX_SECONDS, MAX_MEGABYTES = 120.0, 2000
FAST = [name for name, bad in CASES.items() if not bad.long]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(reader="off")  # some texts are so long that reading them takes a minute


def ingest_case(name: str, folder: Path) -> list[str]:
    """Ingest a broken input and check that this changes no file; return the texts that are taken from it."""
    raw = bad_inputs.write_case(CASES[name], folder)
    before = sorted(folder.rglob("*"))
    texts = bad_inputs.read_case(CASES[name], raw)
    assert sorted(folder.rglob("*")) == before
    return texts


@pytest.mark.parametrize("name", FAST)
def test_broken_input(name: str, tmp_path: Path, extractor: Extractor) -> None:
    texts = ingest_case(name, tmp_path)
    assert len(set(texts)) == len(texts)
    for text in texts:
        extract_and_check(extractor, text)


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_broken_input_is_bounded(name: str, tmp_path: Path) -> None:
    # Written by a process of its own too, because the peak memory of a process is inherited by its children.
    for step in ("write", "read"):
        command = [sys.executable, "-m", "tests.robust.test_bad_input", step, name, str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < MAX_SECONDS
    assert megabytes < MAX_MEGABYTES


def run_step(step: str, name: str, folder: Path) -> None:
    """Write a broken input, or read it and print CPU seconds and peak megabytes; loading the models is not timed."""
    if step == "write":
        bad_inputs.write_case(CASES[name], folder)
        return
    start = time.process_time()
    texts = bad_inputs.read_case(CASES[name], folder / bad_inputs.RAW)
    seconds = time.process_time() - start
    if texts:
        extractor = Extractor(reader="off")
        start = time.process_time()
        for text in texts:
            extract_and_check(extractor, text)
        seconds += time.process_time() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


@pytest.mark.parametrize(("name", "expected"), [
    ("byte order marks inside a text", bad_inputs.STORY.replace(" ", " \ufffe")),
    ("HTML with scripts, styles, frames and handlers", f"A quiet night\n\n{bad_inputs.STORY}"),
    # The first mark is composed with its letter; at most 30 stay.
    ("180,000 combining characters on one letter", f"{bad_inputs.STORY} ạ{chr(0x323) * 14}{chr(0x301) * 15}"),
])  # fmt: skip
def test_what_is_left_of_the_text(name: str, expected: str, tmp_path: Path) -> None:
    assert ingest_case(name, tmp_path) == [expected]


def test_folders_are_walked_without_recursion(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 250)
    deep.mkdir(parents=True)
    (deep / "in.txt").write_text(bad_inputs.STORY, encoding="utf-8")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        (found,) = input_files.find_input_files(tmp_path, [], [])
    finally:
        sys.setrecursionlimit(limit)
    assert found == ("d/" * 250 + "in.txt", deep / "in.txt")


if __name__ == "__main__":
    run_step(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
