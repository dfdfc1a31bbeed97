"""Reading the behaviour suite: valid rows, and errors with file, line, field and remedy."""

import json

import pytest

from pipeline.core.errors import DataError
from pipeline.core.targets import Target
from pipeline.gold.behaviour_suite import read_behaviours

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
TARGETS = {"ceasefire": Target("Should it stop?", LABELS)}
ONE = {"text": "We want a truce", "cue": "said", "context": "We want a truce, she said.", "speaker": None}
TWO = {"text": "We want no truce", "cue": "said", "context": None, "speaker": None}
ITEM = {"id": "B-1", "kind": "must_pass", "capability": "negation", "target": "ceasefire", "texts": [ONE]}
ITEM |= {"expect": "favor"}


def read(tmp_path, *items):
    path = tmp_path / "behaviours.jsonl"
    path.write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    return read_behaviours(path, TARGETS)


@pytest.mark.parametrize(
    ("change", "reserved"), [({}, False), ({"reserved": False}, False), ({"reserved": True}, True)]
)
def test_what_is_reserved(tmp_path, change, reserved):
    assert read(tmp_path, ITEM | change)[0].reserved is reserved


def test_a_missing_file_is_an_empty_suite(tmp_path):
    assert read_behaviours(tmp_path / "behaviours.jsonl", TARGETS) == []


@pytest.mark.parametrize(
    ("change", "labels", "passed"),
    [
        ({}, ("favor",), True),
        ({}, ("neutral",), False),
        ({"kind": "hard_negative", "expect": "unrelated"}, ("unrelated",), True),
        ({"kind": "hard_negative", "expect": "unrelated"}, ("favor",), False),
        ({"kind": "invariance", "texts": [ONE, TWO], "expect": None}, ("neutral", "neutral"), True),
        ({"kind": "invariance", "texts": [ONE, TWO], "expect": None}, ("neutral", "favor"), False),
        ({"kind": "direction", "texts": [ONE, TWO], "expect": ["favor", "against"]}, ("favor", "against"), True),
        ({"kind": "direction", "texts": [ONE, TWO], "expect": ["favor", "against"]}, ("against", "favor"), False),
    ],
)
def test_which_labels_pass(tmp_path, change, labels, passed):
    (item,) = read(tmp_path, ITEM | change)
    assert item.passes(labels) is passed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "perhaps"}, ".*`kind` is 'perhaps'"),
        ({"target": "weather"}, ".*unknown target 'weather'"),
        ({"texts": [ONE, TWO]}, "texts: must_pass has 1"),
        ({"texts": [ONE | {"text": ""}]}, r"texts\[0\]: `text` is ''"),
        ({"texts": [ONE | {"context": "Another paragraph."}]}, r"texts\[0\], context: the text is not in it"),
        ({"texts": [ONE | {"mood": "glad"}]}, r"texts\[0\]: unknown key `mood`"),
        ({"reserved": "yes"}, ".*`reserved` is 'yes'"),
        ({"expect": "perhaps"}, r"expect: \('perhaps',\) is not what must_pass expects"),
        ({"expect": ["favor", "favor"]}, "expect: "),
        ({"expect": 3}, ".*`expect"),
        ({"kind": "hard_negative"}, r"expect: \('favor',\) is not what hard_negative expects"),
        ({"kind": "direction", "texts": [ONE, TWO]}, r"expect: \('favor',\) is not what direction expects"),
        ({"kind": "invariance", "texts": [ONE, TWO]}, r"expect: \('favor',\) where none is wanted"),
        ({"capability": None}, ".*`capability` is None"),
        ({"extra": 1}, ".*unknown key `extra`"),
    ],
)
def test_errors_of_rows(tmp_path, change, says):
    with pytest.raises(DataError, match=rf"(?s)behaviours\.jsonl, line 2[,:] {says}.*→"):
        read(tmp_path, ITEM, ITEM | {"id": "B-2"} | change)


def test_ids_are_unique(tmp_path):
    with pytest.raises(DataError, match=r"line 2, id: id 'B-1' is taken by line 1"):
        read(tmp_path, ITEM, ITEM)
