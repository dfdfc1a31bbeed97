"""Headline, author, date and boilerplate of a raw document."""

from __future__ import annotations

import pytest
from ingest_inputs import GERMAN

from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.language_detection import detect_language
from pipeline.ingest.raw_document import RawDocument


def test_title_is_not_repeated_in_the_text() -> None:
    config = IngestConfig(min_words=1)
    body = "Guns fall silent.\n\nThe ferry sailed."
    row = ArticleCleaner(config).clean(RawDocument(1, body, title="Guns fall silent"))
    assert isinstance(row, dict)
    assert row["text"] == "Guns fall silent\n\nThe ferry sailed."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ferries cross again\n\nThe boats sailed at noon.", "Ferries cross again"),
        ("Advertisement\nBy Anna Kessel\nFerries cross again\nThe boats sailed at noon.", "Ferries cross again"),
        ("The boats sailed at noon.\n\nNobody was hurt.", None),
        ("Ferries cross again", None),
        ("one " * 30 + "\n\nThe boats sailed at noon.", None),
        ("He said:\n\n“No.”", None),
    ],
)
def test_headline_of_plain_text(text: str, title: str | None) -> None:
    row = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(None, text, headline_in_text=True))
    assert isinstance(row, dict)
    assert row["title"] == title
    assert row["text"].startswith(title or text.strip()[:10])


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Anna Kessel", "Anna Kessel"),
        ("By Anna Kessel, Northwire correspondent", "Anna Kessel"),
        ("By Lise Varga-Holm in Sorrin", "Lise Varga-Holm"),
        ("By Anna Kessel and Marlo Tennant", None),
        ("Daily Ledger staff", None),
    ],
)
def test_author_of_plain_text(line: str, author: str | None) -> None:
    text = f"Ferries cross again\n{line}\nPublished at 09:20\nThe boats sailed at noon."
    row = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(None, text, headline_in_text=True))
    assert isinstance(row, dict)
    assert (row["author"], row["published_at"]) == (author, None)
    assert row["text"] == "Ferries cross again\n\nThe boats sailed at noon."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("We don''t know Tarr''s terms.", "We don't know Tarr's terms."),
        ("They’’ve left.", "They’ve left."),
        ("''No,'' he said. ''It isn''t over.''", "''No,'' he said. ''It isn''t over.''"),
        ("The word ''truce'' was not used.", "The word ''truce'' was not used."),
    ],
)
def test_doubled_apostrophes(line: str, expected: str) -> None:
    row = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(1, line))
    assert isinstance(row, dict)
    assert row["text"] == expected


def test_boilerplate_removal_can_be_switched_off() -> None:
    config = IngestConfig(min_words=1, strip_boilerplate=False)
    row = ArticleCleaner(config).clean(RawDocument(1, "Advertisement\nThe boats sailed."))
    assert isinstance(row, dict)
    assert row["text"] == "Advertisement\n\nThe boats sailed."


def test_language_of_short_texts() -> None:
    assert detect_language("Korvath met Dravic-Oss in Belhaven; Odei and Venn stayed in Sorrin.") == "en"
    assert detect_language(GERMAN) == "de"
