"""The annotated quotes resolved from their own spans: what the rules reach when extraction makes no mistake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.docs import from_bytes, new_vocab
from pipeline.gold import GoldQuote, read_gold
from pipeline.language import Language
from pipeline.quote import Quote
from pipeline.resolve.article import About
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.within import resolve


def gold_rows(
    root: Path, language: Language, gazetteer: Gazetteer, about: Mapping[str, About]
) -> Iterator[dict[str, Any]]:
    """Rows of `schema.GOLD_SPEAKERS` for the annotated articles of this run; none without an annotation."""
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    gold: dict[str, list[GoldQuote]] = {}
    for quote in read_gold(path) if path.exists() else ():
        gold.setdefault(quote.article_id, []).append(quote)
    vocab = new_vocab(language.code)
    for shard in tables.shards(root / paths.PARSES) if gold else ():
        ids = tables.read_arrow(shard, ["article_id"])["article_id"].to_pylist()
        if gold.keys().isdisjoint(ids):
            continue
        for row in tables.read_arrow(shard, ["article_id", "doc"]).to_pylist():
            name = row["article_id"]
            if name in gold:
                doc = from_bytes(row["doc"], vocab)
                marked = sorted(gold[name], key=lambda quote: (quote.content[0][0], quote.quote_id))
                quotes = [_quote(quote, doc.text) for quote in marked]
                resolve(doc, quotes, language, gazetteer, about.get(name))
                yield from (_row(one, quote) for one, quote in zip(marked, quotes, strict=True))


def _quote(gold: GoldQuote, text: str) -> Quote:
    return Quote(text, list(gold.content), gold.type, cue=gold.cue, source=gold.source)


def _row(gold: GoldQuote, quote: Quote) -> dict[str, Any]:
    return {
        "quote_id": gold.quote_id,
        "article_id": gold.article_id,
        "speaker": quote.speaker,
        "kind": quote.kind,
        "resolved_by": quote.resolved_by,
    }
