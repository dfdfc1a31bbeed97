"""Annotated and found quotes of the articles with gold, as scoring takes them, with the slices they are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import bucketed_tables, tables
from pipeline.core.text import Span, join_parts
from pipeline.evaluate.extraction.extraction_slices import PARTS, UNKNOWN, kinds_by_name, length_slice
from pipeline.evaluate.span_scores import QuoteSpans, fold_name
from pipeline.gold.quote_annotations import GoldQuote


@dataclass(frozen=True)
class AnnotatedArticles:
    """The articles with gold, and what slices ask of them.

    Attributes
    ----------
    texts : dict of str to str
        Text by article_id.
    outlets, formats : dict of str to str
        Source and suffix of the input file by article_id.
    kinds : dict of str to str
        Kind of the run's speakers by folded name or alias.
    unsure : dict of str to bool
        By quote_id, whether the annotator was unsure of the stance.
    """

    texts: dict[str, str] = field(default_factory=dict)
    outlets: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, bool] = field(default_factory=dict)


def read_annotated_articles(root: Path, wanted: set[str], unsure: Mapping[str, bool]) -> AnnotatedArticles:
    """Read the articles named by `wanted`; one that is not of this run is left out."""
    world = AnnotatedArticles(
        kinds=kinds_by_name(tables.iterate_rows(root / paths.SPEAKERS, ["name", "aliases", "kind"]), fold_name)
    )
    world.unsure.update(unsure)
    for row in read_article_rows(root / paths.ARTICLES, wanted, ["article_id", "text", "source", "raw_path"]):
        article = row["article_id"]
        if article in wanted:
            world.texts[article] = row["text"]
            world.outlets[article] = row["source"] or UNKNOWN
            world.formats[article] = input_format(row["raw_path"])
    return world


def read_article_rows(
    folder: Path, wanted: Iterable[str], columns: list[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Rows of a table that has a file per bucket: those of the buckets that hold the wanted articles."""
    for name in bucketed_tables.buckets_holding(folder, wanted):
        yield from bucketed_tables.read_bucket(folder, name, columns).to_pylist()


def input_format(path: str) -> str:
    """Format of an input file by its name, compression aside: `a/b.csv.gz` is `csv`."""
    name = PurePath(path)
    return (PurePath(name.stem) if name.suffix in (".gz", ".bz2", ".xz", ".zst") else name).suffix.lstrip(".") or "none"


def group_by_article(quotes: Iterable[tuple[str, QuoteSpans]]) -> dict[str, list[QuoteSpans]]:
    """Quotes of each article, in the order given."""
    out: dict[str, list[QuoteSpans]] = {}
    for article, quote in quotes:
        out.setdefault(article, []).append(quote)
    return out


def gold_quote_spans(gold: Iterable[GoldQuote], world: AnnotatedArticles) -> Iterable[tuple[str, QuoteSpans]]:
    """Article and spans of each annotated quote of an article of this run."""
    for quote in gold:
        article = quote.article_id
        if article in world.texts:
            about = _about(world, article, quote.type, quote.content, quote.speaker)
            if quote.quote_id in world.unsure:
                about["annotator"] = "unsure" if world.unsure[quote.quote_id] else "sure"
            yield article, QuoteSpans(quote.content, quote.cue, quote.source, quote.speaker, quote.type, about)


def predicted_quote_spans(
    rows: Iterable[Mapping[str, Any]], world: AnnotatedArticles
) -> Iterable[tuple[str, QuoteSpans]]:
    """Article and spans of each found quote of an article with gold; `rows` are of `extracted` or `quotes`."""
    for row in rows:
        article, speaker = row["article_id"], row.get("speaker")
        if article in world.texts:
            parts = [(part["start"], part["end"]) for part in row["parts"]]
            cue, source = ((row[f"{k}_start"], row[f"{k}_end"]) if row[k] else None for k in ("cue", "source"))
            about = _about(world, article, row["type"], parts, speaker)
            yield article, QuoteSpans(parts, cue, source, speaker, row["type"], about)


def _about(world: AnnotatedArticles, article: str, kind: str, parts: list[Span], speaker: str | None) -> dict[str, str]:
    return {
        "type": kind,
        "length": length_slice(join_parts(world.texts[article], parts)),
        "parts": PARTS[len(parts) > 1],
        "speaker": world.kinds.get(fold_name(speaker), UNKNOWN) if speaker else "nobody",
        "outlet": world.outlets[article],
        "format": world.formats[article],
    }
