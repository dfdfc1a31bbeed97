"""The detail of a reject says what is wrong and what to do; rejects without end are counted, and none is lost."""

from __future__ import annotations

import pytest
from ingest_inputs import STORY, Project

from pipeline.core import paths
from pipeline.evaluate.run_counts import _count_rejects
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.column_mapping import document_from_row
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.raw_document import MAX_DETAIL_CHARACTERS, RawDocument, Reject, summarise_rejects

BAD, EMPTY = Reject("bad_row", "broken"), Reject("empty", "no text")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([], []),
        ([("a", BAD), ("a", BAD)], [("a", "bad_row", 1), ("a", "bad_row", 1)]),
        ([("a", BAD)] * 5, [("a", "bad_row", 1), ("a", "bad_row", 1), ("a", "bad_row", 3)]),
        ([("a", BAD)] * 2 + [("b", BAD)] * 2, [(name, "bad_row", 1) for name in "aabb"]),
        (
            [("a", BAD), ("a", EMPTY)] * 3 + [("b", BAD)],
            [("a", "bad_row", 1), ("a", "empty", 1)] * 2
            + [("a", "bad_row", 1), ("a", "empty", 1), ("b", "bad_row", 1)],
        ),
        ([("a", Reject("bad_row", "counted before", count=4))] * 3, [("a", "bad_row", 4)] * 3),
    ],
)
def test_of_each_file_and_reason_two_are_listed(
    documents: list[tuple[str, Reject]], expected: list[tuple[str, str, int]]
) -> None:
    found = list(summarise_rejects(documents, 2))
    assert [(path, reject.reason, reject.count) for path, reject in found] == expected
    assert sum(reject.count for _, reject in found) == sum(reject.count for _, reject in documents)


def test_articles_among_rejects_keep_their_place() -> None:
    documents = [("a", BAD), ("a", "one"), ("a", BAD), ("a", "two"), ("b", "three")]
    found = [document for _, document in summarise_rejects(documents, 1)]
    assert found[:3] == [BAD, "one", "two"]
    assert isinstance(found[3], Reject)
    assert found[4] == "three"


def test_rows_without_end(project: Project) -> None:
    project.config["max_listed_rejects"] = 3
    short = "".join(f'{{"text": "{number}"}}\n' for number in range(200))
    project.add("a.jsonl", "1\n" * 500 + short)
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


def test_reject_details_are_one_printable_line() -> None:
    detail = Reject("bad_row", "a\n\udcff\tb\x85" + "x" * 10**6).detail
    assert detail.startswith("a ? b x")
    assert len(detail) == MAX_DETAIL_CHARACTERS
    detail.encode("utf-8")


WORDS = "It rained in Port Amsel and the ferry was late. " * 5


@pytest.mark.parametrize(
    ("fields", "reason", "says"),
    [
        ({"text": " "}, "empty", "the text is empty; delete it, or name the column"),
        ({"text": "It rained."}, "too_short", "the text has 2 words ('It rained.'); `min_words` is 30: lower it"),
        ({"text": WORDS, "title": "x" * 10_001}, "bad_row", "`title` has 10001 characters; `max_field_characters` is"),
        ({"text": "x" * 410_001}, "too_long", "the text has 410001 characters; `max_characters` is 200000: split it"),
        ({"text": WORDS + "x" * 1001}, "long_word", "text or title has 1001 characters without a space"),
    ],
)
def test_what_is_wrong_with_the_text_and_what_to_do(fields, reason, says):
    found = ArticleCleaner(IngestConfig()).clean(RawDocument(7, **fields))
    assert isinstance(found, Reject)
    assert (found.reason, found.row) == (reason, 7)
    assert says in found.detail


def test_a_file_without_a_text_is_told_of_no_column():
    found = ArticleCleaner(IngestConfig()).clean(RawDocument(None, text=" "))
    assert isinstance(found, Reject)
    assert found.detail == "the text is empty; put the text of the article into the file, or delete it"


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"Body": ["a", 1]}, "`body`, the text, is a list, no string; convert the column"),
        ({"k": "x"}, "columns found: `k`; add the one with the text to `columns.text` in configs/ingest.yaml"),
    ],
)
def test_which_column_is_wrong_and_where_to_name_another(record, says):
    found = document_from_row(record, COLUMNS, 3)
    assert isinstance(found, Reject)
    assert found.detail.startswith(says)
