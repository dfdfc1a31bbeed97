"""Stage `parse`: parse every article with spaCy whose parse by the same model is not stored yet.

The table `parses` has a file per bucket, as `articles` has. A bucket is written again when an article is added or
removed; the parses of its other articles are copied as bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.language import load_language
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.schema.data_tables import PARSES
from pipeline.core.spacy_documents import doc_to_bytes
from pipeline.core.storage import bucketed_tables, tables
from pipeline.core.storage.article_failures import Failure, compute_each, write_failures
from pipeline.parse.config import ParseConfig
from pipeline.parse.parser import Parser

COLUMNS = ["article_id", "parser", "doc"]
COMPRESSION = "none"  # a DocBin is compressed
# Articles that are parsed between two writings of their bucket: a killed run loses no more of it.
WRITTEN_AT_ONCE = 100


class ParseJob(NamedTuple):
    """A bucket of parses: its articles in order, and the language and fingerprint of the parser."""

    root: str
    bucket: str
    article_ids: list[str]
    language: str
    fingerprint: str

    @property
    def path(self) -> Path:
        """The file of the bucket."""
        return Path(self.root) / paths.PARSES / f"{self.bucket}.parquet"


class ParseUpdate(NamedTuple):
    """How many articles of a bucket were parsed, and those that could not be."""

    parsed: int
    failures: list[Failure]


def run(root: Path) -> dict[str, int]:
    """Write the parses of new articles to `data/interim/parses`, and delete those of articles that are gone."""
    language = load_config(ParseConfig, root / paths.CONFIGS / "parse.yaml").language
    fingerprint = _load_parser(language, root).fingerprint
    jobs = [
        ParseJob(str(root), bucket, list(_read_articles(root, bucket, "article_id")), language, fingerprint)
        for bucket in bucketed_tables.bucket_names(root / paths.ARTICLES)
    ]
    (root / paths.PARSES).mkdir(parents=True, exist_ok=True)
    digits = bucketed_tables.count_digits(root / paths.ARTICLES)
    bucketed_tables.change_digits(PARSES, root / paths.PARSES, digits, COMPRESSION)
    for stale in set((root / paths.PARSES).glob("*.parquet")) - {job.path for job in jobs}:
        stale.unlink()
    missing = {job.bucket: _count_missing(job) for job in jobs}
    pending = [job for job in jobs if missing[job.bucket] is not None]
    new = sum(number or 0 for number in missing.values())
    updates = list(map_ordered(_update_bucket, pending, "parsing", articles=new))
    articles = sum(len(job.article_ids) for job in jobs)
    failures = [failure for update in updates for failure in update.failures]
    failed = write_failures(root, "parse", {"it gives no quotes": failures}, lambda: articles)
    counts = {"articles": articles, "parsed now": sum(update.parsed for update in updates)}
    return counts | ({"failed": failed} if failed else {})


def _count_missing(job: ParseJob) -> int | None:
    """Return how many articles of a bucket have no parse by this parser; None where it has all of them, in order."""
    # All columns are read, so that a damaged document is found here and not by the stage that uses it.
    rows, _ = bucketed_tables.read_bucket_or_discard(job.path.parent, job.bucket, COLUMNS)
    if rows is None:
        return len(job.article_ids)
    ids, parsers = rows["article_id"].to_pylist(), rows["parser"].to_pylist()
    if ids == job.article_ids and set(parsers) <= {job.fingerprint}:
        return None
    return len(set(job.article_ids) - {i for i, parser in zip(ids, parsers, strict=True) if parser == job.fingerprint})


def _update_bucket(job: ParseJob) -> ParseUpdate:
    """Write a bucket, parsing the articles that have no parse by this parser."""
    root = Path(job.root)
    docs = _stored_parses(job)
    missing = [article_id for article_id in job.article_ids if article_id not in docs]
    texts = _read_articles(root, job.bucket, "text") if missing else {}

    def parse(articles: list[str]) -> Iterator[bytes]:
        wanted = [texts[article_id] for article_id in articles]
        for text, doc in zip(wanted, _load_parser(job.language, root).pipe(wanted), strict=True):
            if doc.text != text:
                raise ValueError("the parse does not give the text back")
            yield doc_to_bytes(doc)

    failures: list[Failure] = []
    for start in range(0, max(1, len(missing)), WRITTEN_AT_ONCE):
        parsed, failed = compute_each(missing[start : start + WRITTEN_AT_ONCE], parse)
        docs |= parsed
        failures += failed
        _write(job, docs)
    return ParseUpdate(len(missing) - len(failures), failures)


def _write(job: ParseJob, docs: dict[str, bytes]) -> None:
    """Write a bucket with the parses that there are."""
    rows: list[dict[str, Any]] = [
        {"article_id": article_id, "parser": job.fingerprint, "doc": docs[article_id]}
        for article_id in job.article_ids
        if article_id in docs
    ]
    tables.write_parquet(job.path, tables.to_arrow(PARSES, rows), COMPRESSION)


def _stored_parses(job: ParseJob) -> dict[str, bytes]:
    """Read the stored parses of a bucket that are by this parser, by article."""
    rows, _ = bucketed_tables.read_bucket_or_discard(job.path.parent, job.bucket, COLUMNS)
    stored = [] if rows is None else rows.to_pylist()
    return {row["article_id"]: row["doc"] for row in stored if row["parser"] == job.fingerprint}


def _read_articles(root: Path, bucket: str, column: str) -> dict[str, str]:
    """Read a column of a bucket of articles, by article."""
    rows = bucketed_tables.read_bucket(root / paths.ARTICLES, bucket, sorted({"article_id", column}))
    return dict(zip(rows["article_id"].to_pylist(), rows[column].to_pylist(), strict=True))


@lru_cache(maxsize=1)
def _load_parser(language: str, root: Path) -> Parser:
    return Parser(load_language(language, root / paths.CONFIGS))
