"""Show quotes in a notebook as HTML, and turn them into a table for pandas or polars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import QUOTES
from pipeline.core.text import article_id, enclosing_span, paragraphs

# Columns of the dataset that are attributes of a quote, and those computed from its spans and text.
_SPANS = ("content", "cue", "source")
_ATTRIBUTE_COLUMNS = [c.name for c in QUOTES.columns if c.name in Quote.__dataclass_fields__ and c.name not in _SPANS]
_COMPUTED_COLUMNS = {"article_id", "content", "parts", "context_start", "context_end"}
_COMPUTED_COLUMNS |= {f"{name}{suffix}" for name in ("cue", "source") for suffix in ("", "_start", "_end")}


class QuoteList:
    """A list of quotes that a notebook renders as HTML.

    Parameters
    ----------
    quotes : iterable of Quote
        In the order in which they are shown.
    limit : int
        Number of quotes to render; of the rest only the number is given.
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
    """Return the quotes as an object that a notebook renders, each quote in its paragraph."""
    return QuoteList(quotes, limit)


def table(quotes: Iterable[Quote]) -> pa.Table:
    """Return quotes as an Arrow table with the column names and types of the dataset.

    Parameters
    ----------
    quotes : iterable of Quote
        Quotes of one text or of many.

    Returns
    -------
    pyarrow.Table
        One row per quote; `.to_pandas()` returns a pandas DataFrame, `polars.from_arrow(...)` a polars one. The columns
        are those of `data_tables.QUOTES` that a single quote determines, and `speaker_kind`.
    """
    fields = [(c.name, c.type) for c in QUOTES.columns if c.name in _COMPUTED_COLUMNS or c.name in _ATTRIBUTE_COLUMNS]
    fields.append(("speaker_kind", pa.string()))
    return pa.Table.from_pylist([_build_row(quote) for quote in quotes], schema=pa.schema(fields))


def _build_row(quote: Quote) -> dict[str, Any]:
    """Return the row of a quote."""
    row: dict[str, Any] = {name: getattr(quote, name) for name in _ATTRIBUTE_COLUMNS}
    row |= {"article_id": article_id(quote.text), "content": quote.quoted, "speaker_kind": quote.kind}
    row["parts"] = [{"start": start, "end": end} for start, end in quote.content]
    for name, span in (("cue", quote.cue), ("source", quote.source)):
        row[name] = quote.words(span)
        row[f"{name}_start"], row[f"{name}_end"] = span if span else (None, None)
    spans = paragraphs(quote.text)
    row["context_start"], row["context_end"] = enclosing_span(spans, quote.content[0][0], quote.content[-1][1])
    return row
