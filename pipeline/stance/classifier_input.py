"""What a stance is read from: the quote, its cue and its paragraph, whatever the caller has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.text import enclosing_span, paragraphs

KEYS = ("text", "context", "speaker", "cue")


@dataclass(frozen=True)
class Item:
    """A quote as the classifier sees it; `context` is the paragraph or paragraphs that hold it, empty if unknown."""

    text: str
    context: str = ""
    cue: str = ""
    speaker: str = ""


def as_item(given: str | Quote | Mapping[str, Any]) -> Item:
    """Turn a string, a `Quote` or a mapping (`text`, and optionally `context`, `speaker`, `cue`) into an `Item`.

    Raises
    ------
    DataError
        On anything else, or a mapping without a text.
    """
    if isinstance(given, str):
        return Item(str(given))
    if isinstance(given, Quote):
        return _of_quote(given)
    if isinstance(given, Mapping) and isinstance(given.get("text"), str):
        values = {key: given.get(key) or "" for key in KEYS}
        if bad := [key for key, value in values.items() if not isinstance(value, str)]:
            raise DataError(f"`{bad[0]}` is {values[bad[0]]!r}", fix="give text, or None")
        return Item(**values)
    raise DataError(f"a {type(given).__name__} is no quote", fix='give strings, Quotes or mappings with a "text"')


def as_items(given: Iterable[str | Quote | Mapping[str, Any]]) -> list[Item]:
    """Each as an `Item`.

    Raises
    ------
    DataError
        When one string is given instead of a list, or a member is no quote.
    """
    if isinstance(given, (str, Mapping, Quote)):
        raise DataError("one quote where a list is wanted", fix="give [quote]")
    return [as_item(one) for one in given]


def _of_quote(quote: Quote) -> Item:
    context = ""
    if quote.content:
        start, end = enclosing_span(paragraphs(quote.text), quote.content[0][0], quote.content[-1][1])
        context = quote.text[start:end]
    return Item(quote.quoted, context, quote.words(quote.cue) or "", quote.speaker or "")
