"""`python -m benchmarks.extraction` on a tiny gold file and on invalid gold files."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.extraction import format_other_systems, main

TEXT = "“We will not stop,” said Nadia Sarkel. It rained in Port Amsel all day.\nAuer dreamt that the ridge was ours."
DIRECT = {"content": [[0, 19]], "cue": [[20, 24]], "source": [[25, 37]], "type": "direct", "reference": "Nadia Sarkel"}
INDIRECT = {"content": [[84, 107]], "cue": [[77, 83]], "source": [[72, 76]], "type": "indirect"}


def run(tmp_path, content, *options):
    path = tmp_path / "tiny.jsonl"
    path.write_text(content, encoding="utf-8")
    return CliRunner().invoke(main, ["--gold", str(path), "--rounds", "0", *options])


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    rows = [{"text": TEXT, "quotes": [DIRECT, INDIRECT]}, {"text": "It rained.", "quotes": []}]
    result = run(tmp_path_factory.mktemp("gold"), "\n".join(map(json.dumps, rows)) + "\n")
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    "line",
    [
        "2 articles, 2 gold quotes, 1 predicted",
        "content_exact        100.0   50.0   66.7",
        "resolved_exact       100.0  100.0  100.0",
        "No scores of other systems on tiny in other_systems.csv.",
        "quotes by rule: quoted_before 1",
    ],
)
def test_report_has_line(output, line):
    assert line in output


def test_recall_by_type_and_phenomenon(output):
    lines = [line.split() for line in output.splitlines()]
    assert ["direct", "1", "100.0"] in [line[:3] for line in lines]
    assert ["indirect", "1", "0.0"] in [line[:3] for line in lines]
    assert ["cue", "behind", "1", "100.0"] in [line[:4] for line in lines]
    assert not any(line[:1] == ["mixed"] for line in lines)


def test_scores_of_other_systems_name_their_origin():
    lines = list(format_other_systems("polnear_dev"))
    assert any(line.startswith("two annotators agree") and " 71.9 " in line for line in lines)
    assert all("same measures" in line or "annotations" in line for line in lines[1:])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{no json", "tiny.jsonl:1"),
        (json.dumps({"text": TEXT}), "quotes"),
        (json.dumps({"text": "short", "quotes": [DIRECT]}), "beyond the text"),
        (json.dumps({"text": TEXT, "quotes": []}) + "\n" + json.dumps({"text": "a", "quotes": [{}]}), "tiny.jsonl:2"),
        ("\n", "no gold"),
    ],
)
def test_invalid_gold_is_an_error(tmp_path, content, message):
    result = run(tmp_path, content)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_missing_path_is_an_error(tmp_path):
    result = CliRunner().invoke(main, ["--gold", str(tmp_path / "absent.jsonl")])
    assert result.exit_code == 2
    assert "absent.jsonl" in result.output
    assert "does not exist" in result.output
