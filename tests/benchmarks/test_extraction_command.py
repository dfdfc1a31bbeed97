"""`python -m benchmarks.extraction` on a tiny gold file, and on files that are none."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.extraction import format_rivals, main

TEXT = "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day.\nAuer dreamt that the ridge was ours."
SAID = {"content": [[0, 19]], "cue": [[20, 24]], "source": [[25, 37]], "type": "direct", "reference": "Nadia Sarkel"}
DREAMT = {"content": [[84, 107]], "cue": [[77, 83]], "source": [[72, 76]], "type": "indirect"}


def run(tmp_path, content, *options):
    path = tmp_path / "tiny.jsonl"
    path.write_text(content, encoding="utf-8")
    return CliRunner().invoke(main, ["--gold", str(path), "--rounds", "0", *options])


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    rows = [{"text": TEXT, "quotes": [SAID, DREAMT]}, {"text": "It rained.", "quotes": []}]
    done = run(tmp_path_factory.mktemp("gold"), "\n".join(map(json.dumps, rows)) + "\n", "--errors", "1")
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    "line",
    [
        "2 articles, 2 gold quotes, 1 found",
        "content_exact        100.0   50.0   66.7",
        "resolved_exact       100.0  100.0  100.0",
        "No figures of others on tiny in rivals.csv.",
        "found by learned:quoted_before 1",
    ],
)
def test_the_report(shown, line):
    assert line in shown


def test_recall_by_type_and_phenomenon(shown):
    lines = [line.split() for line in shown.splitlines()]
    assert ["direct", "1", "100.0"] in [line[:3] for line in lines]
    assert ["indirect", "1", "0.0"] in [line[:3] for line in lines]
    assert ["cue", "behind", "1", "100.0"] in [line[:4] for line in lines]
    assert not any(line[:1] == ["mixed"] for line in lines)


def test_an_example_of_the_missed_quote(shown):
    assert "1  missed: " in shown
    assert "gold  ⟨Auer⟩ ‹dreamt› ⟦that the ridge was ours⟧" in shown


def test_the_numbers_of_rivals_stand_with_their_origin():
    lines = list(format_rivals("polnear_dev"))
    assert any(line.startswith("two annotators agree") and " 71.9 " in line for line in lines)
    assert all("same measures" in line or "annotations" in line for line in lines[1:])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{no json", "tiny.jsonl:1"),
        (json.dumps({"text": TEXT}), "quotes"),
        (json.dumps({"text": "short", "quotes": [SAID]}), "beyond the text"),
        (json.dumps({"text": TEXT, "quotes": []}) + "\n" + json.dumps({"text": "a", "quotes": [{}]}), "tiny.jsonl:2"),
        ("\n", "no gold"),
    ],
)
def test_what_is_no_gold_is_named(tmp_path, content, says):
    done = run(tmp_path, content)
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output


def test_a_missing_path_is_named(tmp_path):
    done = CliRunner().invoke(main, ["--gold", str(tmp_path / "absent.jsonl")])
    assert done.exit_code == 2
    assert "absent.jsonl" in done.output
    assert "does not exist" in done.output
