"""Stage `extract`: parses in, a row per quote out, kept by content; only articles that are new or changed are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
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
from pipeline.core.spacy_documents import doc_from_bytes, new_vocab
from pipeline.core.storage import bucketed_tables, incremental, parse_store
from pipeline.core.text import article_id
from pipeline.extract import rules_baseline
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.extract.quote_table import quote_rows

MIN_FILES_FOR_PROCESSES = 16
Job = tuple[str, incremental.BucketJob]


def run(root: Path) -> dict[str, int]:
    """Bring `data/interim/extracted` in step with `data/interim/parses`; returns the number of quotes, by type too."""
    _extractor.cache_clear()  # an earlier run in this process may have had others
    language, config = _settings(root)
    jobs = [
        (str(root), job) for job in incremental.pending_buckets(root / paths.EXTRACTED, _wanted(root, language, config))
    ]
    read = sum(map_ordered(extract_bucket, jobs, "extracting", at_least=MIN_FILES_FOR_PROCESSES))
    rules_baseline.update_rules_baseline(root, language, config)
    counts: Counter[str] = Counter()
    for name in bucketed_tables.bucket_names(root / paths.EXTRACTED):
        counts.update(bucketed_tables.read_bucket(root / paths.EXTRACTED, name, ["type"])["type"].to_pylist())
    return {"quotes": sum(counts.values()), **{kind: counts[kind] for kind in QUOTE_TYPES}, "articles read now": read}


def _settings(root: Path) -> tuple[Language, ExtractConfig]:
    config = load_config(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    return load_language(config.language, root / paths.CONFIGS), config


def _wanted(root: Path, language: Language, config: ExtractConfig) -> Iterator[tuple[str, dict[str, str]]]:
    """For each bucket the key of each article: its parse, the code, the weights, the language and the settings."""
    made_by = incremental.content_key(code_hash.digest(__name__), asdict(config), asdict(language))
    for name in bucketed_tables.bucket_names(root / paths.ARTICLES):
        keys = {
            article: incremental.content_key(made_by, parser)
            for article, parser in parse_store.read_column(root, name, "parser").items()
        }
        for article in bucketed_tables.read_bucket(root / paths.ARTICLES, name, ["article_id"])[
            "article_id"
        ].to_pylist():
            if article not in keys:
                raise DataError("no parse of this article", where=f"article {article}", fix="run `dvc repro parse`")
        yield name, keys


@lru_cache(maxsize=1)
def _extractor(root: str) -> tuple[QuoteExtractor, Vocab]:
    language, config = _settings(Path(root))
    return QuoteExtractor(language, config), new_vocab(language.code)


def extract_bucket(job: Job) -> int:
    """Quotes of every article of one bucket that are not there yet; returns the number of these articles."""
    root, bucket = job

    def make(articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        extractor, vocab = _extractor(root)
        stored = parse_store.read_column(Path(root), bucket.name, "doc")
        texts: list[str] = []

        def docs() -> Iterator[Doc]:
            for name in articles:
                doc = _parsed_doc(stored[name], name, vocab)
                texts.append(doc.text)
                yield doc

        for number, quotes in enumerate(extractor.pipe(docs())):
            yield quote_rows(articles[number], texts[number], quotes)

    return incremental.update_bucket(EXTRACTED, bucket, make)


def _parsed_doc(data: bytes, name: str, vocab: Vocab) -> Doc:
    doc = doc_from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc
