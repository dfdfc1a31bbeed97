"""Import of stance labels: which file and annotator they are stored under, and which answers are rejected."""

import json
import re

import pytest

from pipeline.annotate.annotation_merges import STANCE_FILE, STANCE_PAIRS_FILE
from pipeline.core.corrections import COLUMNS
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import load_targets
from pipeline.gold.stance_annotations import read_stance
from tests.annotate.conftest import IDS, QUOTE_IDS, read_csv, write_csv

SAID, FORMULA, WHEAT, LIVES = QUOTE_IDS
FIRST = {SAID: "against", FORMULA: "neutral", LIVES: "favor"}


def test_labels_become_rows_that_train(root, call, filled, stance):
    output = call("import", filled(FIRST), "--annotator", "ana")
    assert "3 new" in output
    assert "Left open: 1 task." in output
    rows = {row["id"]: row for row in stance()}
    assert {name: row["labels"]["ceasefire"] for name, row in rows.items()} == FIRST
    said = rows[SAID]
    assert (said["text"], said["cue"], said["source"]) == ("“We will not stop,”", "said", "Nadia Sarkel")
    assert (said["context"], said["group"]) == ("“We will not stop,” said Nadia Sarkel.", IDS[0])
    assert (said["annotator"], said["topic"], said["unsure"]) == ("ana", "article", False)
    assert rows[FORMULA]["text"] == "=SUM(1)"
    assert rows[FORMULA]["speaker"] is None
    assert len(read_stance(root / STANCE_FILE, load_targets(root / "configs"))) == 3


def test_rows_of_one_article_share_the_group_that_it_has(root, call, filled, stance):
    call("import", filled({FORMULA: "neutral"}), "--annotator", "ana")
    (root / STANCE_FILE).write_text(
        (root / STANCE_FILE).read_text(encoding="utf-8").replace(f'"{IDS[1]}"', '"wheat"'), encoding="utf-8"
    )
    call("import", filled({WHEAT: "unrelated"}), "--annotator", "ana")
    assert [row["group"] for row in stance()] == ["wheat", "wheat"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_of_any_country_are_read(call, filled, stance, delimiter):
    call("import", filled(FIRST, delimiter=delimiter), "--annotator", "ana")
    assert len(stance()) == 3


def test_label_studio_gives_the_same_rows(root, call, filled, tmp_path):
    call("import", filled(FIRST), "--annotator", "ana")
    text = (root / STANCE_FILE).read_text(encoding="utf-8")
    (root / STANCE_FILE).unlink()
    path = tmp_path / "a.json"
    call("export", path, "--format", "label-studio")
    items = json.loads(path.read_text(encoding="utf-8"))
    for item in items:
        if label := FIRST.get(item["data"]["task_id"]):
            pairs = {"ceasefire": label, "territorial_concession": "unrelated"}
            result = [{"from_name": key, "value": {"choices": [value]}} for key, value in pairs.items()]
            item["annotations"] = [{"result": result, "completed_by": 1}]
    path.write_text(json.dumps(items))
    call("import", path, "--annotator", "ana")
    assert (root / STANCE_FILE).read_text(encoding="utf-8") == text


def test_the_same_file_twice_changes_nothing(root, call, filled):
    path = filled(FIRST)
    call("import", path, "--annotator", "ana")
    before = (root / STANCE_FILE).read_bytes()
    assert "3 unchanged" in call("import", path, "--annotator", "ana")
    assert (root / STANCE_FILE).read_bytes() == before


def test_labels_of_a_second_annotator_go_into_the_agreement(root, call, filled, stance):
    call("import", filled(FIRST), "--annotator", "ana")
    second = {SAID: "against", FORMULA: "unrelated", LIVES: "favor"}
    path = filled(second, "--labelled", "--annotator", "ben")
    output = call("import", path, "--annotator", "ben")
    assert [row["annotator"] for row in stance()] == ["ana"] * 3
    pairs = {pair["id"]: pair for pair in read_json_lines(root / STANCE_PAIRS_FILE)}
    assert {n: (p["first"]["ceasefire"], p["second"]["ceasefire"]) for n, p in pairs.items()} == {
        name: (FIRST[name], second[name]) for name in FIRST
    }
    assert all(pair["annotators"] == ["ana", "ben"] for pair in pairs.values())
    # alpha = 1 - D_o/D_e: one pair of three differs; values are against 2, favor 2, neutral 1, unrelated 1 of 6.
    expected = 1 - (2 / 6) / ((6 * 5 - 2 * 1 - 2 * 1) / (6 * 5))
    assert f"Agreement on ceasefire: 67% of 3 quotes, Krippendorff's alpha {expected:.2f}" in output
    assert "3 unchanged" in call("import", path, "--annotator", "ben")


def test_a_target_that_nobody_labelled_before_is_trained_on(root, call, filled, stance):
    path = filled({SAID: "against"})
    rows = read_csv(path)
    other = write_csv(path.with_name("other.csv"), [{**row, "ceasefire": ""} for row in rows])
    call("import", write_csv(path, [{**row, "territorial_concession": ""} for row in rows]), "--annotator", "ana")
    call("import", other, "--annotator", "ben")
    (row,) = stance()
    assert row["labels"] == {"territorial_concession": "unrelated", "ceasefire": "against"}
    assert read_json_lines(root / STANCE_PAIRS_FILE)[0]["second"] == {"territorial_concession": "unrelated"}


def test_an_adjudicator_replaces(root, call, filled, stance):
    call("import", filled(FIRST), "--annotator", "ana")
    path = filled({FORMULA: "unrelated"}, "--labelled")
    assert "1 replaced" in call("import", path, "--annotator", "adjudicated", "--replace")
    rows = {row["id"]: row for row in stance()}
    assert (rows[FORMULA]["labels"]["ceasefire"], rows[FORMULA]["annotator"]) == ("unrelated", "adjudicated")
    assert (rows[SAID]["labels"]["ceasefire"], rows[SAID]["annotator"]) == ("against", "ana")
    assert not (root / STANCE_PAIRS_FILE).exists()


def change(path, row, column, value):
    rows = read_csv(path)
    number = next(n for n, cells in enumerate(rows) if cells["task_id"] == row)
    rows[number][column] = value if isinstance(value, str) else value(rows[number][column])
    write_csv(path, rows)
    return number + 2


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("ceasefire", "maybe", "unknown label 'maybe'"),
        ("task_id", f"{IDS[0]}-19", f"unknown id '{IDS[0]}-19'"),
        ("task_id", f"{'0' * 16}-18", f"article {'0' * 16} is not in this build"),
        ("marked", lambda text: text.replace("not", "now"), f"the text of {SAID} was changed"),
        ("marked", lambda text: text.replace("⟦“We", "“⟦We"), f"the text of {SAID} was changed"),
        ("text", "“We will stop,”", f"the text of {SAID} was changed"),
        ("start", "17", f"the text of {SAID} was changed"),
        ("layer", "mood", "unknown layer 'mood'"),
    ],
)
def test_an_error_names_file_and_row_and_nothing_is_written(root, call, filled, column, value, says):
    path = filled(FIRST)
    number = change(path, SAID, column, value)
    output = call("import", path, "--annotator", "ana", status=1)
    assert re.search(rf"todo\.csv, row {number}\b.*{re.escape(says)}", output), output
    assert "nothing was imported" in output
    assert not (root / STANCE_FILE).exists()


def test_all_errors_are_reported_at_once(call, filled):
    path = filled(FIRST)
    places = [change(path, SAID, "ceasefire", "maybe"), change(path, LIVES, "ceasefire", "Favor")]
    output = call("import", path, "--annotator", "ana", status=1)
    assert all(f"row {place}, ceasefire: unknown label" in output for place in places)


def test_two_labels_by_one_annotator_in_one_file(root, call, filled):
    path = filled({SAID: "against"})
    rows = read_csv(path)
    said = next(n for n, row in enumerate(rows) if row["task_id"] == SAID)
    write_csv(path, [*rows, {**rows[said], "ceasefire": "favor"}])
    output = call("import", path, "--annotator", "ana", status=1)
    assert (
        f"row {len(rows) + 2}: two labels for {SAID} by one annotator (the first one is at todo.csv, row {said + 2})"
        in output
    )
    assert not (root / STANCE_FILE).exists()
    write_csv(path, [*rows, rows[said]])
    assert "1 new" in call("import", path, "--annotator", "ana")


@pytest.mark.parametrize("second", [False, True])
def test_two_labels_by_one_annotator_in_two_files(call, filled, second):
    if second:
        call("import", filled({SAID: "neutral"}), "--annotator", "first of all")
        options = ["--labelled"]
    else:
        options = []
    path = filled({SAID: "against"}, *options)
    call("import", path, "--annotator", "ana")
    row = change(path, SAID, "ceasefire", "favor")
    output = call("import", path, "--annotator", "ana", status=1)
    assert f"row {row}: two labels for {SAID} by one annotator (before and now: ceasefire: against, favor)" in output


def test_one_user_of_a_shared_project_at_a_time(call, tmp_path, stance):
    path = tmp_path / "a.json"
    call("export", path, "--format", "label-studio", "--target", "ceasefire")
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks:
        one, two = (
            {"result": [{"from_name": "ceasefire", "value": {"choices": [label]}}], "completed_by": user}
            for user, label in ((1, "favor"), (2, "against"))
        )
        task["annotations"] = [one, two]
    path.write_text(json.dumps(tasks))
    assert "two labels for" in call("import", path, "--annotator", "ana", status=1)
    call("import", path, "--annotator", "ana", "--user", "1")
    assert {row["labels"]["ceasefire"] for row in stance()} == {"favor"}
    assert "no answers of user 3" in call("import", path, "--annotator", "ana", "--user", "3", status=2)


def test_another_end_of_a_labelled_quote_is_another_row(root, call, filled, stance):
    call("import", filled({SAID: "against"}), "--annotator", "ana")
    row = json.loads((root / STANCE_FILE).read_text(encoding="utf-8"))
    (root / STANCE_FILE).write_text(json.dumps({**row, "text": "“We will"}) + "\n", encoding="utf-8")
    call("import", filled({SAID: "favor"}), "--annotator", "ana")
    assert [r["id"] for r in stance()] == [SAID, f"{SAID}-{18 + len(row['text'])}"]


@pytest.mark.parametrize(
    ("option", "value"), [("--target", "peace"), ("--label", "ceasefire"), ("--label", "ceasefire=maybe")]
)
def test_unknown_targets_and_labels_are_named(call, tmp_path, option, value):
    assert value in call("export", tmp_path / "a.csv", option, value, status=2)


def test_an_annotator_needs_a_name(call, filled):
    assert "no name" in call("import", filled(FIRST), "--annotator", " ", status=1)


def test_without_a_build_the_remedy_is_named(root, call, tmp_path):
    for part in (root / "data/interim").iterdir():
        for file in part.iterdir():
            file.unlink()
    assert "dvc repro" in call("export", tmp_path / "a.csv", status=1)


@pytest.mark.parametrize("command", ["export", "import"])
def test_help_has_examples(call, command):
    from click.testing import CliRunner

    from pipeline.cli.main import main

    done = CliRunner().invoke(main, ["annotate", command, "--help"])
    assert f"parley annotate {command}" in done.output


def test_corrected_stances_become_labels_of_who_corrected_them(root, call, stance, tmp_path):
    path = tmp_path / "corrections.csv"
    rows = [
        f"{SAID},,,,ceasefire,favor,Ada,",
        f"{SAID},,,,territorial_concession,neutral,Ada,",
        f"{LIVES},,Teo Marl,,,,Ada,",
    ]
    rows += [
        f"{LIVES},,Teo Marl,,,,Ada,",
        "Wheat is cheap,,,,ceasefire,against,Ben,",
        f"{FORMULA},,,,ceasefire,favor,Ben,",
    ]
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    assert "1 new" in call("import", path, "--annotator", "ada", "--user", "Ada")
    (row,) = stance()
    assert (row["id"], row["labels"]) == (SAID, {"ceasefire": "favor", "territorial_concession": "neutral"})
    assert (row["text"], row["annotator"]) == ("“We will not stop,”", "ada")
    call("import", path, "--annotator", "ben", "--user", "Ben")
    assert {row["id"] for row in stance()} >= {SAID, FORMULA}
    assert LIVES not in {row["id"] for row in stance()}
    path.write_text(f"{','.join(COLUMNS)}\n{SAID},,,,ceasefire,pro,Ada,\n", encoding="utf-8")
    assert "label is 'pro'" in call("import", path, "--annotator", "ada", status=1)
