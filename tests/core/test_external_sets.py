"""External labelled quotes: fields under other names, and errors with file, line and field."""

import json

import pytest

from pipeline.core.errors import ConfigError, DataError
from pipeline.core.targets import Target
from pipeline.gold.external_sets import ExternalSet, load_external_sets, parse_external_sets, read_external_rows

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
TARGETS = {name: Target("Should it?", LABELS) for name in ("ceasefire", "territorial_concession")}
ROW = {"text": "Tolvar wants a truce", "doc": "d1", "date": "2024-02-01", "context": "", "ceasefire": "favor"}
ROW |= {"territorial_concession": "unrelated", "annotator_a": ["favor", "neutral"], "speaker": "Tolvar"}


def read(tmp_path, *rows, **options):
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return read_external_rows(tmp_path, ExternalSet("mine", "gold.jsonl", **options), TARGETS)


def test_fields_of_a_row(tmp_path):
    (row,) = read(tmp_path, ROW)
    assert row.quote == {"text": "Tolvar wants a truce", "context": None, "cue": None, "speaker": "Tolvar"}
    assert (row.id, row.group) == ("row 1", "d1")
    assert row.labels == {"ceasefire": "favor", "territorial_concession": "unrelated"}
    assert row.annotators == ({"ceasefire": "favor", "territorial_concession": "neutral"},)


def test_labels_in_a_mapping_or_for_one_target(tmp_path):
    (row,) = read(tmp_path, {"id": "x", "text": "No truce", "labels": {"ceasefire": "against"}})
    assert (row.id, row.group, row.annotators) == ("x", "row 1", ())
    assert row.labels == {"ceasefire": "against"}


def test_fields_under_other_names(tmp_path):
    values = ROW | {"page": "p7", "reader": {"ceasefire": "neutral"}}
    (row,) = read(tmp_path, values, group=["page"], annotators=["reader"])
    assert row.group == "p7"
    assert row.annotators == ({"ceasefire": "neutral"},)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ceasefire": "perhaps"}, "ceasefire: unknown label 'perhaps'"),
        ({"text": ""}, "text: empty text"),
        ({"text": None}, "text: None is no text"),
        ({"context": 7}, "context: 7 is no text"),
        ({"ceasefire": None, "territorial_concession": None}, "ceasefire: no label for any target"),
        ({"annotator_a": ["favor"] * 3}, "annotator_a: 3 labels for 2 targets"),
        ({"annotator_a": ["perhaps"]}, "annotator_a, ceasefire: unknown label"),
        ({"annotator_a": "favor"}, "annotator_a: no labels"),
    ],
)
def test_errors_of_rows(tmp_path, change, says):
    with pytest.raises(DataError, match=rf"(?s)gold\.jsonl, line 2, {says}.*→"):
        read(tmp_path, ROW, ROW | change)


def test_ids_are_unique(tmp_path):
    with pytest.raises(DataError, match=r"line 2, id: id 'x' is taken by line 1"):
        read(tmp_path, ROW | {"id": "x"}, ROW | {"id": "x"})


def test_a_missing_or_empty_file_is_an_error(tmp_path):
    with pytest.raises(DataError, match=r"(?s)mine\.jsonl: no such file.*→"):
        read_external_rows(tmp_path, ExternalSet("mine", "mine.jsonl"), TARGETS)
    with pytest.raises(DataError, match=r"(?s)gold\.jsonl: no row.*→"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ("gold.jsonl", "`external` is no list"),
        (["gold.jsonl"], r"external\[0\]: 'gold.jsonl' is no set"),
        ([{"name": "a/b", "path": "x"}], "`name` is"),
        ([{"name": "a"}], "`path` is missing"),
        ([{"name": "a", "path": "x", "label": "y"}], "unknown key `label`"),
        ([{"name": "a", "path": "x"}, {"name": "a", "path": "y"}], "two sets are called 'a'"),
    ],
)
def test_invalid_entries_of_the_config(entries, says):
    with pytest.raises(ConfigError, match=says):
        parse_external_sets(entries, "evaluate.yaml")


def test_no_entries_give_no_sets(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/evaluate.yaml").write_text("examples: 3\n")
    assert load_external_sets(tmp_path) == []
