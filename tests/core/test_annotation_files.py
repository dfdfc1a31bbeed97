"""Reading annotations and figures on real quotes: what valid rows become, and errors with file, line and field."""

import json

import pytest

from pipeline.core.errors import DataError, ParleyError
from pipeline.core.targets import Target
from pipeline.gold import quote_annotations as gold_rows
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.gold.open_quotes import read_open_quotes
from pipeline.gold.real_quotes import read_real_quotes
from pipeline.gold.stance_annotations import read_stance
from tests.worlds.rows import labelled_quote

TARGETS = {"ceasefire": Target("Should it stop?", ["favor", "against", "conditional", "neutral", "unrelated"])}
TEXT = "“We will not stop,” said Nadia Sarkel."
GOLD = {"quote_id": "a-0", "article_id": "a", "raw_path": "x.txt", "type": "direct", "annotator": "A1"}
GOLD |= {"content": [{"start": 0, "end": 19, "text": "“We will not stop,”"}], "speaker": "Nadia Sarkel"}
GOLD |= {"cue": {"start": 20, "end": 24, "text": "said"}, "source": {"start": 25, "end": 37, "text": "Nadia Sarkel"}}
ONE = {"text": "We want a truce", "cue": "said", "context": "We want a truce, she said.", "speaker": None}
TWO = {"text": "We want no truce", "cue": "said", "context": None, "speaker": None}
ITEM = {"kind": "must_pass", "capability": "negation", "target": "ceasefire", "texts": [ONE], "expect": "favor"}
PAIR = {"kind": "invariance", "texts": [ONE, TWO], "expect": None}
DIRECTION = PAIR | {"kind": "direction", "expect": ["favor", "against"]}
SPOKEN = {"content": [[0, 4, 9]], "cue": [], "source": [], "speaker": None, "kind": "person", "act": "speech"}
SPOKEN |= {"optional": False}
OPEN = {"source": "harbour", "url": "https://harbour.example/7", "date": "2024-05-01", "licence": "CC BY 2.5"}
OPEN |= {"use": "train", "annotators": ["A1"], "attitudes": False, "paragraphs": ["0123abcd"], "quotes": [SPOKEN]}

SIDE = {"article_id": "a", "side": "Kestria", "annotator": "A1", "use": "judge"}

# By file: its reader, a valid row, and the field that no two rows share.
FILES = {
    "behaviours.jsonl": (lambda path: read_behaviours(path, TARGETS), ITEM, "id"),
    "open_quotes.jsonl": (read_open_quotes, OPEN, "doc_id"),
    "quotes.jsonl": (gold_rows.read_gold_quotes, GOLD, "quote_id"),
    "sides.jsonl": (gold_rows.read_gold_sides, SIDE, "speaker"),
    "stance.jsonl": (lambda path: read_stance(path, TARGETS), labelled_quote("", "No!", "g", {}), "id"),
}


def write(tmp_path, name, *changes):
    """Write valid rows with changes and ids of their own; a field that is `...` is left out."""
    _, row, key = FILES[name]
    rows = [row | {key: f"B-{number}"} | change for number, change in enumerate(changes, 1)]
    lines = [json.dumps({field: value for field, value in row.items() if value is not ...}) for row in rows]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    return tmp_path / name


def read(tmp_path, name, *changes):
    return FILES[name][0](write(tmp_path, name, *changes))


def spoken(**changes):
    return {"quotes": [SPOKEN | changes]}


def test_valid_rows(tmp_path):
    items = read(tmp_path, "behaviours.jsonl", {}, {"reserved": False}, {"reserved": True})
    assert [item.reserved for item in items] == [False, False, True]
    assert read_behaviours(tmp_path / "none.jsonl", TARGETS) == []
    (quote,) = read(tmp_path, "quotes.jsonl", {})
    assert (quote.content, quote.cue, quote.source) == ([(0, 19)], (20, 24), (25, 37))
    rows = read(tmp_path, "stance.jsonl", {"labels": {"ceasefire": "against"}}, {"id": "A-1"})
    found = [(row.id, row.labels, row.speaker) for row in rows]
    assert found == [("B-1", {"ceasefire": "against"}, None), ("A-1", {}, None)]
    assert read(tmp_path, "sides.jsonl", {}) == [gold_rows.GoldSide(**SIDE, speaker="B-1")]
    assert gold_rows.read_gold_sides(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize(("name", "change", "says"), [
    ("behaviours.jsonl", {"kind": "perhaps"}, "`kind` is 'perhaps'"),
    ("behaviours.jsonl", {"target": "weather"}, "unknown target 'weather'"),
    ("behaviours.jsonl", {"texts": [ONE, TWO]}, "texts: must_pass has 1"),
    ("behaviours.jsonl", {"texts": [ONE | {"text": ""}]}, "texts[0]: `text` is ''"),
    ("behaviours.jsonl", {"texts": [ONE | {"context": "Another."}]}, "texts[0], context: the text is not in it"),
    ("behaviours.jsonl", DIRECTION | {"expect": "favor"}, "expect: ('favor',) is not what direction expects"),
    ("behaviours.jsonl", PAIR | {"expect": "favor"}, "expect: ('favor',) where none is wanted"),
    ("behaviours.jsonl", {"extra": 1}, "unknown key `extra`"),
    ("open_quotes.jsonl", {"use": "dev"}, "`use` is 'dev'"),
    ("open_quotes.jsonl", spoken(cue=[[9, 0, 4]]), "[paragraph, start, end]"),
    ("open_quotes.jsonl", spoken(speaker=[[0, 4]]), "`speaker"), ("quotes.jsonl", {"type": ...}, "type"),
    ("quotes.jsonl", {"type": "loud"}, "type is 'loud'"), ("quotes.jsonl", {"content": []}, "content needs parts"),
    ("quotes.jsonl", {"cue": {"start": 5, "end": 5, "text": ""}}, "no span"),
    ("quotes.jsonl", {"cue": [20, 24]}, "a span is"), ("sides.jsonl", {"use": "test"}, "use"),
    ("sides.jsonl", {"more": 1}, "more"),
    ("stance.jsonl", {"labels": {"ceasefire": "maybe"}}, "labels.ceasefire: unknown label 'maybe'"),
    ("stance.jsonl", {"labels": {"peace": "favor"}}, "labels: unknown target 'peace'"),
    ("stance.jsonl", {"text": " "}, "`text` is ' '"),
    ("stance.jsonl", {"speaker": ...}, "key `speaker` is missing"),
])  # fmt: skip
def test_a_wrong_row_is_named(tmp_path, name, change, says):
    with pytest.raises(DataError) as caught:
        read(tmp_path, name, {}, change)
    assert f"{name}, line 2" in caught.value.where
    assert says in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_ids_are_unique(tmp_path, name):
    with pytest.raises(DataError, match=r"line 2(.|\n)*(is taken by line 1|appears twice)"):
        read(tmp_path, name, {}, {FILES[name][2]: "B-1"})


def test_quotes_after_a_wrong_row_are_read(tmp_path):
    path = write(tmp_path, "quotes.jsonl", {}, {"type": "loud"}, {})
    path.write_text("{\n[]\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = [isinstance(row, gold_rows.GoldQuote) for row in gold_rows.iterate_gold_quotes(path)]
    assert found == [False, False, True, False, True]


@pytest.mark.parametrize(("change", "says"), [
    ({}, None), ({"content": [{"start": 1, "end": 20, "text": "“We will not stop,”"}]}, "characters 1 to 20 are"),
    ({"cue": {"start": 20, "end": 24, "text": "told"}}, "the row says 'told'"),
    ({"source": {"start": 25, "end": 99, "text": "Nadia Sarkel"}}, "characters 25 to 99"),
    ({"article_id": "b"}, "article b is not among the articles of x.txt"),
    ({"article_id": "b", "raw_path": "left_out.txt"}, None),
])  # fmt: skip
def test_spans_have_their_texts(tmp_path, change, says):
    problems = [*gold_rows.find_span_problems(read(tmp_path, "quotes.jsonl", change), {"a": TEXT}, {"x.txt"})]
    assert len(problems) == (says is not None)
    assert all(says in str(problem) and "quotes.jsonl, line 1" in str(problem) for problem in problems)


FIGURES = {"quotes": 676, "f1_favor_against": [0.68, 0.56, 0.76], "calibration_error": [0.013, 0.012, 0.041]}
FIGURES |= {"kept": 0.765, "kept_right": [0.967, 0.94, 0.98], "baseline_name": "word n-grams, linear SVM"}
FIGURES |= {"baseline_f1_favor_against": [0.57, 0.45, 0.66], "difference": [0.11, -0.02, 0.2]}
SET = {"name": "news", "description": "Picked for their words.", "licence": "not free", "command": "measure it"}


def sets(targets=None, **fields):
    return {"sets": [SET | {"targets": {"ceasefire": FIGURES} if targets is None else targets} | fields]}


def figures(**changed):
    return sets({"ceasefire": FIGURES | changed})


def read_figures(tmp_path, content, targets=("ceasefire",)):
    path = tmp_path / "real_quotes.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_real_quotes(path, targets)


def test_figures_of_a_set(tmp_path):
    counts = {"favor": {"favor": 9, "against": 1}, "unrelated": {"favor": 2}}
    (news,) = read_figures(tmp_path, figures(kept_stances=counts))
    found = news.pop("targets")["ceasefire"]
    assert news == SET
    assert found["f1_favor_against"] == {"value": 0.68, "low": 0.56, "high": 0.76}
    assert (found["quotes"], found["kept"], found["stances_kept_right"]) == (676, 0.765, None)
    assert found["kept_stances"] == counts
    assert read_real_quotes(tmp_path / "none.json", ["ceasefire"]) == read_figures(tmp_path, {"sets": []}) == []
    assert read_figures(tmp_path, sets(), ["truce"])[0]["targets"] == {}


@pytest.mark.parametrize(("content", "told"), [
    ("{", "not a JSON file"), ([], "no list `sets`"), ({"sets": [3]}, "sets[0]: not a set"),
    (sets(licence=""), "`licence`"), (sets(source="x"), "unknown key `source`"),
    (sets({"ceasefire": 1}), "sets[0], ceasefire: no figures"), (figures(kept_right=[0.9, 0.8]), "`kept_right`"),
    (figures(f1_favor_against=[0.5, 0.6, 0.4]), "write value, low, high"),
    (figures(kept_stances={"favor": {"favor": -1}}), "`kept_stances"),
])  # fmt: skip
def test_errors_name_the_place(tmp_path, content, told):
    with pytest.raises(ParleyError) as raised:
        read_figures(tmp_path, content)
    assert "real_quotes.json" in str(raised.value)
    assert told in str(raised.value)
