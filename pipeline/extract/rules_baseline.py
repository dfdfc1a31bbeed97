"""Quotes that the rules alone extract from the annotated articles: the baseline of the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import code_hash, paths
from pipeline.core.language import Language
from pipeline.core.schema.data_tables import EXTRACTED
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import Failure
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_table import quote_rows
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.gold.quote_annotations import read_gold_quotes


def update_rules_baseline(root: Path, language: Language, config: ExtractConfig) -> list[Failure]:
    """Update the table `data/interim/quotes_by_rules`, of the annotated articles alone; return those that failed."""
    config = replace(config, learned=False)
    settings_key = content_key(code_hash.digest(__name__), asdict(config), asdict(language))
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    gold = {quote.article_id for quote in read_gold_quotes(path)} if path.exists() else set()
    parses = root / paths.PARSES
    keys = {i: content_key(settings_key, parser) for i, parser in tables.iterate_column(parses, "parser", gold)}
    compute, inputs = partial(_quotes_of_rules, language, config), partial(tables.iterate_column, parses, "doc")
    return update_table(EXTRACTED, paths.RULED, root, "extract_rules", keys, inputs, compute).failures


def _quotes_of_rules(
    language: Language, config: ExtractConfig, _: str, parses: dict[str, bytes]
) -> Iterator[list[dict[str, Any]]]:
    rules, vocab = RuleExtractor(language, config), shared_vocab(language.code)
    for article, data in parses.items():
        doc = doc_from_bytes(data, vocab)
        view = DocumentView(doc, language)
        yield quote_rows(article, doc.text, rules.quotes(view, rules.propose(view)))
