"""Show quotes in a notebook as HTML, and turn them into a table for pandas or polars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from pipeline.core.number_format import counted
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import EXTRACTED, QUOTES
from pipeline.core.text import article_id, paragraphs
from pipeline.extract.quote_table import quote_row

# Columns of the dataset that a single quote determines: those of an extracted quote, and those of its speaker.
_EXTRACTED = {column.name for column in EXTRACTED.columns} - {"quote_id"}
_SPEAKER = [c.name for c in QUOTES.columns if c.name in Quote.__dataclass_fields__ and c.name not in _EXTRACTED]


class QuoteList:
    """A list of quotes that a notebook renders as HTML: the first `limit` ones, and the number of the rest."""

    def __init__(self, quotes: Iterable[Quote], limit: int = 50) -> None:
        self.quotes, self.limit = list(quotes), limit

    def _repr_html_(self) -> str:
        rest = len(self.quotes) - self.limit
        more = f"<p>{rest} more.</p>" if rest > 0 else ""
        return "".join(quote._repr_html_() for quote in self.quotes[: self.limit]) + more

    def __repr__(self) -> str:
        return counted(len(self.quotes), "quote")


def show(quotes: Iterable[Quote], limit: int = 50) -> QuoteList:
    """Return the quotes as an object that a notebook renders, each quote in its paragraph."""
    return QuoteList(_checked(quotes), limit)


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
    fields = [(c.name, c.type) for c in QUOTES.columns if c.name in _EXTRACTED or c.name in _SPEAKER]
    fields.append(("speaker_kind", pa.string()))
    return pa.Table.from_pylist([_build_row(quote) for quote in _checked(quotes)], schema=pa.schema(fields))


def _checked(quotes: Iterable[Quote]) -> Iterator[Quote]:
    """Yield quotes; raise TypeError on what is none."""
    for quote in quotes:
        if not isinstance(quote, Quote):
            raise TypeError(f"this takes quotes as an Extractor returns them, not {type(quote).__name__}")
        yield quote


def _build_row(quote: Quote) -> dict[str, Any]:
    """Return the row of a quote."""
    row = quote_row(article_id(quote.text), quote.text, quote, paragraphs(quote.text))
    return row | {name: getattr(quote, name) for name in _SPEAKER} | {"speaker_kind": quote.kind}
