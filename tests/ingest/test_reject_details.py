"""The detail of a reject says what is wrong with which field, and what to do about it."""

from __future__ import annotations

import pytest

from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.column_mapping import document_from_row
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.deduplication import Deduplicator
from pipeline.ingest.raw_document import RawDocument, Reject

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


@pytest.mark.parametrize("text", ["It rained all day in Port Amsel.", WORDS])
def test_of_two_copies_the_first_stays_and_the_reject_says_why(text):
    articles = Deduplicator(threshold=0.8)
    articles.add("a", WORDS, "a.csv", 2)
    found = articles.add("a" if text != WORDS else "b", text, "b.txt", None)
    assert "article a (a.csv, row 2), which stays because it is read first" in found.detail
