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
from pipeline.core.storage.bucketed_tables import ArticleRecord, Row


class BucketJob(NamedTuple):
    """A bucket that is out of date: its folder, its name, and the wanted input key of each of its articles."""

    folder: str
    name: str
    keys: dict[str, str]


def content_key(*parts: Any) -> str:
    """Return 16 hex digits that identify strings, numbers, or lists and mappings of such."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def pending_buckets(folder: Path, wanted: Iterable[tuple[str, dict[str, str]]]) -> list[BucketJob]:
    """Return the buckets that are missing, damaged or out of date; delete those that are not wanted.

    Parameters
    ----------
    folder : path
        Folder of the table.
    wanted : iterable of (str, dict of str to str)
        Name of each bucket, and input key by article.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jobs, wanted_names = [], set()
    for name, keys in wanted:
        wanted_names.add(name)
        rows, stored = bucketed_tables.read_bucket_or_discard(folder, name)
        if rows is None or {article: record.input_key for article, record in stored.items()} != keys:
            jobs.append(BucketJob(str(folder), name, keys))
    for name in set(bucketed_tables.bucket_names(folder)) - wanted_names:
        (folder / f"{name}.parquet").unlink()
    return jobs


def update_bucket(table: Table, job: BucketJob, compute: Callable[[list[str]], Iterable[list[Row]]]) -> int:
    """Compute the rows of changed articles and write the bucket atomically.

    Parameters
    ----------
    table : Table
        Definition of the rows; each has its `article_id`, or a `quote_id` (or `id`) that begins with it.
    job : BucketJob
        As `pending_buckets` returns it.
    compute : callable
        Takes a list of article ids and yields the rows of each, in that order. Rows of other articles are copied.

    Returns
    -------
    int
        Number of articles that were computed.
    """
    old_rows, stored = _read_usable(table, job)
    outdated = _outdated(job, stored)
    ranges = bucketed_tables.article_ranges(old_rows)
    computed = dict(zip(outdated, compute(outdated), strict=True)) if outdated else {}
    pieces, metadata = [], {}
    for article in sorted(job.keys):
        if article in computed:
            pieces.append(tables.to_arrow(table, computed[article]))
            metadata[article] = ArticleRecord(job.keys[article], content_key(computed[article]))
        else:
            pieces.append(old_rows.slice(*ranges.get(article, (0, 0))))
            metadata[article] = ArticleRecord(job.keys[article], stored[article].row_digest)
    rows = pa.concat_tables([table.schema.empty_table(), *pieces]).combine_chunks()
    bucketed_tables.write_bucket(Path(job.folder), job.name, rows, metadata)
    return len(outdated)


def update_table(
    table: Table,
    folder: Path,
    wanted: Iterable[tuple[str, dict[str, str]]],
    compute: Callable[[str, list[str]], Iterable[list[Row]]],
) -> None:
    """Update all pending buckets of a table in this process; `compute` also takes the name of the bucket."""
    for job in pending_buckets(folder, wanted):
        update_bucket(table, job, partial(compute, job.name))


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
