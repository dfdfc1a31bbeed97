"""Quotes as rows of the table `extracted`, with all offsets checked."""

from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.quote import Quote
from pipeline.core.text import Span, paragraphs, widen_to_spans


def quote_rows(article: str, text: str, quotes: list[Quote]) -> list[dict[str, Any]]:
    """Return the rows of an article's quotes; if the text at an offset is not what a row says, that is a DataError."""
    lines = paragraphs(text)
    rows = [quote_row(article, text, quote, lines) for quote in quotes]
    for row in rows:
        _check(row, text)
    return rows


def quote_row(article: str, text: str, quote: Quote, lines: list[Span]) -> dict[str, Any]:
    """Return the row of a quote; `lines` are the paragraphs of its text."""
    start, end = quote.content[0][0], quote.content[-1][1]
    context = widen_to_spans(lines, start, end)
    row = {
        "quote_id": f"{article}-{start}",
        "article_id": article,
        "type": quote.type,
        "content": quote.quoted,
        "parts": [{"start": s, "end": e} for s, e in quote.content],
        "cue": quote.words(quote.cue),
        "source": quote.words(quote.source),
        "rule": quote.rule,
        "confidence": quote.confidence,
        "speech_score": quote.speech_score,
        "context_start": context[0],
        "context_end": context[1],
    }
    for name, span in (("cue", quote.cue), ("source", quote.source)):
        row[f"{name}_start"], row[f"{name}_end"] = span if span else (None, None)
    return row


def _check(row: dict[str, Any], text: str) -> None:
    """Raise an error unless the text at all offsets is what the row says, and parts are in order inside the context."""
    spans = [(name, row[f"{name}_start"], row[f"{name}_end"]) for name in ("cue", "source") if row[name] is not None]
    right = all(0 <= start < end <= len(text) and text[start:end] == row[name] for name, start, end in spans)
    right = right and row["content"] == " ".join(text[part["start"] : part["end"]] for part in row["parts"])
    edges = [edge for part in row["parts"] for edge in (part["start"], part["end"])]
    inside = 0 <= row["context_start"] <= edges[0] and edges[-1] <= row["context_end"] <= len(text)
    if not right or edges != sorted(edges) or not inside:
        raise DataError("an offset does not give back what the row says", where=f"quote {row['quote_id']}")
