"""Stage `rules`: what the rules find without the learned weights in the articles with gold, for the reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import kept, paths, tables
from pipeline.config import load
from pipeline.docs import from_bytes, new_vocab
from pipeline.extract.extractor import ExtractConfig, Rules
from pipeline.extract.run import quote_rows
from pipeline.gold import read_gold
from pipeline.language import load_language
from pipeline.schema import EXTRACTED


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/probes/ruled`; returns the numbers of articles and quotes."""
    config = load(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    rules = Rules(load_language(config.language, root / paths.CONFIGS), replace(config, learned=False))
    wanted = {quote.article_id for quote in read_gold(root / paths.ANNOTATIONS / "quotes.jsonl")}
    articles: set[str] = set()
    total = tables.write(EXTRACTED, _rows(root / paths.PARSES, rules, wanted, articles), root / paths.RULED)
    return {"articles with gold": len(articles), "quotes": total}


def _rows(parses: Path, rules: Rules, wanted: set[str], articles: set[str]) -> Iterator[dict[str, Any]]:
    vocab = new_vocab(rules.language.code)
    for bucket in sorted({kept.bucket(article) for article in wanted} & set(kept.names(parses))):
        rows = kept.read(parses, bucket)
        for row in rows.filter(pc.is_in(rows["article_id"], pa.array(sorted(wanted)))).to_pylist():
            doc = from_bytes(row["doc"], vocab)
            articles.add(row["article_id"])
            yield from quote_rows(row["article_id"], doc.text, rules(doc))
