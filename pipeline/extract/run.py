"""Stage `extract`: find the quotes of parsed articles. Only articles that are new or changed are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from itertools import tee
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.core import code_hash, paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError
from pipeline.core.language import Language, load_language
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.schema.data_tables import EXTRACTED, QUOTE_TYPES
from pipeline.core.spacy_documents import doc_from_bytes, shared_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store
from pipeline.core.storage.article_failures import read_failures, write_failures
from pipeline.core.text import article_id
from pipeline.extract import rules_baseline
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.quote_table import quote_rows

Job = tuple[str, incremental.BucketJob]


def run(root: Path) -> dict[str, int]:
    """Update `data/interim/extracted`, and return the number of quotes, also by type."""
    _extractor.cache_clear()  # an earlier run in this process may have had other settings
    language, config = _settings(root)
    keys = _article_keys(root, language, config)
    outdated = incremental.pending_buckets(EXTRACTED, root / paths.EXTRACTED, keys)
    jobs = [(str(root), job) for job in outdated]
    articles = sum(job.outdated for _, job in jobs)
    updates = list(map_ordered(extract_bucket, jobs, "extracting", articles=articles))
    failures = {
        "it gives no quotes": [failure for update in updates for failure in update.failures],
        "the baseline of the rules alone lacks it": rules_baseline.update_rules_baseline(root, language, config),
    }
    failed = write_failures(root, "extract", failures, lambda: incremental.count_articles(root / paths.EXTRACTED))
    counts: Counter[str] = Counter()
    for name in bucketed_tables.bucket_names(root / paths.EXTRACTED):
        counts.update(bucketed_tables.read_bucket(root / paths.EXTRACTED, name, ["type"])["type"].to_pylist())
    return {
        "quotes": sum(counts.values()),
        **{kind: counts[kind] for kind in QUOTE_TYPES},
        "articles read now": sum(update.computed for update in updates),
        **({"failed": failed} if failed else {}),
    }


def _settings(root: Path) -> tuple[Language, ExtractConfig]:
    config = load_config(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    return load_language(config.language, root / paths.CONFIGS), config


def _article_keys(root: Path, language: Language, config: ExtractConfig) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each bucket with the key of each of its articles: a hash of parse, code, weights, language and settings.

    Quotes are stored with the key of their article. They are extracted again where it is another one now.

    Raises
    ------
    DataError
        When an article has neither a parse nor a note that the parser failed on it.
    """
    settings_key = incremental.content_key(code_hash.digest(__name__), asdict(config), asdict(language))
    not_parsed = {row["article_id"] for row in read_failures(root, ["parse"])}
    for name in bucketed_tables.bucket_names(root / paths.ARTICLES):
        parsers = parse_store.read_column(root, name, "parser")
        keys = {article: incremental.content_key(settings_key, parser) for article, parser in parsers.items()}
        articles = bucketed_tables.read_bucket(root / paths.ARTICLES, name, ["article_id"])["article_id"].to_pylist()
        if unparsed := sorted(set(articles) - set(keys) - not_parsed):
            raise DataError("no parse of this article", where=f"article {unparsed[0]}", fix="run `dvc repro parse`")
        yield name, keys


@lru_cache(maxsize=1)
def _extractor(root: str) -> tuple[QuoteExtractor, Vocab]:
    language, config = _settings(Path(root))
    return QuoteExtractor(language, config), shared_vocab(language.code)


def extract_bucket(job: Job) -> incremental.BucketUpdate:
    """Extract the quotes of the new and changed articles of one bucket."""
    root, bucket = job

    def compute(articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        extractor, vocab = _extractor(root)
        stored = parse_store.read_column(Path(root), bucket.name, "doc")
        docs, docs_to_extract = tee(_read_doc(stored[name], name, vocab) for name in articles)
        for article, doc, quotes in zip(articles, docs, extractor.pipe(docs_to_extract), strict=True):
            yield quote_rows(article, doc.text, quotes)

    return incremental.update_bucket(EXTRACTED, bucket, compute, in_place_of=lambda article: [])


def _read_doc(data: bytes, name: str, vocab: Vocab) -> Doc:
    """Return the stored parse of an article; DataError where it is one of another text."""
    doc = doc_from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc
