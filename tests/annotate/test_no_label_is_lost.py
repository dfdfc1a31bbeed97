"""Labels survive a closed terminal, signals, kills, an export over them, and two imports at once."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.annotate import import_answers as importing
from pipeline.annotate.existing_labels import STANCE_FILE, STANCE_PAIRS_FILE
from pipeline.cli.main import main
from pipeline.core import paths
from pipeline.core.config import ROOT, read_yaml
from pipeline.core.storage.annotation_files import JOURNAL, complete_replacement
from pipeline.core.storage.json_lines import read_json_lines
from tests.annotate.conftest import QUOTE_IDS, read_csv, write_csv

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS
SESSION = ("label", "--annotator", "ana", "--target", "ceasefire")


class Terminal:
    """A `parley annotate label` in a terminal of its own."""

    def __init__(self, root: Path) -> None:
        self.pid, self.screen = pty.fork()
        if not self.pid:
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)  # they may be ignored here, as under `nohup`
            os.chdir(root)
            command = "from pipeline.cli.main import main; main()"
            os.execve(sys.executable, [sys.executable, "-c", command, "annotate", *SESSION],
                      {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"})  # fmt: skip
        self.shown = b""

    def wait_for(self, text: bytes) -> None:
        """Read what is shown until it contains a text."""
        end = time.monotonic() + 60
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            self.shown += os.read(self.screen, 4096)

    def answer(self, number: int, key: str) -> None:
        """Wait for a question and answer it."""
        self.wait_for(f"[{number} of 4]".encode())
        self.wait_for(b"unrelated > ")
        self.shown = b""
        os.write(self.screen, f"{key}\n".encode())

    def end(self, how: signal.Signals | None) -> None:
        """Send a signal, or close the terminal; wait until the process has ended."""
        if how is None:
            os.close(self.screen)
        else:
            os.kill(self.pid, how)
        os.waitpid(self.pid, 0)


@pytest.mark.parametrize("how", [None, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_a_session_that_is_cut_off(root, call, stance, how):
    """The next command of any kind finds what a killed session had saved."""
    terminal = Terminal(root)
    terminal.answer(1, "f")
    terminal.answer(2, "a")
    terminal.wait_for(b"[3 of 4]")
    terminal.end(how)
    if how == signal.SIGKILL:
        assert "From a session that was killed: Stances: 2 new" in call("export", root / "todo.csv")
    assert sorted(row["labels"]["ceasefire"] for row in stance()) == ["against", "favor"]
    assert {row["annotator"] for row in stance()} == {"ana"}
    assert not list((root / paths.LABELLING).iterdir())


def test_what_is_no_file_of_a_session_is_left_alone(root, call):
    """A pipe would hang, and what a link leads to is somebody else's."""
    folder, other = root / paths.LABELLING, root / "mine.txt"
    folder.mkdir()
    other.write_text("no line end")
    (folder / "a.jsonl").mkdir()
    os.mkfifo(folder / "b.jsonl")
    (folder / "c.jsonl").symlink_to(other)
    call("export", root / "todo.csv")
    assert other.read_text() == "no line end"
    assert len(list(folder.iterdir())) == 3


def test_a_running_session_is_left_alone(root, call, stance):
    terminal = Terminal(root)
    terminal.answer(1, "f")
    terminal.wait_for(b"[2 of 4]")
    call("export", root / "todo.csv")
    assert stance() == []
    terminal.answer(2, "a")
    terminal.wait_for(b"[3 of 4]")
    terminal.end(signal.SIGTERM)
    assert len(stance()) == 2


def test_a_line_that_was_cut_off_costs_one_answer(root, call, stance):
    terminal = Terminal(root)
    terminal.answer(1, "f")
    terminal.answer(2, "a")
    terminal.wait_for(b"[3 of 4]")
    terminal.end(signal.SIGKILL)
    (file,) = (root / paths.LABELLING).iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    call("export", root / "todo.csv")
    assert [row["labels"]["ceasefire"] for row in stance()] == ["favor"]


def test_answers_that_contradict_are_kept_for_the_annotator(root, call, stance):
    """Somebody imports other labels of the same annotator while the session runs."""
    terminal = Terminal(root)
    terminal.answer(1, "f")
    terminal.answer(2, "b")
    terminal.answer(1, "a")
    terminal.wait_for(b"[2 of 4]")
    terminal.end(signal.SIGKILL)
    kept = (root / paths.LABELLING).rename(root / "aside")
    call(*SESSION, text="n\nq\n")
    kept.rename(root / paths.LABELLING)
    (file,) = (root / paths.LABELLING).iterdir()
    output = call("export", root / "todo.csv")
    assert f"the answers are in {file}" in output
    assert [row["labels"]["ceasefire"] for row in stance()] == ["neutral"]
    call("import", file, "--annotator", "ana", "--replace")
    assert [row["labels"]["ceasefire"] for row in stance()] == ["against"]
    call("export", root / "todo.csv", "--overwrite")
    assert not list((root / paths.LABELLING).iterdir())


@pytest.mark.parametrize(("form", "name"), [("csv", "a.csv"), ("prodigy", "a.jsonl"), ("label-studio", "a.json")])
def test_an_export_overwrites_nothing_unasked(call, tmp_path, form, name):
    files = [tmp_path / name] if form != "label-studio" else [tmp_path / name, tmp_path / "a.interface.xml"]
    for file in files:
        file.write_text("my labels")
        assert "may have been filled in" in call("export", tmp_path / name, "--format", form, status=1)
        assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]
        assert file.read_text() == "my labels"
        file.unlink()
    call("export", tmp_path / name, "--format", form)
    call("export", tmp_path / name, "--format", form, "--overwrite")


@pytest.mark.parametrize("option", [(), ("--overwrite",)])
@pytest.mark.parametrize("name", ["stance.jsonl", "new.csv", "agreement/../stance.jsonl", "../link.jsonl"])
def test_an_export_never_touches_the_annotations(root, call, filled, option, name):
    call("import", filled({SAID: "against"}), "--annotator", "ana")
    (root / "data/link.jsonl").symlink_to(root / STANCE_FILE)
    before = (root / STANCE_FILE).read_bytes()
    (root / "data/annotations/agreement").mkdir(exist_ok=True)
    call("export", root / "data/annotations" / name, *option, status=1)
    assert (root / STANCE_FILE).read_bytes() == before
    assert not (root / "data/annotations/new.csv").exists()


def test_an_export_never_replaces_a_config(root, call):
    call("export", root / "configs/ingest.yaml", "--overwrite", status=1)
    assert "input" in read_yaml(root / "configs/ingest.yaml")


def test_two_imports_at_once_lose_nothing(root, call, filled, tmp_path, stance, monkeypatch):
    """The first import waits between reading and writing until the second has ended, or for five seconds."""
    one = filled({SAID: "against"}).rename(tmp_path / "one.csv")
    two = filled({LIVES: "favor"})
    command = [sys.executable, "-c", "from pipeline.cli.main import main; main()", "annotate", "import", str(two)]
    command += ["--annotator", "ben", "--root", str(root)]
    merge, others = importing.merge_quotes, []

    def merge_while_another_imports(*arguments):
        merged = merge(*arguments)
        others.append(subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}))
        with suppress(subprocess.TimeoutExpired):
            others[0].wait(5)
        return merged

    monkeypatch.setattr(importing, "merge_quotes", merge_while_another_imports)
    call("import", one, "--annotator", "ana")
    assert others[0].wait() == 0
    assert {row["id"]: row["annotator"] for row in stance()} == {SAID: "ana", LIVES: "ben"}


class Killed(BaseException):
    """Stands for the death of the process: nothing handles it."""


@pytest.mark.parametrize("calls", range(8))
def test_an_import_that_dies_leaves_all_or_nothing(root, call, filled, stance, monkeypatch, calls):
    call("import", filled({SAID: "against"}), "--annotator", "ana")
    path = filled({})
    rows = read_csv(path)
    call("export", path, "--overwrite", "--labelled", "--annotator", "ben")
    rows += read_csv(path)
    for row in rows:
        if row["task_id"] in (SAID, LIVES):
            row.update(ceasefire="favor", territorial_concession="neutral")
    write_csv(path, rows)
    before = stance()
    real, done = os.replace, 0

    def replace_or_die(*arguments, **options):
        nonlocal done
        if done == calls // 2 and not calls % 2:
            raise Killed
        result = real(*arguments, **options)
        done += 1
        if done == calls // 2 + 1 and calls % 2:
            raise Killed
        return result

    monkeypatch.setattr(os, "replace", replace_or_die)
    died = False
    try:
        main(["annotate", "import", str(path), "--annotator", "ben", "--root", str(root)], standalone_mode=False)
    except Killed:
        died = True
    monkeypatch.undo()
    complete_replacement(root)
    new = stance() != before
    assert new == bool(read_json_lines(root / STANCE_PAIRS_FILE))
    assert new or died
    assert not (root / JOURNAL).exists()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"process": 1}',
        '{"process": Infinity, "files": ["data/annotations/stance.jsonl"]}',
        '{"process": 1, "files": ["data/annotations/\\u0000/stance.jsonl"]}',
        "[" * 100_000,
        '{"process": 1, "files": ["configs/targets.yaml"]}',
        '{"process": 1, "files": ["data/annotations/../../configs/targets.yaml"]}',
    ],
)
def test_a_journal_that_parley_did_not_write_moves_nothing(root, call, text):
    (root / JOURNAL).write_text(text)
    hidden = root / "configs/.targets.yaml.parley-1.tmp"
    hidden.write_text("mine")
    assert "journal" in call(*SESSION, text="q\n", status=1)
    assert hidden.read_text() == "mine"
