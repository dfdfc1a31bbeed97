"""Read the annotated articles of the run, and the annotated and predicted quotes in them with their slices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from pipeline.core import paths
from pipeline.core.quote import row_parts, row_span
from pipeline.core.storage import tables
from pipeline.core.text import Span, join_parts
from pipeline.evaluate.slices import NOBODY, PARTS, UNKNOWN, length_slice
from pipeline.evaluate.span_scores import QuoteSpans, fold_name
from pipeline.gold.quote_annotations import GoldQuote


@dataclass(frozen=True)
class AnnotatedArticles:
    """The articles of the run that have annotated quotes, and what the slices need to know about them.

    Attributes
    ----------
    texts : dict of str to str
        Text by article_id.
    publishers, formats : dict of str to str
        Publisher and format of the input file by article_id.
    speaker_kinds : dict of str to str
        Kind of each speaker of the run by folded name or alias.
    unsure : dict of str to bool
        By quote_id, whether the annotator was unsure of the stance.
    """

    texts: dict[str, str] = field(default_factory=dict)
    publishers: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    speaker_kinds: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, bool] = field(default_factory=dict)


def read_annotated_articles(root: Path, wanted: set[str], unsure: Mapping[str, bool]) -> AnnotatedArticles:
    """Read the articles with these article_ids; those that are not in the run are left out."""
    speakers = tables.iterate_rows(root / paths.SPEAKERS, ["name", "aliases", "kind"])
    articles = AnnotatedArticles(speaker_kinds=_kinds_by_name(speakers), unsure=dict(unsure))
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "text", "source", "raw_path"], wanted):
        article_id = row["article_id"]
        articles.texts[article_id] = row["text"]
        articles.publishers[article_id] = row["source"] or UNKNOWN
        articles.formats[article_id] = input_format(row["raw_path"])
    return articles


def input_format(path: str) -> str:
    """Return the format of an input file by its name, without compression: `a/b.csv.gz` is `csv`."""
    name = PurePath(path)
    return (PurePath(name.stem) if name.suffix in (".gz", ".bz2", ".xz", ".zst") else name).suffix.lstrip(".") or "none"


def group_by_article(quotes: Iterable[tuple[str, QuoteSpans]]) -> dict[str, list[QuoteSpans]]:
    """Collect the quotes of each article, in their order."""
    out: dict[str, list[QuoteSpans]] = {}
    for article_id, quote in quotes:
        out.setdefault(article_id, []).append(quote)
    return out


def gold_quote_spans(gold: Iterable[GoldQuote], articles: AnnotatedArticles) -> Iterator[tuple[str, QuoteSpans]]:
    """Yield article_id and spans of each annotated quote of an article of the run."""
    for quote in gold:
        if quote.article_id in articles.texts:
            slices = _slices(articles, quote.article_id, quote.type, quote.content, quote.speaker)
            if quote.quote_id in articles.unsure:
                slices["annotator"] = "unsure" if articles.unsure[quote.quote_id] else "sure"
            yield quote.article_id, gold_spans(quote, slices)


def gold_spans(quote: GoldQuote, slices: Mapping[str, str] | None = None) -> QuoteSpans:
    """Return the spans, speaker and type of an annotated quote."""
    return QuoteSpans(quote.content, quote.cue, quote.source, quote.speaker, quote.type, slices or {})


def predicted_quote_spans(
    rows: Iterable[Mapping[str, Any]], articles: AnnotatedArticles
) -> Iterator[tuple[str, QuoteSpans]]:
    """Yield article_id and spans of each predicted quote of an annotated article, from rows of quotes."""
    for row in rows:
        article_id, speaker = row["article_id"], row.get("speaker")
        if article_id in articles.texts:
            parts, cue, source = row_parts(row), row_span(row, "cue"), row_span(row, "source")
            slices = _slices(articles, article_id, row["type"], parts, speaker)
            yield article_id, QuoteSpans(parts, cue, source, speaker, row["type"], slices)


def _kinds_by_name(speakers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the kind of each speaker by folded name and alias; the first speaker of a name counts."""
    kinds: dict[str, str] = {}
    for row in speakers:
        for name in (row["name"], *row["aliases"]):
            kinds.setdefault(fold_name(name), row["kind"])
    return kinds


def _slices(
    articles: AnnotatedArticles, article_id: str, quote_type: str, parts: list[Span], speaker: str | None
) -> dict[str, str]:
    """Return the slices of a quote: a new key is a new table in the report."""
    return {
        "type": quote_type,
        "length": length_slice(join_parts(articles.texts[article_id], parts)),
        "parts": PARTS[len(parts) > 1],
        "speaker": articles.speaker_kinds.get(fold_name(speaker), UNKNOWN) if speaker else NOBODY,
        "outlet": articles.publishers[article_id],
        "format": articles.formats[article_id],
    }
