"""Which column of a table is read: names that differ only in upper and lower case, and two columns of one name."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.ingest.column_mapping import document_from_row, find_columns
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import find_reader
from pipeline.ingest.raw_document import RawDocument, Reject

FORMATS = ("a.csv", "a.parquet")
COLUMNS = IngestConfig().columns


def read_table(path: Path, names: list[str], *rows: list[str]) -> list[RawDocument | Reject]:
    """Write a table as the format that the ending of its path names, and read it."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([names, *rows])
    else:
        pq.write_table(pa.table([pa.array(values) for values in zip(*rows, strict=True)], names=names), path)
    return list(find_reader(path.name)(path, IngestConfig()))


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize(
    ("names", "values", "text"),
    [
        (["text", "TEXT", "Text"], ["a", "b", "c"], "a"),
        (["Text", "TEXT", "text"], ["a", "b", "c"], "c"),
        (["Text", "TEXT", "text"], ["a", "b", " "], "a"),
        (["TEXT", "Text", "title"], ["a", "b", "c"], "a"),
        (["BODY", "TEXT", "title"], ["a", "b", "c"], "b"),
    ],
)
def test_the_spelling_of_the_config_is_tried_first(
    tmp_path: Path, file: str, names: list[str], values: list[str], text: str
) -> None:
    (document,) = read_table(tmp_path / file, names, values)
    assert isinstance(document, RawDocument)
    assert document.text == text


@pytest.mark.parametrize(
    ("tried", "record", "text"),
    [
        (["Doc.Text"], {"doc": {"text": "a"}, "Doc": {"TEXT": "b", "Text": "c"}}, "c"),
        (["doc.text"], {"Doc": 1, "DOC": {"text": "a"}}, "a"),
        (["doc.text"], {"doc.text": "a", "doc": {"text": "b"}}, "a"),
        (["TEXT", "text"], {"text": "a", "TEXT": "b"}, "b"),
    ],
)
def test_the_key_of_an_object(tried: list[str], record: dict, text: str) -> None:
    document = document_from_row(record, {"text": tried}, 1)
    assert isinstance(document, RawDocument)
    assert document.text == text


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Text", "text", "TEXT"], {"text": ["text", "Text", "TEXT"]}),
        (["body", "Text"], {"text": ["Text", "body"]}),
        (["note"], {}),
    ],
)
def test_columns_are_found_in_the_order_in_which_they_are_tried(names: list[str], found: dict) -> None:
    assert find_columns(names, COLUMNS) == found


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize("twice", ["text", "date", "Site"])
def test_two_columns_of_one_name_are_a_reject(tmp_path: Path, file: str, twice: str) -> None:
    names = list(dict.fromkeys(["text", twice]))
    (reject,) = read_table(tmp_path / file, [*names, twice], ["a"] * (len(names) + 1))
    assert isinstance(reject, Reject)
    assert (reject.reason, f"2 columns are called `{twice}`" in reject.detail) == ("bad_file", True)


@pytest.mark.parametrize("file", FORMATS)
def test_two_columns_that_are_not_read_may_have_one_name(tmp_path: Path, file: str) -> None:
    (document,) = read_table(tmp_path / file, ["text", "note", "note"], ["a", "b", "c"])
    assert isinstance(document, RawDocument)
    assert document.text == "a"
