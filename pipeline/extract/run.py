"""Stage `extract`: find the quotes of parsed articles. Only articles that are new or changed are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache, partial
from itertools import tee
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError
from pipeline.core.language import Language, load_language
from pipeline.core.schema.data_tables import EXTRACTED, QUOTE_TYPES
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import read_failures, write_failures
from pipeline.core.storage.result_store import content_key, update_table
from pipeline.core.text import article_id
from pipeline.extract import rules_baseline
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.quote_table import quote_rows


def run(root: Path) -> dict[str, int]:
    """Update `data/interim/extracted`, and return the number of quotes, also by type."""
    _extractor.cache_clear()  # an earlier run in this process may have had other settings
    language, config = _settings(root)
    settings_key = content_key(code_hash.digest(__name__), asdict(config), asdict(language))
    keys = {article: content_key(settings_key, parser) for article, parser in _parsers(root).items()}
    parses = partial(tables.iterate_column, root / paths.PARSES, "doc")
    update = update_table(EXTRACTED, paths.EXTRACTED, root, "extract", keys, parses, _extract)
    failures = {
        "it gives no quotes": update.failures,
        "the baseline of the rules alone lacks it": rules_baseline.update_rules_baseline(root, language, config),
    }
    failed = write_failures(root, "extract", failures, len(keys))
    counts = Counter(row["type"] for row in tables.iterate_rows(root / paths.EXTRACTED, ["type"]))
    return {
        "quotes": counts.total(),
        **{kind: counts[kind] for kind in QUOTE_TYPES},
        "articles read now": update.computed,
        **({"failed": failed} if failed else {}),
    }


def _settings(root: Path) -> tuple[Language, ExtractConfig]:
    config = load_config(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    return load_language(config.language, root / paths.CONFIGS), config


def _parsers(root: Path) -> dict[str, str]:
    """Return which parser each article was parsed by.

    Raises
    ------
    DataError
        When an article has neither a parse nor a note that the parser failed on it.
    """
    parsers = dict(tables.iterate_column(root / paths.PARSES, "parser"))
    known = parsers.keys() | {row["article_id"] for row in read_failures(root, ["parse"])}
    articles = {row["article_id"] for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id"])}
    if unparsed := sorted(articles - known):
        raise DataError("no parse of this article", where=f"article {unparsed[0]}", fix="run `dvc repro parse`")
    return parsers


@lru_cache(maxsize=1)
def _extractor(root: str) -> tuple[QuoteExtractor, Vocab]:
    language, config = _settings(Path(root))
    return QuoteExtractor(language, config), shared_vocab(language.code)


def _extract(root: str, parses: dict[str, bytes]) -> Iterator[list[dict[str, Any]]]:
    extractor, vocab = _extractor(root)
    docs, docs_to_extract = tee(_read_doc(data, article, vocab) for article, data in parses.items())
    for article, doc, quotes in zip(parses, docs, extractor.pipe(docs_to_extract), strict=True):
        yield quote_rows(article, doc.text, quotes)


def _read_doc(data: bytes, name: str, vocab: Vocab) -> Doc:
    """Return the stored parse of an article; DataError where it is one of another text."""
    doc = doc_from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc
