"""Speakers of the annotated quotes, resolved from the annotated spans: the rules without errors of extraction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import GOLD_SPEAKERS
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store
from pipeline.core.storage.article_failures import Failure
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes
from pipeline.resolve.article_context import Publication
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer

_RELEVANT_FIELDS = ("quote_id", "content", "cue", "source", "type")


def update_gold_speakers(
    root: Path,
    base_key: str,
    language_code: str,
    gazetteer: Gazetteer,
    publications: Callable[[Path, str], Mapping[str, Publication]],
    least_certainty: float,
) -> list[Failure]:
    """Update the table `data/interim/gold_speakers` for the annotated articles of this run; return those that failed.

    `base_key` is the key of code, language, gazetteer and `least_certainty`, below which a speaker is left open;
    `publications` returns publisher and date of the articles of a bucket.
    """
    gold: dict[str, list[GoldQuote]] = {}
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    for quote in read_gold_quotes(path) if path.exists() else ():
        gold.setdefault(quote.article_id, []).append(quote)
    buckets = bucketed_tables.buckets_holding(root / paths.PARSES, gold)
    known = {name: publications(root, name) for name in buckets}
    parsed = {name: parse_store.read_column(root, name, "parser") for name in buckets}
    wanted = {
        name: {
            i: _article_key(base_key, gold[i], known[name][i]) for i in known[name] if i in gold and i in parsed[name]
        }
        for name in buckets
    }

    def resolve_articles(name: str, articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        vocab, docs = shared_vocab(language_code), parse_store.read_column(root, name, "doc")
        for article in articles:
            doc = doc_from_bytes(docs[article], vocab)
            annotated = sorted(gold[article], key=lambda quote: (quote.content[0][0], quote.quote_id))
            quotes = [Quote(doc.text, list(g.content), g.type, cue=g.cue, source=g.source) for g in annotated]
            resolve(doc, quotes, gazetteer, known[name][article], least_certainty)
            yield [_row(one, quote) for one, quote in zip(annotated, quotes, strict=True)]

    keys = (wanted or {bucketed_tables.EMPTY_TABLE_BUCKET: {}}).items()
    return incremental.update_table(
        GOLD_SPEAKERS, root / paths.GOLD_SPEAKERS, keys, resolve_articles, in_place_of=lambda article: []
    )


def _article_key(base_key: str, quotes: list[GoldQuote], publication: Publication) -> str:
    relevant = [[getattr(quote, name) for name in _RELEVANT_FIELDS] for quote in quotes]
    return incremental.content_key(base_key, relevant, publication)


def _row(gold: GoldQuote, quote: Quote) -> dict[str, Any]:
    return {
        "quote_id": gold.quote_id,
        "article_id": gold.article_id,
        "speaker": quote.speaker,
        "kind": quote.kind,
        "resolved_by": quote.resolved_by,
        "side": quote.side,
        "side_by": quote.side_by,
    }
