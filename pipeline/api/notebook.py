"""Quotes in a notebook: several at once as HTML, and as a table for pandas or polars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import QUOTES
from pipeline.core.text import article_id, enclosing_span, paragraphs

# Columns of the dataset that are plain attributes of a quote, and those made of its spans.
_ATTRIBUTE_COLUMNS = [
    c.name for c in QUOTES.columns if c.name in Quote.__dataclass_fields__.keys() - {"content", "cue", "source"}
]
_SPAN_COLUMNS = {
    "article_id",
    "content",
    "parts",
    "cue",
    "cue_start",
    "cue_end",
    "source",
    "source_start",
    "source_end",
}
_SPAN_COLUMNS |= {"context_start", "context_end"}


class QuoteList:
    """Quotes that a notebook renders one below the other.

    Parameters
    ----------
    quotes : iterable of Quote
        In the order in which they are shown.
    limit : int
        How many are shown; the rest is counted.
    """

    def __init__(self, quotes: Iterable[Quote], limit: int = 50) -> None:
        self.quotes, self.limit = list(quotes), limit

    def _repr_html_(self) -> str:
        rest = len(self.quotes) - self.limit
        more = f"<p>{rest} more.</p>" if rest > 0 else ""
        return "".join(quote._repr_html_() for quote in self.quotes[: self.limit]) + more

    def __repr__(self) -> str:
        return f"{len(self.quotes)} quotes"


def show(quotes: Iterable[Quote], limit: int = 50) -> QuoteList:
    """Show quotes in a notebook, each in its paragraph."""
    return QuoteList(quotes, limit)


def table(quotes: Iterable[Quote]) -> pa.Table:
    """Quotes as an Arrow table, with names and types of the columns of the dataset.

    Parameters
    ----------
    quotes : iterable of Quote
        Of one text or many.

    Returns
    -------
    pyarrow.Table
        A row per quote: `.to_pandas()` makes a pandas DataFrame of it, `polars.from_arrow(...)` a polars one.
        `speaker_kind` stands beside the columns of `data_tables.QUOTES` that a quote by itself can fill.
    """
    fields = [(c.name, c.type) for c in QUOTES.columns if c.name in _SPAN_COLUMNS or c.name in _ATTRIBUTE_COLUMNS]
    fields.append(("speaker_kind", pa.string()))
    return pa.Table.from_pylist([_row(quote) for quote in quotes], schema=pa.schema(fields))


def _row(quote: Quote) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(quote, name) for name in _ATTRIBUTE_COLUMNS}
    row |= {"article_id": article_id(quote.text), "content": quote.quoted, "speaker_kind": quote.kind}
    row["parts"] = [{"start": start, "end": end} for start, end in quote.content]
    for name, span in (("cue", quote.cue), ("source", quote.source)):
        row[name] = quote.words(span)
        row[f"{name}_start"], row[f"{name}_end"] = span if span else (None, None)
    lines = paragraphs(quote.text)
    row["context_start"], row["context_end"] = enclosing_span(lines, quote.content[0][0], quote.content[-1][1])
    return row
