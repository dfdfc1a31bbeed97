"""Articles made by hand, with the quotes in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.core.language import Language, load_language
from pipeline.core.quote import Quote
from pipeline.parse.parser import Parser
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.vocabulary import Vocabulary, build_vocabulary

# Content, source and cue as they stand in the text; None for a source or cue that is not there.
Row = tuple[str, str | None, str | None]
ENTRIES = [
    GazetteerEntry("Kestria", ("Tolvar", "Linden House"), "", "country"),
    GazetteerEntry("Velmora", ("Sorrin", "Citadel"), "", "country"),
    GazetteerEntry("Ilse Korvath", (), "", "person", "Kestria", "foreign minister", gender="female"),
    GazetteerEntry("Rustam Odei", (), "", "person", "Velmora", "foreign minister"),
    GazetteerEntry("Volodar Zelinskyy", ("Zelinsky",), "Q999000001", "person", "Kestria", "president"),
    GazetteerEntry("Concord of States", ("Concord",), "", "organisation"),
]


@pytest.fixture(scope="session")
def language() -> Language:
    return load_language("en")


@pytest.fixture(scope="session")
def parser(language: Language) -> Parser:
    return Parser(language)


@pytest.fixture(scope="session")
def vocabulary(language: Language) -> Vocabulary:
    return build_vocabulary(language)


@pytest.fixture(scope="session")
def gazetteer(vocabulary: Vocabulary) -> Gazetteer:
    return Gazetteer(ENTRIES, vocabulary)


def locate(text: str, rows: list[Row]) -> list[Quote]:
    """Quotes of rows, contents in order, each source and cue at its occurrence nearest to the content."""
    quotes, at = [], 0
    for content, source, cue in rows:
        at = text.index(content, at)
        span = (at, at + len(content))
        kind = "direct" if content[0] in "\"“‘'" else "indirect"
        quotes.append(Quote(text, [span], kind, cue=_near(text, cue, span), source=_near(text, source, span)))
        at += 1
    return quotes


def _near(text: str, words: str | None, span: tuple[int, int]) -> tuple[int, int] | None:
    if words is None:
        return None
    found = [i for i in range(len(text)) if text.startswith(words, i) and not span[0] <= i < span[1]]
    start = min(found, key=lambda i: min(abs(i - span[1]), abs(span[0] - i - len(words))))
    return start, start + len(words)


@pytest.fixture(scope="session")
def speakers(parser: Parser, gazetteer: Gazetteer) -> Callable[[str, list[Row]], list[Quote]]:
    """A function of a text and rows that gives resolved quotes."""

    def resolved(text: str, rows: list[Row]) -> list[Quote]:
        quotes = locate(text, rows)
        (doc,) = parser.pipe([text])
        return resolve(doc, quotes, gazetteer)

    return resolved
