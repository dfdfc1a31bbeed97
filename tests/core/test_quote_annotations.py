"""The check of annotations: each invalid row is reported with file, line and field."""

import json

import pytest

from pipeline.core.errors import DataError
from pipeline.gold.quote_annotations import GoldQuote, find_span_problems, iterate_gold_quotes, read_gold_quotes

TEXT = "“We will not stop,” said Nadia Sarkel."
ROW = {
    "quote_id": "a-0",
    "article_id": "a",
    "raw_path": "x.txt",
    "content": [{"start": 0, "end": 19, "text": "“We will not stop,”"}],
    "cue": {"start": 20, "end": 24, "text": "said"},
    "source": {"start": 25, "end": 37, "text": "Nadia Sarkel"},
    "speaker": "Nadia Sarkel",
    "type": "direct",
    "annotator": "A1",
}


def write(tmp_path, *rows):
    path = tmp_path / "quotes.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def test_a_valid_row_has_no_problem(tmp_path):
    gold = read_gold_quotes(write(tmp_path, ROW))
    assert list(find_span_problems(gold, {"a": TEXT}, {"x.txt"})) == []
    assert (gold[0].content, gold[0].cue, gold[0].source) == ([(0, 19)], (20, 24), (25, 37))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"content": [{"start": 1, "end": 20, "text": "“We will not stop,”"}]}, "characters 1 to 20 are"),
        ({"cue": {"start": 20, "end": 24, "text": "told"}}, "the row says 'told'"),
        ({"source": {"start": 25, "end": 99, "text": "Nadia Sarkel"}}, "characters 25 to 99"),
        ({"article_id": "b"}, "article b is not among the articles of x.txt"),
    ],
)
def test_a_span_that_does_not_match_its_text(tmp_path, change, says):
    (problem,) = find_span_problems(read_gold_quotes(write(tmp_path, {**ROW, **change})), {"a": TEXT}, {"x.txt"})
    assert says in str(problem)
    assert "quotes.jsonl, line 1" in str(problem)


def test_an_article_left_out_of_ingest_is_no_problem(tmp_path):
    gold = read_gold_quotes(write(tmp_path, {**ROW, "article_id": "b", "raw_path": "sample/b.txt"}))
    assert list(find_span_problems(gold, {"a": TEXT}, {"x.txt"})) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "not JSON"),
        ("[]", "a row is a JSON object"),
        ({k: v for k, v in ROW.items() if k != "type"}, "type"),
        ({**ROW, "mood": 1}, "mood"),
        ({**ROW, "type": "loud"}, "type is 'loud'"),
        ({**ROW, "content": []}, "content needs parts"),
        ({**ROW, "cue": {"start": 5, "end": 5, "text": ""}}, "no span"),
        ({**ROW, "cue": [20, 24]}, "a span is"),
    ],
)
def test_an_unreadable_row_is_a_problem(tmp_path, row, says):
    rows = list(iterate_gold_quotes(write(tmp_path, ROW, row)))
    assert isinstance(rows[0], GoldQuote)
    assert isinstance(rows[1], DataError)
    assert says in str(rows[1])
    assert "quotes.jsonl, line 2" in str(rows[1])
    with pytest.raises(DataError):
        read_gold_quotes(write(tmp_path, ROW, row))


def test_a_duplicate_quote_id_is_a_problem(tmp_path):
    with pytest.raises(DataError, match="appears twice"):
        read_gold_quotes(write(tmp_path, ROW, ROW))
