"""Import of stance labels: under which file and annotator, which are rejected; no kill and no export loses one."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress

import pytest

from pipeline.annotate import import_answers as importing
from pipeline.annotate.annotation_merges import STANCE_FILE, STANCE_PAIRS_FILE
from pipeline.cli.main import main
from pipeline.core.config import ROOT
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import load_targets
from pipeline.gold.stance_annotations import read_stance
from tests.annotate.conftest import IDS, QUOTE_IDS, annotate_file, choices, read_csv, row_of, write_csv
from tests.worlds.rows import write_corrections, write_json_lines

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS
FIRST = {SAID: "against", FORMULA: "neutral", LIVES: "favor"}


def test_labels_become_rows_that_train(root, take, filled, stance):
    path = filled(FIRST)
    output = take(path)
    assert "3 new" in output
    assert "Left open: 1 task." in output
    rows = {row["id"]: row for row in stance()}
    assert {name: row["labels"]["ceasefire"] for name, row in rows.items()} == FIRST
    said = rows[SAID]
    assert (said["text"], said["cue"], said["source"]) == ("“We will not stop,”", "said", "Nadia Sarkel")
    assert (said["context"], said["group"]) == ("“We will not stop,” said Nadia Sarkel.", IDS[0])
    assert (said["annotator"], said["topic"], said["unsure"]) == ("ana", "article", False)
    assert (rows[FORMULA]["text"], rows[FORMULA]["speaker"]) == ("=SUM(1)", None)
    assert len(read_stance(root / STANCE_FILE, load_targets(root / "configs"))) == 3
    before = (root / STANCE_FILE).read_text(encoding="utf-8")
    assert "3 unchanged" in take(path)
    assert (root / STANCE_FILE).read_text(encoding="utf-8") == before
    # Rows of one article share the group that it has.
    (root / STANCE_FILE).write_text(before.replace(f'"{IDS[1]}"', '"wheat"'), encoding="utf-8")
    take(filled({WHEAT: "unrelated"}))
    assert [row["group"] for row in stance() if row["id"] in (FORMULA, WHEAT)] == ["wheat", "wheat"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_files_give_the_same_rows(root, call, take, filled, tmp_path, delimiter):
    """Spreadsheets of any country, and Label Studio."""

    def imported(path) -> str:
        take(path)
        text = (root / STANCE_FILE).read_text(encoding="utf-8")
        (root / STANCE_FILE).unlink()
        return text

    expected = imported(filled(FIRST))
    assert imported(filled(FIRST, delimiter=delimiter)) == expected
    call("export", tmp_path / "a.json", "--format", "label-studio")

    def answer(task):
        label = FIRST.get(task["data"]["task_id"])
        pairs = {"ceasefire": label, "territorial_concession": "unrelated"} if label else {}
        return [{"result": [choices(*pair) for pair in pairs.items()], "completed_by": 1}]

    assert imported(annotate_file(tmp_path / "a.json", answer)) == expected


def test_labels_of_a_second_annotator_go_into_the_agreement(root, take, filled, stance):
    take(filled(FIRST))
    second = {SAID: "against", FORMULA: "unrelated", LIVES: "favor"}
    path = filled(second, "--labelled", "--annotator", "ben")
    output = take(path, "ben")
    assert [row["annotator"] for row in stance()] == ["ana"] * 3
    pairs = {pair["id"]: pair for pair in read_json_lines(root / STANCE_PAIRS_FILE)}
    both = {n: (p["first"]["ceasefire"], p["second"]["ceasefire"]) for n, p in pairs.items()}
    assert both == {name: (FIRST[name], second[name]) for name in FIRST}
    assert all(pair["annotators"] == ["ana", "ben"] for pair in pairs.values())
    # alpha = 1 - D_o/D_e: one pair of three differs; values are against 2, favor 2, neutral 1, unrelated 1 of 6.
    expected = 1 - (2 / 6) / ((6 * 5 - 2 * 1 - 2 * 1) / (6 * 5))
    assert f"Agreement on ceasefire: 67% of 3 quotes, Krippendorff's alpha {expected:.2f}" in output
    assert "3 unchanged" in take(path, "ben")


def test_a_target_that_nobody_labelled_before_is_trained_on(root, take, filled, stance):
    path = filled({SAID: "against"})
    rows = read_csv(path)
    other = write_csv(path.with_name("other.csv"), [{**row, "ceasefire": ""} for row in rows])
    take(write_csv(path, [{**row, "territorial_concession": ""} for row in rows]))
    take(other, "ben")
    (row,) = stance()
    assert row["labels"] == {"territorial_concession": "unrelated", "ceasefire": "against"}
    assert read_json_lines(root / STANCE_PAIRS_FILE)[0]["second"] == {"territorial_concession": "unrelated"}


def test_an_adjudicator_replaces(root, take, filled, stance):
    take(filled(FIRST))
    assert "1 replaced" in take(filled({FORMULA: "unrelated"}, "--labelled"), "adjudicated", "--replace")
    rows = {row["id"]: (row["labels"]["ceasefire"], row["annotator"]) for row in stance()}
    assert (rows[FORMULA], rows[SAID]) == (("unrelated", "adjudicated"), ("against", "ana"))
    assert not (root / STANCE_PAIRS_FILE).exists()


def change(path, task_id, column, value):
    rows, number = read_csv(path), row_of(path, task_id)
    cells = rows[number - 2]
    cells[column] = value if isinstance(value, str) else value(cells[column])
    write_csv(path, rows)
    return number


@pytest.mark.parametrize(("column", "value", "says"), [
    ("ceasefire", "maybe", "unknown label 'maybe'"),
    ("task_id", f"{IDS[0]}-19", f"unknown id '{IDS[0]}-19'"),
    ("task_id", f"{'0' * 16}-18", f"article {'0' * 16} is not in this build"),
    ("marked", lambda text: text.replace("not", "now"), f"the text of {SAID} was changed"),
    ("marked", lambda text: text.replace("⟦“We", "“⟦We"), f"the text of {SAID} was changed"),
    ("layer", "mood", "unknown layer 'mood'"),
])  # fmt: skip
def test_each_error_names_file_and_row_and_nothing_is_written(root, take, filled, column, value, says):
    path = filled(FIRST)
    another = change(path, LIVES, "territorial_concession", "Favor")
    number = change(path, SAID, column, value)
    output = take(path, status=1)
    assert re.search(rf"todo\.csv, row {number}\b.*{re.escape(says)}", output), output
    assert f"row {another}, territorial_concession: unknown label 'Favor'" in output
    assert "nothing was imported" in output
    assert not (root / STANCE_FILE).exists()


def test_two_labels_by_one_annotator_in_one_file(root, take, filled):
    path = filled({SAID: "against"})
    rows, said = read_csv(path), row_of(path, SAID)
    write_csv(path, [*rows, {**rows[said - 2], "ceasefire": "favor"}])
    says = f"row {len(rows) + 2}: two labels for {SAID} by one annotator (the first one is at todo.csv, row {said})"
    assert says in take(path, status=1)
    assert not (root / STANCE_FILE).exists()
    write_csv(path, [*rows, rows[said - 2]])
    assert "1 new" in take(path)


@pytest.mark.parametrize("second", [False, True])
def test_two_labels_by_one_annotator_in_two_files(take, filled, second):
    if second:
        take(filled({SAID: "neutral"}), "first of all")
    path = filled({SAID: "against"}, *(["--labelled"] if second else []))
    take(path)
    row = change(path, SAID, "ceasefire", "favor")
    says = f"row {row}: two labels for {SAID} by one annotator (before and now: ceasefire: against, favor)"
    assert says in take(path, status=1)


def test_one_user_of_a_shared_project_at_a_time(call, take, tmp_path, stance):
    path = tmp_path / "a.json"
    call("export", path, "--format", "label-studio", "--target", "ceasefire")
    answers = {1: "favor", 2: "against"}.items()
    annotate_file(
        path, lambda _: [{"result": [choices("ceasefire", label)], "completed_by": u} for u, label in answers]
    )
    assert "two labels for" in take(path, status=1)
    take(path, "ana", "--user", "1")
    assert {row["labels"]["ceasefire"] for row in stance()} == {"favor"}
    assert "no answers of user 3" in take(path, "ana", "--user", "3", status=2)


def test_another_end_of_a_labelled_quote_is_another_row(root, take, filled, stance):
    take(filled({SAID: "against"}))
    (row,) = stance()
    write_json_lines(root / STANCE_FILE, [{**row, "text": "“We will"}])
    take(filled({SAID: "favor"}))
    assert [r["id"] for r in stance()] == [SAID, f"{SAID}-{18 + len(row['text'])}"]


def test_an_annotator_needs_a_name_and_an_export_a_build_and_known_labels(call, root, take, filled, tmp_path):
    for option, value in (("--target", "peace"), ("--label", "ceasefire"), ("--label", "ceasefire=maybe")):
        assert value in call("export", tmp_path / "a.csv", option, value, status=2)
    assert all("no name" in take(filled(FIRST), name, status=1) for name in (" ", "an\udce9"))
    shutil.rmtree(root / "data/interim")
    assert "dvc repro" in call("export", tmp_path / "a.csv", status=1)


def test_corrected_stances_become_labels_of_who_corrected_them(take, stance, tmp_path):
    of_ada = [f"{SAID},,,,ceasefire,favor,Ada,", f"{SAID},,,,territorial_concession,neutral,Ada,"]
    of_ben = ["Wheat is cheap,,,,ceasefire,against,Ben,", f"{FORMULA},,,,ceasefire,favor,Ben,"]
    path = write_corrections(tmp_path / "corrections.csv", *of_ada, f"{LIVES},,Teo Marl,,,,Ada,", *of_ben)
    assert "1 new" in take(path, "ada", "--user", "Ada")
    (row,) = stance()
    assert (row["id"], row["labels"]) == (SAID, {"ceasefire": "favor", "territorial_concession": "neutral"})
    assert (row["text"], row["annotator"]) == ("“We will not stop,”", "ada")
    take(path, "ben", "--user", "Ben")
    ids = {row["id"] for row in stance()}
    assert ids >= {SAID, FORMULA}
    assert LIVES not in ids
    write_corrections(path, f"{SAID},,,,ceasefire,pro,Ada,")
    assert "label is 'pro'" in take(path, "ada", status=1)


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


def test_an_export_never_touches_annotations_or_configs(root, call, take, filled):
    """Which places are refused is tested in `tests/core/test_files.py`; here also through a link."""
    take(filled({SAID: "against"}))
    (root / "data/link.jsonl").symlink_to(root / STANCE_FILE)
    before = (root / STANCE_FILE).read_bytes()
    for name in ("annotations/stance.jsonl", "annotations/new.csv", "link.jsonl"):
        for option in ([], ["--overwrite"]):
            call("export", root / "data" / name, *option, status=1)
    assert (root / STANCE_FILE).read_bytes() == before
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


@pytest.mark.parametrize("number", range(3))
def test_an_import_that_dies_is_completed_by_the_same_import(root, call, take, filled, monkeypatch, number):
    """It dies before it replaces its n-th file; the third is none of them."""
    take(filled({SAID: "against"}))
    path = filled({})
    rows = read_csv(path)
    call("export", path, "--overwrite", "--labelled", "--annotator", "ben")
    rows += read_csv(path)
    for row in rows:
        if row["task_id"] in (SAID, LIVES):
            row.update(ceasefire="favor", territorial_concession="neutral")
    write_csv(path, rows)
    real, replaced = os.replace, []

    def replace_or_die(*arguments, **options):
        if len(replaced) == number:
            raise Killed
        replaced.append(real(*arguments, **options))

    monkeypatch.setattr(os, "replace", replace_or_die)
    with suppress(Killed):
        main(["annotate", "import", str(path), "--annotator", "ben", "--root", str(root)], standalone_mode=False)
    monkeypatch.undo()
    assert len(replaced) == min(number, 2)
    take(path, "ben")
    assert [(row["id"], row["annotator"]) for row in read_json_lines(root / STANCE_FILE)] == [
        (SAID, "ana"), (LIVES, "ben")
    ]  # fmt: skip
    assert len(read_json_lines(root / STANCE_PAIRS_FILE)) == 1
