"""Incremental update of bucketed tables: only rows whose input has changed are computed again.

Each article of a bucket has an input key, a hash of everything its rows depend on (text, settings, code). An update
compares the stored keys with the wanted ones and computes the rows of the articles whose keys differ. A later stage
puts the digest of an article's rows into its own keys: a change that leaves the rows as they are goes no further.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.core.schema.columns import Table
from pipeline.core.storage import bucketed_tables, tables
from pipeline.core.storage.article_failures import Failure, compute_each
from pipeline.core.storage.bucketed_tables import ArticleRecord, Row

# Stored as the input key of an article that failed: it is no key, so the article is always out of date.
_FAILED = "failed"


class BucketJob(NamedTuple):
    """A bucket that is out of date: folder, name, wanted input key of each article, how many are outdated."""

    folder: str
    name: str
    keys: dict[str, str]
    outdated: int = 0


class BucketUpdate(NamedTuple):
    """How many articles of a bucket were computed, and those among them for which that failed."""

    computed: int
    failures: list[Failure]


def content_key(*parts: Any) -> str:
    """Return 16 hex digits that identify strings, numbers, or lists and mappings of such."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def pending_buckets(table: Table, folder: Path, wanted: Iterable[tuple[str, dict[str, str]]]) -> list[BucketJob]:
    """Return the buckets that are missing, damaged or out of date; delete those that are not wanted.

    Parameters
    ----------
    table : Table
        Definition of the rows.
    folder : path
        Folder of the table.
    wanted : iterable of (str, dict of str to str)
        Name of each bucket, and input key by article.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jobs: list[BucketJob] = []
    wanted_names: set[str] = set()
    for name, keys in wanted:
        if not wanted_names:
            bucketed_tables.change_digits(table, folder, len(name))
        wanted_names.add(name)
        # All bytes are checked, but no column is read.
        rows, stored = bucketed_tables.read_bucket_or_discard(folder, name, [])
        known = {article: record.input_key for article, record in stored.items()}
        if rows is None or known != keys:
            outdated = sum(known.get(article) != key for article, key in keys.items())
            jobs.append(BucketJob(str(folder), name, keys, outdated))
    for name in set(bucketed_tables.bucket_names(folder)) - wanted_names:
        (folder / f"{name}.parquet").unlink()
    return jobs


def update_bucket(
    table: Table,
    job: BucketJob,
    compute: Callable[[list[str]], Iterable[list[Row]]],
    in_place_of: Callable[[str], list[Row]] | None = None,
) -> BucketUpdate:
    """Compute the rows of changed articles and write the bucket atomically.

    Parameters
    ----------
    table : Table
        Definition of the rows; each has its `article_id`, or a `quote_id` (or `id`) that begins with it.
    job : BucketJob
        As `pending_buckets` returns it.
    compute : callable
        Takes a list of article ids and yields the rows of each, in that order. Rows of other articles are copied.
    in_place_of : callable, optional
        Returns the rows of an article for which `compute` raises an exception; it counts as out of date in the next
        run. Without this function, the exception ends the update.
    """
    old_rows, stored = _read_usable(table, job)
    outdated = _outdated(job, stored)
    ranges = bucketed_tables.article_ranges(old_rows)
    computed, failures = _compute(outdated, compute, in_place_of)
    failed = {failure.article_id for failure in failures}
    pieces, metadata = [], {}
    for article in sorted(job.keys):
        if article in computed:
            pieces.append(tables.to_arrow(table, computed[article]))
            key = _FAILED if article in failed else job.keys[article]
            metadata[article] = ArticleRecord(key, content_key(computed[article]))
        else:
            pieces.append(old_rows.slice(*ranges.get(article, (0, 0))))
            metadata[article] = ArticleRecord(job.keys[article], stored[article].row_digest)
    rows = pa.concat_tables([table.schema.empty_table(), *pieces]).combine_chunks()
    bucketed_tables.write_bucket(Path(job.folder), job.name, rows, metadata)
    return BucketUpdate(len(outdated), failures)


def _compute(
    articles: list[str],
    compute: Callable[[list[str]], Iterable[list[Row]]],
    in_place_of: Callable[[str], list[Row]] | None,
) -> tuple[dict[str, list[Row]], list[Failure]]:
    """Return the rows of each article, and the articles that failed."""
    if not articles:
        return {}, []
    if in_place_of is None:
        return dict(zip(articles, compute(articles), strict=True)), []
    computed, failures = compute_each(articles, compute)
    return computed | {failure.article_id: in_place_of(failure.article_id) for failure in failures}, failures


def update_table(
    table: Table,
    folder: Path,
    wanted: Iterable[tuple[str, dict[str, str]]],
    compute: Callable[[str, list[str]], Iterable[list[Row]]],
    in_place_of: Callable[[str], list[Row]] | None = None,
) -> list[Failure]:
    """Update all pending buckets of a table in this process; `compute` also takes the name of the bucket.

    Returns the articles that failed, as `update_bucket` does.
    """
    updates = [
        update_bucket(table, job, partial(compute, job.name), in_place_of)
        for job in pending_buckets(table, folder, wanted)
    ]
    return [failure for update in updates for failure in update.failures]


def count_articles(folder: Path) -> int:
    """Return the number of articles of a table."""
    return sum(len(bucketed_tables.row_digests(folder, name)) for name in bucketed_tables.bucket_names(folder))


def outdated_articles(table: Table, job: BucketJob) -> list[str]:
    """Return the ids of the articles that `update_bucket` would compute, sorted."""
    return _outdated(job, _read_usable(table, job)[1])


def _outdated(job: BucketJob, stored: Mapping[str, ArticleRecord]) -> list[str]:
    return sorted(name for name, key in job.keys.items() if name not in stored or stored[name].input_key != key)


def _read_usable(table: Table, job: BucketJob) -> tuple[pa.Table, dict[str, ArticleRecord]]:
    """Read a bucket; one that is missing, damaged or has other columns counts as empty."""
    rows, stored = bucketed_tables.read_bucket_or_discard(Path(job.folder), job.name)
    usable = rows is not None and rows.schema.equals(table.schema)
    return (rows, stored) if usable else (table.schema.empty_table(), {})
