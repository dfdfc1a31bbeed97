"""Which column of a table is read; what a reject says; rejects without end are counted, and none is lost."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_inputs import STORY, Project

from pipeline.core import paths
from pipeline.evaluate.run_counts import _count_rejects
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.column_mapping import document_from_row
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.formats import find_reader
from pipeline.ingest.raw_document import RawDocument, Reject, summarise_rejects

BAD, EMPTY = Reject("bad_row", "broken"), Reject("empty", "no text")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([], []),
        ([("a", BAD), ("a", BAD)], [("a", "bad_row", 1), ("a", "bad_row", 1)]),
        ([("a", BAD)] * 5, [("a", "bad_row", 1), ("a", "bad_row", 1), ("a", "bad_row", 3)]),
        (
            [("a", BAD), ("a", EMPTY)] * 3 + [("b", BAD)],
            [("a", "bad_row", 1), ("a", "empty", 1)] * 3 + [("b", "bad_row", 1)],
        ),
        ([("a", Reject("bad_row", "counted before", count=4))] * 3, [("a", "bad_row", 4)] * 3),
    ],
)
def test_of_each_file_and_reason_two_are_listed(documents, expected):
    found = list(summarise_rejects(documents, 2))
    assert [(path, reject.reason, reject.count) for path, reject in found] == expected
    assert sum(reject.count for _, reject in found) == sum(reject.count for _, reject in documents)


def test_rows_without_end(project: Project) -> None:
    project.config["max_listed_rejects"] = 3
    project.add("a.jsonl", "1\n" * 500 + "".join(f'{{"text": "{number}"}}\n' for number in range(200)))
    project.add("b.txt", STORY)
    assert project.run() == {"articles": 1, "rejected": 700}
    counts = [(row["row"], row["reason"], row["count"]) for row in project.rejects]
    assert counts == [
        *((row, "bad_row", 1) for row in (1, 2, 3)),
        *((row, "too_short", 1) for row in (501, 502, 503)),
        (None, "bad_row", 497),
        (None, "too_short", 197),
    ]
    assert _count_rejects(project.root / paths.REJECTS) == {"bad_row": 500, "too_short": 200}


@pytest.mark.parametrize(
    ("row", "fields", "reason", "says"),
    [
        (7, {"text": " "}, "empty", "the text is empty; delete it, or name the column"),
        # A file that is no table is told of no column.
        (None, {"text": " "}, "empty", "the text is empty; put the text of the article into the file, or delete it"),
        (7, {"text": "It rained."}, "too_short", "the text has 2 words ('It rained.'); `min_words` is 30: lower it"),
        (7, {"text": f"{STORY} {'x' * 100}", "title": "x " * 100}, None, ""),
        (7, {"text": f"{STORY} {'x' * 101}"}, "long_word", "text or title has 101 characters without a space"),
        (7, {"text": STORY, "title": "x " * 101}, "bad_row", "`title` has 202 characters; `max_field_characters` is"),
        (7, {"text": STORY, "author": "x " * 101}, "bad_row", "`author` has 202 characters; `max_field_characters`"),
        (7, {"text": f"{STORY} {', ' * 300}"}, "too_long", "`max_tokens`"),
        (7, {"text": STORY * 60}, "too_long", "characters; `max_characters` is 2000: split it"),
    ],
)
def test_what_is_wrong_with_an_article_and_what_to_do(row, fields, reason, says):
    limits = {"max_word_characters": 100, "max_tokens": 350, "max_field_characters": 200, "max_characters": 2000}
    found = ArticleCleaner(IngestConfig(**limits)).clean(RawDocument(row, **fields))
    assert isinstance(found, Reject) == bool(reason)
    if reason:
        assert (found.reason, found.row) == (reason, row)
        assert says in found.detail


def test_which_column_is_wrong() -> None:
    found = document_from_row({"Body": ["a", 1]}, COLUMNS, 3)
    assert isinstance(found, Reject)
    assert found.detail == "`body`, the text, is a list, no string; convert the column"


FORMATS = ("a.csv", "a.parquet")


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
def test_the_spelling_of_the_config_is_tried_first(tmp_path, file, names, values, text):
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


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize("twice", ["text", "date", "Site", "note"])
def test_two_columns_of_one_name_are_a_reject_if_they_are_read(tmp_path: Path, file: str, twice: str) -> None:
    names = list(dict.fromkeys(["text", twice]))
    (found,) = read_table(tmp_path / file, [*names, twice], ["a"] * (len(names) + 1))
    if twice == "note":
        assert isinstance(found, RawDocument)
    else:
        assert isinstance(found, Reject)
        assert (found.reason, f"2 columns are called `{twice}`" in found.detail) == ("bad_file", True)
