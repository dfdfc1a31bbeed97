"""Read the annotated articles of the run, and the annotated and predicted quotes in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.quote import row_parts, row_span
from pipeline.core.storage import tables
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.gold.quote_annotations import GoldQuote


def read_texts(root: Path, wanted: set[str]) -> dict[str, str]:
    """Return the texts of the articles with these article_ids, as far as they are in the run."""
    return dict(tables.iterate_column(root / paths.ARTICLES, "text", wanted))


def group_by_article(quotes: Iterable[tuple[str, QuoteSpans]]) -> dict[str, list[QuoteSpans]]:
    """Collect the quotes of each article, in their order."""
    out: dict[str, list[QuoteSpans]] = {}
    for article_id, quote in quotes:
        out.setdefault(article_id, []).append(quote)
    return out


def gold_quote_spans(gold: Iterable[GoldQuote], texts: Mapping[str, str]) -> Iterator[tuple[str, QuoteSpans]]:
    """Yield article_id and spans of each annotated quote of an article of the run."""
    for quote in gold:
        if quote.article_id in texts:
            yield quote.article_id, gold_spans(quote)


def gold_spans(quote: GoldQuote) -> QuoteSpans:
    """Return the spans, speaker and type of an annotated quote."""
    return QuoteSpans(quote.content, quote.cue, quote.source, quote.speaker, quote.type)


def predicted_quote_spans(
    rows: Iterable[Mapping[str, Any]], texts: Mapping[str, str]
) -> Iterator[tuple[str, QuoteSpans]]:
    """Yield article_id and spans of each predicted quote of an annotated article, from rows of quotes."""
    for row in rows:
        if row["article_id"] in texts:
            cue, source = row_span(row, "cue"), row_span(row, "source")
            yield row["article_id"], QuoteSpans(row_parts(row), cue, source, row.get("speaker"), row["type"])
