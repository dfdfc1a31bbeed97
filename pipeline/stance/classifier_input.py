"""What a stance is read from: the quote, its cue and its paragraph, whatever the caller has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.text import enclosing_span, paragraphs

FIELDS = ("text", "context", "speaker", "cue")


@dataclass(frozen=True)
class ClassifierInput:
    """A quote as the classifier sees it; `context` is the paragraph or paragraphs that hold it, empty if unknown."""

    text: str
    context: str = ""
    cue: str = ""
    speaker: str = ""


def to_input(given: str | Quote | Mapping[str, Any]) -> ClassifierInput:
    """Turn a string, a `Quote` or a mapping (`text`, and optionally `context`, `speaker`, `cue`) into an `Item`.

    Raises
    ------
    DataError
        On anything else, or a mapping without a text.
    """
    if isinstance(given, str):
        return ClassifierInput(str(given))
    if isinstance(given, Quote):
        return _input_of_quote(given)
    if isinstance(given, Mapping) and isinstance(given.get("text"), str):
        values = {key: given.get(key) or "" for key in FIELDS}
        if bad := [key for key, value in values.items() if not isinstance(value, str)]:
            raise DataError(f"`{bad[0]}` is {values[bad[0]]!r}", fix="give text, or None")
        return ClassifierInput(**values)
    raise DataError(f"a {type(given).__name__} is no quote", fix='give strings, Quotes or mappings with a "text"')


def to_inputs(given: Iterable[str | Quote | Mapping[str, Any]]) -> list[ClassifierInput]:
    """Each as an `Item`.

    Raises
    ------
    DataError
        When one string is given instead of a list, or a member is no quote.
    """
    if isinstance(given, (str, Mapping, Quote)):
        raise DataError("one quote where a list is wanted", fix="give [quote]")
    return [to_input(one) for one in given]


def _input_of_quote(quote: Quote) -> ClassifierInput:
    context = ""
    if quote.content:
        start, end = enclosing_span(paragraphs(quote.text), quote.content[0][0], quote.content[-1][1])
        context = quote.text[start:end]
    return ClassifierInput(quote.quoted, context, quote.words(quote.cue) or "", quote.speaker or "")
