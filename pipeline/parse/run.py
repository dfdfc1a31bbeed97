"""Stage `parse`: every article's spaCy parse, kept by content; only what is new is parsed.

The store has a file per bucket, as the articles have, so that its layout depends on the articles alone. A bucket is
rewritten when an article comes or goes; rows that are there are copied as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import DataError
from pipeline.core.language import load_language
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.schema.data_tables import PARSES
from pipeline.core.spacy_documents import doc_to_bytes
from pipeline.core.storage import bucketed_tables, incremental, tables
from pipeline.parse.config import ParseConfig
from pipeline.parse.parser import Parser

MIN_TEXTS_FOR_PROCESSES = 40
COLUMNS = ["article_id", "parser", "doc"]


def run(root: Path) -> dict[str, int]:
    """Bring `data/interim/parses` in step with `data/interim/articles`."""
    config = load_config(ParseConfig, root / paths.CONFIGS / "parse.yaml")
    parser_key = _load_parser(config.language, root).key
    store = root / paths.PARSES
    store.mkdir(parents=True, exist_ok=True)
    articles = root / paths.ARTICLES
    buckets = {
        n: bucketed_tables.read_bucket(articles, n, ["article_id"])["article_id"].to_pylist()
        for n in bucketed_tables.bucket_names(articles)
    }
    for stale in set(store.glob("*.parquet")) - {store / f"{name}.parquet" for name in buckets}:
        stale.unlink()
    jobs = [(str(root), config.language, name, ids, parser_key) for name, ids in sorted(buckets.items())]
    pending = [job for job in jobs if not _is_up_to_date(store / f"{job[2]}.parquet", job[3], parser_key)]
    few = sum(len(ids) for _, _, _, ids, _ in pending) < MIN_TEXTS_FOR_PROCESSES
    parsed = sum(map_ordered(_update_bucket, pending, "parsing", at_least=len(pending) + 1 if few else 2))
    return {"articles": sum(len(ids) for ids in buckets.values()), "parsed now": parsed}


def _stored_parses(path: Path, parser_key: str) -> dict[str, bytes]:
    """Parses of a bucket made by this parser."""
    rows = incremental.read_if_valid(path.parent, path.stem, COLUMNS)
    stored = [] if rows is None else rows.to_pylist()
    return {row["article_id"]: row["doc"] for row in stored if row["parser"] == parser_key}


def _is_up_to_date(path: Path, ids: list[str], parser_key: str) -> bool:
    # All columns, so that a damaged document is found here and not by the stage that reads it.
    rows = incremental.read_if_valid(path.parent, path.stem, COLUMNS)
    return rows is not None and list(zip(*(rows[name].to_pylist() for name in COLUMNS[:2]), strict=True)) == [
        (i, parser_key) for i in ids
    ]


@lru_cache(maxsize=1)
def _load_parser(language: str, root: Path) -> Parser:
    return Parser(load_language(language, root / paths.CONFIGS))


def _update_bucket(job: tuple[str, str, str, list[str], str]) -> int:
    """Write one bucket; returns how many texts had to be parsed."""
    root, language, name, ids, parser_key = Path(job[0]), *job[1:]
    path = root / paths.PARSES / f"{name}.parquet"
    docs = _stored_parses(path, parser_key)
    missing = [i for i in ids if i not in docs]
    texts = dict(_read_texts(root / paths.ARTICLES, name)) if missing else {}
    for article_id, doc in zip(missing, _load_parser(language, root).pipe(texts[i] for i in missing), strict=True):
        if doc.text != texts[article_id]:
            raise DataError("the parse does not give the text back", where=f"article {article_id}")
        docs[article_id] = doc_to_bytes(doc)
    rows: list[dict[str, Any]] = [{"article_id": i, "parser": parser_key, "doc": docs[i]} for i in ids]
    tables.write_parquet(path, tables.to_arrow(PARSES, rows), compression="none")
    return len(missing)


def _read_texts(articles: Path, name: str) -> Iterator[tuple[str, str]]:
    rows = bucketed_tables.read_bucket(articles, name, ["article_id", "text"])
    yield from zip(rows["article_id"].to_pylist(), rows["text"].to_pylist(), strict=True)
