"""The input of the classifier: one quote with its cue and paragraph, from whatever the caller has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.text import paragraphs, widen_to_spans
from pipeline.gold.stance_annotations import StanceRow


@dataclass(frozen=True)
class ClassifierInput:
    """A quote as the classifier reads it; what is unknown is empty."""

    text: str
    context: str = ""  # the paragraph or paragraphs that contain it
    cue: str = ""
    speaker: str = ""


# Everything that the classifier accepts as a quote.
QuoteLike = str | Quote | StanceRow | ClassifierInput | Mapping[str, Any]


def to_input(quote: QuoteLike) -> ClassifierInput:
    """Convert a quote to the input of the classifier; a mapping has `text` and, as far as known, its other fields.

    Anything else, or a mapping without a text, is a DataError.
    """
    if isinstance(quote, ClassifierInput):
        return quote
    if isinstance(quote, str):
        return ClassifierInput(str(quote))
    if isinstance(quote, Quote):
        context = ""
        if quote.content:
            start, end = widen_to_spans(paragraphs(quote.text), quote.content[0][0], quote.content[-1][1])
            context = quote.text[start:end]
        return ClassifierInput(quote.quoted, context, quote.words(quote.cue) or "", quote.speaker or "")
    if isinstance(quote, StanceRow):
        return ClassifierInput(quote.text, quote.context, quote.cue or "", quote.speaker or "")
    if isinstance(quote, Mapping) and isinstance(quote.get("text"), str):
        values = {name: quote.get(name) or "" for name in ClassifierInput.__dataclass_fields__}
        if wrong := [name for name, value in values.items() if not isinstance(value, str)]:
            raise DataError(f"`{wrong[0]}` is {values[wrong[0]]!r}", fix="give text, or None")
        return ClassifierInput(**values)
    raise DataError(f"a {type(quote).__name__} is no quote", fix='give strings, Quotes or mappings with a "text"')


def to_inputs(quotes: Iterable[QuoteLike]) -> list[ClassifierInput]:
    """Convert quotes to inputs of the classifier; one quote instead of a list, or what is no quote, is a DataError."""
    if isinstance(quotes, (str, Quote, StanceRow, ClassifierInput, Mapping)):
        raise DataError("one quote where a list is wanted", fix="give [quote]")
    return [to_input(quote) for quote in quotes]
