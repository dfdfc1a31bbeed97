"""`parley check` on a small project: valid, then with one error at a time."""

import json

import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.cli.project_check import has_labels_of_its_own
from tests.worlds import rows
from tests.worlds.project import copy_configs
from tests.worlds.rows import ROOT, labelled_quote, write_json_lines

BODY = "“We will not stop,” said Nadia Sarkel. " + "It rained in the harbour of Port Amsel all day long. " * 5
SHIPPED = ROOT / "data/annotations/stance.jsonl"
STANCE = labelled_quote("s1", "We will not stop", "g", {"ceasefire": "against"}, context=BODY)


@pytest.fixture
def root(tmp_path):
    copy_configs(tmp_path)
    write_json_lines(tmp_path / "data/raw/a.jsonl", [{"text": BODY}, {"text": ""}])
    article = rows.article(BODY.strip(), raw_path="a.jsonl")
    quote = rows.quote(article, "“We will not stop,”", cue="said", source="Nadia Sarkel", speaker=None)
    write_json_lines(tmp_path / "data/annotations/quotes.jsonl", [rows.gold_quote(article, quote)])
    write_json_lines(tmp_path / "data/annotations/stance.jsonl", [STANCE])
    return tmp_path


def check(root):
    return CliRunner().invoke(main, ["check", "--root", str(root)])


def test_valid_annotations_and_a_rejected_input(root):
    done = check(root)
    assert done.exit_code == 0, done.output
    assert "rejected: a.jsonl:2: empty" in done.output
    assert "1 input would be rejected." in done.output
    assert "valid" in done.output


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("quotes.jsonl", '"start": 0', '"start": 1', "quotes.jsonl, line 1"),
        ("quotes.jsonl", '"direct"', '"loud"', "type is 'loud'"),
        ("stance.jsonl", '"against"', '"maybe"', "maybe"),
        ("stance.jsonl", '"ceasefire"', '"weather"', "weather"),
    ],
)
def test_what_is_wrong_is_named(root, file, old, new, says):
    path = root / "data/annotations" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = check(root)
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output


def test_gold_of_ones_own_and_behaviours_are_checked(root):
    config = root / "configs/evaluate.yaml"
    config.write_text("external:\n  - {name: mine, path: mine.jsonl}\n")
    (root / "data/annotations/behaviours.jsonl").write_text('{"id": "B-1"}\n')
    done = check(root)
    assert done.exit_code == 1
    assert "mine.jsonl: no such file" in done.output
    assert "behaviours.jsonl, line 1, kind: the field is missing" in done.output


def test_near_duplicates_of_another_group_are_counted(root):
    path = root / "data/annotations/stance.jsonl"
    assert "No labelled quote nearly repeats" in check(root).output
    path.write_text("\n".join(json.dumps(STANCE | {"id": name, "group": name}) for name in "ab"))
    assert "2 labelled quotes (100.0%) nearly repeat a quote of another group" in check(root).output
    assert "→ Where both are the same statement, give them one `group`" in check(root).output


@pytest.mark.parametrize(("added", "said"), [("", False), (json.dumps(STANCE) + "\n", True)])
def test_of_labels_that_came_with_parley_nothing_is_said(root, added, said):
    (root / "data/annotations/stance.jsonl").write_bytes(SHIPPED.read_bytes() + added.encode())
    done = check(root)
    assert done.exit_code == 0, done.output
    assert ("of another group" in done.output) == said


def test_in_the_project_of_parley_near_duplicates_are_counted():
    assert has_labels_of_its_own(ROOT)


def test_a_file_name_is_printed_on_one_line_without_control_characters(root):
    (root / "data/raw" / "a\x1b[31m\nerror: b\u202e.odt").write_text("x")
    done = CliRunner().invoke(main, ["check", "--root", str(root)], color=True)
    assert "rejected: a error: b.odt: unknown_format" in done.output
    assert not {"\x1b", "\u202e"} & set(done.output)


def test_corrections_are_checked(root):
    path = root / "configs/corrections.csv"
    path.write_text("quote,name,speaker,kind,by,note\na-1,,Nadia Sarkel,,,\n")
    done = check(root)
    assert done.exit_code == 1
    assert "corrections.csv, row 2" in done.output
    path.write_text("quote,name,speaker,kind,by,note\na-1,,Nadia Sarkel,,a reader,\n")
    assert check(root).exit_code == 0


def test_a_correction_that_matches_nothing_is_a_warning(root, monkeypatch):
    monkeypatch.setattr("pipeline.cli.project_check.find_unmatched_corrections", lambda root: ["row 2: `a-1`"])
    done = check(root)
    assert done.exit_code == 0
    assert "warning: row 2: `a-1`" in done.output
