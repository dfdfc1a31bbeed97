"""Labels survive kills, an export over them, and two imports at once."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest

from pipeline.annotate import import_answers as importing
from pipeline.annotate.annotation_merges import STANCE_FILE, STANCE_PAIRS_FILE
from pipeline.cli.main import main
from pipeline.core.config import ROOT
from pipeline.core.storage.annotation_files import JOURNAL, complete_replacement
from pipeline.core.storage.json_lines import read_json_lines
from tests.annotate.conftest import QUOTE_IDS, read_csv, write_csv

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS


@pytest.mark.parametrize("form", ["csv", "label-studio"])
def test_an_export_overwrites_nothing_unasked(call, tmp_path, form):
    path = tmp_path / ("a.csv" if form == "csv" else "a.json")
    options = [path, "--format", form]
    files = [path] if form == "csv" else [path, tmp_path / "a.interface.xml"]
    for text, more, says in [
        ("my labels", [], "may have been filled in"),
        ("# Read me", ["--overwrite"], "not a file that this command writes"),
    ]:
        for file in files:
            file.write_text(text)
            assert says in call("export", *options, *more, status=1)
            assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]
            assert file.read_text() == text
            file.unlink()
    call("export", *options)
    call("export", *options, "--overwrite")


@pytest.mark.parametrize("option", [(), ("--overwrite",)])
@pytest.mark.parametrize(
    "name", ["stance.jsonl", "new.csv", "agreement/../stance.jsonl", "../link.jsonl", "../../configs/ingest.yaml"]
)
def test_an_export_never_touches_annotations_or_configs(root, call, take, filled, option, name):
    take(filled({SAID: "against"}))
    (root / "data/link.jsonl").symlink_to(root / STANCE_FILE)
    (root / "data/annotations/agreement").mkdir(exist_ok=True)
    kept = [root / STANCE_FILE, root / "configs/ingest.yaml"]
    before = [path.read_bytes() for path in kept]
    call("export", root / "data/annotations" / name, *option, status=1)
    assert [path.read_bytes() for path in kept] == before
    assert not (root / "data/annotations/new.csv").exists()


def test_two_imports_at_once_lose_nothing(root, take, filled, tmp_path, stance, monkeypatch):
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
    take(one)
    assert others[0].wait() == 0
    assert {row["id"]: row["annotator"] for row in stance()} == {SAID: "ana", LIVES: "ben"}


class Killed(BaseException):
    """Stands for the death of the process: nothing handles it."""


@pytest.mark.parametrize("before_it", [True, False])
@pytest.mark.parametrize("number", range(4))
def test_an_import_that_dies_leaves_all_or_nothing(root, call, take, filled, stance, monkeypatch, number, before_it):
    """It dies before or after it replaces its n-th file."""
    take(filled({SAID: "against"}))
    path = filled({})
    rows = read_csv(path)
    call("export", path, "--overwrite", "--labelled", "--annotator", "ben")
    rows += read_csv(path)
    for row in rows:
        if row["task_id"] in (SAID, LIVES):
            row.update(ceasefire="favor", territorial_concession="neutral")
    write_csv(path, rows)
    before, real, replaced = stance(), os.replace, []

    def replace_or_die(*arguments, **options):
        if before_it and len(replaced) == number:
            raise Killed
        replaced.append(real(*arguments, **options))
        if len(replaced) == number + 1:
            raise Killed

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
        "[" * 100_000,
        '{"process": 1}',
        '{"process": Infinity, "files": ["data/annotations/stance.jsonl"]}',
        '{"process": 1, "files": ["data/annotations/\\u0000/stance.jsonl"]}',
        '{"process": 1, "files": ["configs/targets.yaml"]}',
        '{"process": 1, "files": ["data/annotations/../../configs/targets.yaml"]}',
    ],
)
def test_a_journal_that_parley_did_not_write_moves_nothing(root, take, filled, text):
    answers = filled({SAID: "against"})
    (root / JOURNAL).write_text(text)
    hidden = root / "configs/.targets.yaml.parley-1.tmp"
    hidden.write_text("mine")
    assert "journal" in take(answers, status=1)
    assert hidden.read_text() == "mine"
