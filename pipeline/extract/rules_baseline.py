"""Quotes that the rules alone extract from the annotated articles: the baseline of the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.language import Language
from pipeline.core.schema.data_tables import EXTRACTED
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store
from pipeline.core.storage.article_failures import Failure
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_table import quote_rows
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.gold.quote_annotations import read_gold_quotes


def update_rules_baseline(root: Path, language: Language, config: ExtractConfig) -> list[Failure]:
    """Update the table `data/interim/quotes_by_rules`, of the annotated articles alone; return those that failed."""
    config = replace(config, learned=False)
    rules, vocab = RuleExtractor(language, config), shared_vocab(language.code)
    settings_key = incremental.content_key(code_hash.digest(__name__), asdict(config), asdict(language))

    def compute(name: str, articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        stored = parse_store.read_column(root, name, "doc")
        for article in articles:
            doc = doc_from_bytes(stored[article], vocab)
            view = DocumentView(doc, language)
            yield quote_rows(article, doc.text, rules.quotes(view, rules.propose(view)))

    keys = _article_keys(root, settings_key).items()
    return incremental.update_table(EXTRACTED, root / paths.RULED, keys, compute, in_place_of=lambda article: [])


def _article_keys(root: Path, settings_key: str) -> dict[str, dict[str, str]]:
    """Return the key of each annotated article (as in `run`) by bucket; one empty bucket if nothing is annotated."""
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    gold = {quote.article_id for quote in read_gold_quotes(path)} if path.exists() else set()
    keys: dict[str, dict[str, str]] = {}
    for name in bucketed_tables.buckets_holding(root / paths.PARSES, gold):
        parsed = parse_store.read_column(root, name, "parser")
        keys[name] = {
            article: incremental.content_key(settings_key, parsed[article]) for article in parsed if article in gold
        }
    return keys or {bucketed_tables.EMPTY_TABLE_BUCKET: {}}
