"""The annotated quotes resolved from their own spans: what the rules reach when extraction makes no mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.core.schema.data_tables import GOLD_SPEAKERS
from pipeline.core.spacy_documents import doc_from_bytes, new_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store
from pipeline.gold.quote_annotations import GoldQuote, read_gold_quotes
from pipeline.resolve.article_context import About
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.gazetteer import Gazetteer

_READ = ("quote_id", "content", "cue", "source", "type")


def bring(
    root: Path,
    made_by: str,
    language: Language,
    gazetteer: Gazetteer,
    about: Callable[[Path, str], Mapping[str, About]],
) -> None:
    """Bring `data/interim/gold_speakers` in step with the annotated articles of this run.

    Parameters
    ----------
    root : path
        The project's folder.
    made_by : str
        Key of code, language and gazetteer.
    language, gazetteer
        What the rules use.
    about : callable
        Publisher and date of the articles of a bucket.
    """
    gold: dict[str, list[GoldQuote]] = {}
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    for quote in read_gold_quotes(path) if path.exists() else ():
        gold.setdefault(quote.article_id, []).append(quote)
    buckets = bucketed_tables.buckets_holding(root / paths.PARSES, gold)
    known = {name: about(root, name) for name in buckets}
    wanted = {name: {i: _key(made_by, gold[i], known[name][i]) for i in known[name] if i in gold} for name in buckets}

    def make(name: str, articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        vocab, docs = new_vocab(language.code), parse_store.read_column(root, name, "doc")
        for article in articles:
            doc = doc_from_bytes(docs[article], vocab)
            marked = sorted(gold[article], key=lambda quote: (quote.content[0][0], quote.quote_id))
            quotes = [_quote(quote, doc.text) for quote in marked]
            resolve(doc, quotes, language, gazetteer, known[name][article])
            yield [_row(one, quote) for one, quote in zip(marked, quotes, strict=True)]

    incremental.update_table(
        GOLD_SPEAKERS, root / paths.GOLD_SPEAKERS, (wanted or {bucketed_tables.EMPTY_TABLE_BUCKET: {}}).items(), make
    )


def _key(made_by: str, quotes: list[GoldQuote], about: About) -> str:
    return incremental.content_key(made_by, [[getattr(quote, name) for name in _READ] for quote in quotes], about)


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
