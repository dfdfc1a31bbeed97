"""`dvc repro` killed or interrupted at 60 moments and run again gives the same bytes as without a kill."""

import os
import random
import re
import signal
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e import project
from tests.robust import mini
from tests.worlds.project import change_config

pytestmark = pytest.mark.long
SEED, KILLS, WHOLE = 20, 60, 5  # the last five in runs of all stages
STAGES = mini.STAGES
# What people read stays in place while it is rebuilt.
READ = ("data/full/", "data/published/", "reports/")


class Kill(NamedTuple):
    """When to kill: after a share of a stage's time, in a run of this stage and the next or of all stages."""

    stage: int
    share: float
    whole: bool
    how: signal.Signals


def kill_moments() -> list[Kill]:
    """Return four or more for each stage, every third as by Ctrl-C; those in runs of all stages are in late ones."""
    draw = random.Random(SEED)
    numbers = sorted(n % len(STAGES) for n in range(KILLS))
    hows = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT)
    return [Kill(n, draw.random(), place >= KILLS - WHOLE, hows[place % 3]) for place, n in enumerate(numbers)]


@pytest.fixture(scope="module")
def build_without_kills(tmp_path_factory) -> tuple[list[Path], list[float]]:
    """Build, then change labels, articles and the name of the dataset, so that every stage has to run again.

    Return copies of the project before each stage and after the last, and the seconds that DVC took for each stage.
    """
    folder = mini.copy(tmp_path_factory.mktemp("build_without_kills") / "project")
    article, labels = folder / "data/raw/sample/txt/fence-post-row.txt", folder / "data/annotations/stance.jsonl"
    new = {path: path.read_bytes() for path in (article, labels)}
    article.unlink()
    labels.write_bytes(b"".join(new[labels].splitlines(keepends=True)[:-3]))
    project.repro(folder)
    for path, content in new.items():
        path.write_bytes(content)
    change_config(folder / "configs/publish.yaml", name="Another name")
    places, seconds = [], []
    for number, name in enumerate(STAGES):
        places.append(project.copy_build(folder, folder.with_name(f"before {number}")))
        start = time.monotonic()
        project.run(folder, "dvc", "repro", "--single-item", name)
        seconds.append(time.monotonic() - start)
    return [*places, folder], seconds


def _kill(folder: Path, command: list[str], stage: str, after: float, how: signal.Signals) -> bool:
    """Run the command and kill it with its processes some seconds after a stage began; False if it had ended."""
    running = subprocess.Popen(
        command, cwd=folder, env=project.environment(folder), text=True, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith(f"Running stage '{stage}'"):
            time.sleep(after)
            break
    over = running.poll() is not None
    if not over:
        os.killpg(running.pid, how)
    running.communicate()
    return not over


def _apply_remedy(folder: Path) -> None:
    """Run the command that docs/troubleshooting.md and `make repro` give for a damaged `dvc.lock` or `rwlock`."""
    (remedy,) = re.findall(
        r"`(rm -f \.dvc/tmp/rwlock; [^`]+)`", (project.ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    )
    assert remedy in (project.ROOT / "Makefile").read_text(encoding="utf-8")
    subprocess.run(remedy, shell=True, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("kill", kill_moments(), ids=lambda kill: f"{STAGES[kill.stage]} at {kill.share:.2f}")
def test_a_killed_run_is_completed_by_the_same_command(build_without_kills, tmp_path, kill):
    places, seconds = build_without_kills
    stage, after = STAGES[kill.stage], kill.share * seconds[kill.stage]
    last = len(STAGES) - 1 if kill.whole else min(kill.stage + 1, len(STAGES) - 1)
    command = ["dvc", "repro"] if kill.whole else ["dvc", "repro", "--single-item", *STAGES[kill.stage : last + 1]]
    for number in range(5):
        folder = project.copy_build(places[kill.stage], tmp_path / f"{number}")
        if _kill(folder, command, stage, after / 2**number, kill.how):
            break
    else:
        pytest.fail("the run was always over before it could be killed")
    old, new = (mini.outputs(places[number]) for number in (kill.stage, last + 1))
    left = mini.outputs(folder)
    for name in old:
        if name.startswith(READ) and name in new:
            assert left.get(name) in (old[name], new[name]), f"{name} is neither the last good one nor the new one"
    if project.run(folder, *command, check=False).returncode:  # DVC left a file that is half written
        _apply_remedy(folder)
        project.run(folder, *command)
    assert mini.outputs(folder) == new


def test_every_stage_had_to_run_again(build_without_kills):
    places, _ = build_without_kills
    assert all(mini.outputs(one) != mini.outputs(other) for one, other in pairwise(places))


def test_outputs_damaged_between_two_runs_are_rebuilt(build_without_kills, tmp_path):
    """Damage tables, a model, the dataset and a report: DVC notices and rebuilds them."""
    folder = project.copy_build(build_without_kills[0][-1], tmp_path / "project")
    good = mini.outputs(folder)
    tables = ["articles", "parses", "extracted", "resolved", "quotes", "stances"]
    files = [next(name for name in good if name.startswith(f"data/interim/{table}/")) for table in tables]
    damaged = [*files, "data/models/ceasefire.skops", "data/published/README.md", "reports/stance.md"]
    for name in damaged:
        content = (folder / name).read_bytes()
        (folder / name).unlink()  # what the cache links here is not to be changed
        (folder / name).write_bytes(content[: len(content) // 2])
    project.repro(folder)
    assert mini.outputs(folder) == good


def truncate_lock(text: str) -> str:
    """Cut `dvc.lock` off within the name of its last stage."""
    return text[: list(re.finditer(r"^  \S.*\n", text, re.MULTILINE))[-1].end()] + "    c"


@pytest.mark.parametrize(("name", "cut"), [("dvc.lock", truncate_lock), (".dvc/tmp/rwlock", lambda text: "")])
def test_the_remedy_for_a_half_written_file_of_dvc_works(build_without_kills, tmp_path, name, cut):
    """DVC refuses to run after a kill in the moment in which it writes these files."""
    folder = project.copy_build(build_without_kills[0][-1], tmp_path / "project")
    path = folder / name
    path.write_text(cut(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert project.run(folder, "dvc", "repro", check=False).returncode != 0
    _apply_remedy(folder)
    project.repro(folder)
    assert mini.outputs(folder) == mini.outputs(build_without_kills[0][-1])
