"""Labels survive kills, an export over them, and two imports at once."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

import pytest

from pipeline.annotate import import_answers as importing
from pipeline.annotate.annotation_merges import STANCE_FILE, STANCE_PAIRS_FILE
from pipeline.cli.main import main
from pipeline.core.config import ROOT, read_yaml
from pipeline.core.storage.annotation_files import JOURNAL, complete_replacement
from pipeline.core.storage.json_lines import read_json_lines
from tests.annotate.conftest import QUOTE_IDS, read_csv, write_csv

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS


@pytest.mark.parametrize(("form", "name"), [("csv", "a.csv"), ("label-studio", "a.json")])
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
    for file in files:
        file.write_text("# Read me")
        assert "not a file that this command writes" in call(
            "export", tmp_path / name, "--format", form, "--overwrite", status=1
        )
        assert file.read_text() == "# Read me"
        file.unlink()


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
def test_a_journal_that_parley_did_not_write_moves_nothing(root, call, filled, text):
    answers = filled({SAID: "against"})
    (root / JOURNAL).write_text(text)
    hidden = root / "configs/.targets.yaml.parley-1.tmp"
    hidden.write_text("mine")
    assert "journal" in call("import", answers, "--annotator", "ana", status=1)
    assert hidden.read_text() == "mine"
