"""The annotated sides, read and scored."""

import json

import pytest

from pipeline.core.errors import DataError
from pipeline.evaluate.speaker_scores import judge_sides, summarise_sides
from pipeline.gold.quote_annotations import GoldSide, read_gold_sides

ROW = {"article_id": "a", "speaker": "Nora Tamm", "side": "Kestria", "annotator": "A1", "use": "judge"}


def write(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_row_is_read_and_a_missing_file_has_none(tmp_path):
    assert read_gold_sides(write(tmp_path / "sides.jsonl", ROW)) == [GoldSide(**ROW)]
    assert read_gold_sides(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize(
    "change", [{"use": "test"}, {"side": ""}, {"speaker": ""}, {"more": 1}, {"article_id": []}, {"side": 3}]
)
def test_a_wrong_row_is_named(tmp_path, change):
    with pytest.raises(DataError) as error:
        read_gold_sides(write(tmp_path / "sides.jsonl", ROW | {"speaker": "Ilse Korvath"}, ROW | change))
    assert "sides.jsonl, line 2" in str(error.value)


def test_a_speaker_appears_once(tmp_path):
    with pytest.raises(DataError, match="twice"):
        read_gold_sides(write(tmp_path / "sides.jsonl", ROW, ROW))


@pytest.mark.parametrize(
    ("gold", "found", "outcome"),
    [
        ("Kestria", "Kestria", "right"),
        ("Quay Workers’ Union", "the Quay Workers' Union", "right"),
        ("Kestria", "Velmora", "wrong"),
        (None, "Kestria", "wrong"),
        ("Kestria", None, "open"),
        (None, None, "rightly open"),
    ],
)
def test_outcomes(gold, found, outcome):
    rows = [{"quote_id": "a-1", "side": found, "side_by": found and "office"}]
    outcomes = judge_sides([GoldSide("a", "Nora Tamm", gold, "A1", "judge")], {"a-1": ("a", "Nora Tamm")}, rows)
    assert [one.outcome for one in outcomes] == [outcome]
    scores = summarise_sides(outcomes)["judge"]
    assert scores["all"][outcome] == 1
    assert (scores["all"]["right_share"] is None) is (found is None)
    assert list(scores["by_rule"]) == (["office"] if found else [])


def test_a_speaker_without_a_quote_is_not_judged():
    assert judge_sides([GoldSide("a", "Nora Tamm", "Kestria", "A1", "judge")], {}, []) == []
    assert summarise_sides([]) == {}
