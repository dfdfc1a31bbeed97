"""What the rules find without the learned weights in the articles with gold, for the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline import kept, parses, paths, sources
from pipeline.docs import from_bytes, new_vocab
from pipeline.extract.extractor import ExtractConfig, Rules
from pipeline.extract.table import quote_rows
from pipeline.gold import read_gold
from pipeline.language import Language
from pipeline.schema import EXTRACTED


def bring(root: Path, language: Language, config: ExtractConfig) -> None:
    """Bring `data/interim/probes/ruled` in step with the annotated articles of this run."""
    config = replace(config, learned=False)
    made_by = kept.key(sources.digest(__name__), asdict(config), asdict(language))

    def make(name: str, articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        rules, vocab, stored = Rules(language, config), new_vocab(language.code), parses.column(root, name, "doc")
        for article in articles:
            doc = from_bytes(stored[article], vocab)
            yield quote_rows(article, doc.text, rules(doc))

    kept.bring(EXTRACTED, root / paths.RULED, _wanted(root, made_by).items(), make)


def _wanted(root: Path, made_by: str) -> dict[str, dict[str, str]]:
    """For each bucket with gold the key of each annotated article; one without rows where there is no gold."""
    path = root / paths.ANNOTATIONS / "quotes.jsonl"
    gold = {quote.article_id for quote in read_gold(path)} if path.exists() else set()
    wanted: dict[str, dict[str, str]] = {}
    for name in sorted({kept.bucket(article) for article in gold} & set(kept.names(root / paths.PARSES))):
        parsed = parses.column(root, name, "parser")
        wanted[name] = {article: kept.key(made_by, parsed[article]) for article in parsed if article in gold}
    return wanted or {kept.NO_ROWS: {}}
