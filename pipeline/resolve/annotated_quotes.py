"""Speakers of the annotated quotes, resolved from the annotated spans: the rules without errors of extraction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import GOLD_SPEAKERS
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import Failure
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes
from pipeline.resolve.article_context import Publication
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer

# The parse of an article, its annotated quotes, and its publisher and date.
Input = tuple[bytes, list[GoldQuote], Publication]
_RELEVANT_FIELDS = ("quote_id", "content", "cue", "source", "type")


def update_gold_speakers(
    root: Path,
    base_key: str,
    language_code: str,
    gazetteer: Gazetteer,
    publications: Mapping[str, Publication],
    least_certainty: float,
) -> list[Failure]:
    """Update the table `data/interim/gold_speakers` for the annotated articles of this run; return those that failed.

    `base_key` is the key of code, language, gazetteer and `least_certainty`, below which a speaker is left open;
    `publications` has publisher and date of each article.
    """
    gold: dict[str, list[GoldQuote]] = {}
    path, parses = root / paths.ANNOTATIONS / "quotes.jsonl", root / paths.PARSES
    for quote in read_gold_quotes(path) if path.exists() else ():
        gold.setdefault(quote.article_id, []).append(quote)
    parsed = [article for article, _ in tables.iterate_column(parses, "parser", gold)]
    keys = {i: _article_key(base_key, gold[i], publications[i]) for i in parsed if i in publications}

    def inputs(articles: Collection[str]) -> Iterator[tuple[str, Input]]:
        for article, doc in tables.iterate_column(parses, "doc", articles):
            yield article, (doc, gold[article], publications[article])

    compute = partial(_resolve, language_code, gazetteer, least_certainty)
    return update_table(GOLD_SPEAKERS, paths.GOLD_SPEAKERS, root, "resolve_gold", keys, inputs, compute).failures


def _resolve(
    language_code: str, gazetteer: Gazetteer, least_certainty: float, _: str, inputs: dict[str, Input]
) -> Iterator[list[dict[str, Any]]]:
    vocab = shared_vocab(language_code)
    for data, gold, publication in inputs.values():
        doc = doc_from_bytes(data, vocab)
        annotated = sorted(gold, key=lambda quote: (quote.content[0][0], quote.quote_id))
        quotes = [Quote(doc.text, list(g.content), g.type, cue=g.cue, source=g.source) for g in annotated]
        resolve(doc, quotes, gazetteer, publication, least_certainty)
        yield [_row(one, quote) for one, quote in zip(annotated, quotes, strict=True)]


def _article_key(base_key: str, quotes: list[GoldQuote], publication: Publication) -> str:
    relevant = [[getattr(quote, name) for name in _RELEVANT_FIELDS] for quote in quotes]
    return content_key(base_key, relevant, publication)


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
