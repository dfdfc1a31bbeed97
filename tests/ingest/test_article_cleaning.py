"""Headline, author, date and boilerplate of a raw document."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_inputs import GERMAN

from pipeline.ingest.article_cleaning import ArticleCleaner, drop_repeated_lines, reject_other_language
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RawDocument


def clean(text: str, **fields: Any) -> dict[str, Any]:
    """Return the article of a text, however short it is."""
    row = ArticleCleaner(IngestConfig(min_words=1)).clean(RawDocument(None, text, **fields))
    assert isinstance(row, dict)
    return row


BODY = "“The guns fell silent at noon and the ferry sailed,” said Ilse Korvath."


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Guns fall silent", "Guns fall silent.\n\nThe ferry sailed.", "Guns fall silent\n\nThe ferry sailed."),
        # A title cut from the first line.
        ("“The guns fell silent at noon and the", BODY, BODY),
        ("The guns fell silent at noon and", BODY, BODY),
        *(
            (title, BODY, f"{title}\n\n{BODY}")
            for title in (
                "The guns fell silent",
                "The guns fell silent at noon, and nobody",
                "Guns fall silent at noon on the river",
            )
        ),
    ],
)
def test_a_title_is_in_the_text_once(title: str, body: str, expected: str) -> None:
    row = clean(body, title=title)
    assert (row["title"], row["text"]) == (title, expected)


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
    row = clean(text, headline_in_text=True)
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
    row = clean(text, headline_in_text=True)
    assert (row["author"], row["dates"]) == (author, [])
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
    assert clean(line)["text"] == expected


def test_boilerplate_removal_can_be_switched_off() -> None:
    cleaner = ArticleCleaner(IngestConfig(min_words=1, strip_boilerplate=False))
    row = cleaner.clean(RawDocument(None, "Advertisement\nThe boats sailed."))
    assert isinstance(row, dict)
    assert row["text"] == "Advertisement\n\nThe boats sailed."


def test_language_of_short_texts() -> None:
    names = "Korvath met Dravic-Oss in Belhaven; Odei and Venn stayed in Sorrin."
    assert reject_other_language(names, IngestConfig()) is None
    found = reject_other_language(GERMAN, IngestConfig())
    assert found is not None
    assert "(de)" in found.detail


HEADLINE = "Velmora ready to sign the truce"
TEASER = "The foreign minister of Velmora said on Friday that she would sign"
LEAD = TEASER + ", whatever the terms."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([HEADLINE, LEAD, "More."], [LEAD, "More."]),
        (["NORTHWIRE", HEADLINE.upper() + "!", LEAD], ["NORTHWIRE", LEAD]),
        ([TEASER + ".", "By Vuk Tarr", LEAD], ["By Vuk Tarr", LEAD]),
        ([TEASER, TEASER, LEAD], [LEAD]),
        ([LEAD, LEAD, "More."], [LEAD, "More."]),
        ([LEAD, TEASER, "More."], [LEAD, TEASER, "More."]),  # the shorter one below: it may be a summary
        ([HEADLINE + ", says its minister.", LEAD], [HEADLINE + ", says its minister.", LEAD]),
        (["No truce now.", "No truce now. Never.", LEAD], ["No truce now.", "No truce now. Never.", LEAD]),
        (["One.", "Two.", "Three.", "Four.", "Five.", "Six.", HEADLINE], None),  # far below the top
        (["—", "***", LEAD], None),
        ([], None),
    ],
)
def test_lines_that_are_said_again_at_the_top_are_removed(body: list[str], expected: list[str] | None) -> None:
    assert drop_repeated_lines(HEADLINE, body) == (body if expected is None else expected)


@given(st.lists(st.text("ab \n.", max_size=16), max_size=9), st.none() | st.text("ab "))
def test_no_word_is_lost_with_a_repeated_line(body: list[str], title: str | None) -> None:
    kept = drop_repeated_lines(title, body)
    words = {word for line in [title or "", *kept] for word in line.replace(".", " ").split()}
    assert {word for line in body for word in line.replace(".", " ").split()} <= words
