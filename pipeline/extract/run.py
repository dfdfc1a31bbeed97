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

from pipeline import kept, parses, paths, sources
from pipeline.config import load
from pipeline.docs import from_bytes, new_vocab
from pipeline.engine import map_ordered
from pipeline.errors import DataError
from pipeline.extract import baseline
from pipeline.extract.extractor import ExtractConfig, Rules
from pipeline.extract.table import quote_rows
from pipeline.language import Language, load_language
from pipeline.schema import EXTRACTED, QUOTE_TYPES
from pipeline.text import article_id

MIN_FILES_FOR_PROCESSES = 16
Job = tuple[str, kept.Job]


def run(root: Path) -> dict[str, int]:
    """Bring `data/interim/extracted` in step with `data/interim/parses`; returns the number of quotes, by type too."""
    _rules.cache_clear()  # an earlier run in this process may have had others
    language, config = _settings(root)
    jobs = [(str(root), job) for job in kept.pending(root / paths.EXTRACTED, _wanted(root, language, config))]
    read = sum(map_ordered(fill, jobs, "extracting", at_least=MIN_FILES_FOR_PROCESSES))
    baseline.bring(root, language, config)
    counts: Counter[str] = Counter()
    for name in kept.names(root / paths.EXTRACTED):
        counts.update(kept.read(root / paths.EXTRACTED, name, ["type"])["type"].to_pylist())
    return {"quotes": sum(counts.values()), **{kind: counts[kind] for kind in QUOTE_TYPES}, "articles read now": read}


def _settings(root: Path) -> tuple[Language, ExtractConfig]:
    config = load(ExtractConfig, root / paths.CONFIGS / "extract.yaml")
    return load_language(config.language, root / paths.CONFIGS), config


def _wanted(root: Path, language: Language, config: ExtractConfig) -> Iterator[tuple[str, dict[str, str]]]:
    """For each bucket the key of each article: its parse, the code, the weights, the language and the settings."""
    made_by = kept.key(sources.digest(__name__), asdict(config), asdict(language))
    for name in kept.names(root / paths.ARTICLES):
        keys = {article: kept.key(made_by, parser) for article, parser in parses.column(root, name, "parser").items()}
        for article in kept.read(root / paths.ARTICLES, name, ["article_id"])["article_id"].to_pylist():
            if article not in keys:
                raise DataError("no parse of this article", where=f"article {article}", fix="run `dvc repro parse`")
        yield name, keys


@lru_cache(maxsize=1)
def _rules(root: str) -> tuple[Rules, Vocab]:
    language, config = _settings(Path(root))
    return Rules(language, config), new_vocab(language.code)


def fill(job: Job) -> int:
    """Quotes of every article of one bucket that are not there yet; returns the number of these articles."""
    root, bucket = job

    def make(articles: list[str]) -> Iterator[list[dict[str, Any]]]:
        rules, vocab = _rules(root)
        stored = parses.column(Path(root), bucket.name, "doc")
        texts: list[str] = []

        def docs() -> Iterator[Doc]:
            for name in articles:
                doc = _read(stored[name], name, vocab)
                texts.append(doc.text)
                yield doc

        for number, quotes in enumerate(rules.pipe(docs())):
            yield quote_rows(articles[number], texts[number], quotes)

    return kept.fill(EXTRACTED, bucket, make)


def _read(data: bytes, name: str, vocab: Vocab) -> Doc:
    doc = from_bytes(data, vocab)
    if article_id(doc.text) != name:
        fix = f"delete {paths.PARSES} and run `dvc repro`"
        raise DataError("a parse of another text", where=f"article {name}", fix=fix)
    return doc
