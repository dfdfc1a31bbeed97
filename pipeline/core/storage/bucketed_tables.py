"""Bucketed tables: one Parquet file for each group of articles whose ids begin with the same hex digits.

How many digits depends on the number of articles: one more file costs a millisecond wherever the table is read, and a
larger one is written again, whole, for each new article.

The rows of a bucket are sorted by article id, so that its bytes depend on its content alone, not on the order of the
input or on earlier runs. A table that is updated incrementally (`incremental`) also stores, in the metadata of each
file, the input key and the row digest of every article.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.errors import DataError
from pipeline.core.paths import INTERIM
from pipeline.core.schema.columns import Table
from pipeline.core.storage import parquet_checksums, tables
from pipeline.core.storage.temporary_files import temporary_path

# A table has 16 buckets until they would have more articles than this each, then 256, and so on.
MAX_ARTICLES_PER_BUCKET = 500
# The bucket that an empty table is written to.
EMPTY_TABLE_BUCKET = "0"
# Rows that are sorted at once when a table is divided into buckets: this bounds memory.
SORTED_ROWS = 200_000
_METADATA_KEY = b"articles"
Row = dict[str, Any]


class ArticleRecord(NamedTuple):
    """What the metadata of a bucket record of one article: the key of its input and a digest of its rows."""

    input_key: str
    row_digest: str


def choose_digits(articles: int) -> int:
    """Return the number of digits by which so many articles are divided into buckets."""
    digits = 1
    while articles > MAX_ARTICLES_PER_BUCKET * 16**digits:
        digits += 1
    return digits


def count_digits(folder: Path) -> int:
    """Return the number of digits by which a table is divided into buckets."""
    return len(next(iter(bucket_names(folder)), EMPTY_TABLE_BUCKET))


def bucket_of(article_id: str, digits: int) -> str:
    """Return the name of the bucket that contains an article."""
    return article_id[:digits]


def bucket_names(folder: Path) -> list[str]:
    """Return the names of all buckets of a table, sorted."""
    return sorted(path.stem for path in folder.glob("*.parquet"))


def buckets_holding(folder: Path, articles: Iterable[str]) -> list[str]:
    """Return the names of the existing buckets that may contain some of these articles, sorted."""
    digits = count_digits(folder)
    return sorted({bucket_of(article, digits) for article in articles} & set(bucket_names(folder)))


def read_bucket(folder: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Read one bucket of a table."""
    (path,) = tables.shard_paths(folder / f"{name}.parquet")
    # Several times as fast as `pq.read_table`, which looks for a folder of files; no threads, for buckets are small.
    with tables.open_parquet(path, columns) as file:
        rows = file.read(None if columns is None else list(columns), use_threads=False)
    return rows.replace_schema_metadata()


def read_bucket_or_discard(
    folder: Path, name: str, columns: Sequence[str] | None = None
) -> tuple[pa.Table | None, dict[str, ArticleRecord]]:
    """Read a bucket that this stage wrote earlier, and its metadata; None and no metadata where there is none.

    A damaged bucket is reported, moved to `data/interim/damaged` and counts as missing, so that it is computed again.
    So does one without checksums, which an older version wrote.
    """
    path = folder / f"{name}.parquet"
    if not path.exists():
        return None, {}
    try:
        return _read_whole(path, columns)
    except DataError as error:
        # Not beside the table: a stage may have the folder that contains it as its input.
        interim = next((parent for parent in folder.parents if parent.name == INTERIM.name), folder.parent)
        quarantine = interim / "damaged" / folder.relative_to(interim) / path.name
        quarantine.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, quarantine)
        fix = f"moved to {quarantine}; its rows are computed again"
        print(DataError(error.what, where=error.where, why=error.why, fix=fix), file=sys.stderr)
        return None, {}


def row_digests(folder: Path, name: str) -> dict[str, str]:
    """Return the digest of each article's rows in a bucket of another stage; none where there is no such bucket.

    Raises
    ------
    DataError
        When the file is damaged: its articles would be missing without a word.
    """
    path = folder / f"{name}.parquet"
    if not path.exists():
        return {}
    with tables.open_parquet(path) as file:
        records = _parse_metadata(file.schema_arrow)
    return {article: record.row_digest for article, record in records.items()}


def rows_by_article(rows: pa.Table) -> Iterator[tuple[str, list[Row]]]:
    """Yield each article of a bucket with its rows as dicts."""
    for article, (start, length) in article_ranges(rows).items():
        yield article, rows.slice(start, length).to_pylist()


def article_ranges(rows: pa.Table) -> dict[str, tuple[int, int]]:
    """Return the first row and the number of rows of each article; the rows of an article are contiguous."""
    if "article_id" in rows.column_names:
        ids = rows["article_id"].to_pylist()
    else:
        name = "quote_id" if "quote_id" in rows.column_names else "id"
        ids = [value.partition("-")[0] for value in rows.column(name).to_pylist()]
    ranges: dict[str, tuple[int, int]] = {}
    for number, article in enumerate(ids):
        start, length = ranges.get(article, (number, 0))
        ranges[article] = (start, length + 1)
    return ranges


def write_bucket(
    folder: Path,
    name: str,
    rows: pa.Table,
    metadata: Mapping[str, ArticleRecord] | None = None,
    compression: str = "zstd",
) -> None:
    """Write one bucket atomically, with the metadata of its articles where there are any."""
    folder.mkdir(parents=True, exist_ok=True)
    if metadata is not None:
        rows = rows.replace_schema_metadata({_METADATA_KEY: json.dumps(metadata, sort_keys=True)})
    tables.write_parquet(folder / f"{name}.parquet", rows, compression)


def change_digits(table: Table, folder: Path, digits: int, compression: str = "zstd") -> None:
    """Divide a table into buckets of so many digits where it has others, because the number of articles has changed.

    No row is computed for that. If it is killed, the next call completes it: old buckets are deleted after the new
    ones are there.
    """
    names = bucket_names(folder)
    old = [name for name in names if len(name) != digits]
    for start, group in groupby(old, key=lambda name: name[:digits]):
        divided = list(group)
        if start not in set(names) - set(divided):  # else an earlier call has written it
            _divide(table, folder, divided, digits, compression)
        for name in divided:
            (folder / f"{name}.parquet").unlink(missing_ok=True)


def _divide(table: Table, folder: Path, names: list[str], digits: int, compression: str) -> None:
    """Write the rows of some buckets, and what is recorded of their articles, to buckets of so many digits."""
    pieces: dict[str, pa.Table] = {}
    records: dict[str, ArticleRecord] = {}
    for name in names:
        rows, stored = read_bucket_or_discard(folder, name)
        if rows is not None and rows.schema.equals(table.schema):  # else they are of an older version
            pieces |= dict.fromkeys(stored, rows[:0])
            pieces |= {article: rows.slice(*place) for article, place in article_ranges(rows).items()}
            records |= stored
    for name, group in groupby(sorted(pieces), key=lambda article: bucket_of(article, digits)):
        articles = list(group)
        rows = pa.concat_tables([table.schema.empty_table(), *(pieces[i] for i in articles)]).combine_chunks()
        kept = {i: records[i] for i in articles if i in records}
        write_bucket(folder, name, rows, kept or None, compression)


def write_table(table: Table, rows: Iterable[Row], folder: Path) -> int:
    """Write rows that come in any order as buckets sorted by article, in place of the old folder.

    Rows of one article keep their order. Memory is bounded by `SORTED_ROWS` rows.
    """
    unsorted = temporary_path(folder.with_name(f"{folder.name}-rows"))
    try:
        total = tables.write(table, rows, unsorted)
        with tables.atomic_path(folder) as target:
            target.mkdir()
            for names in _groups_of_buckets(unsorted, total):
                _write_sorted(unsorted, names, len(names[0]), target)
    finally:
        shutil.rmtree(unsorted, ignore_errors=True)
    return total


def _read_whole(path: Path, columns: Sequence[str] | None) -> tuple[pa.Table | None, dict[str, ArticleRecord]]:
    """Read a file all of whose bytes are checked; None where it has no checksums."""
    with tables.reading(path):
        data = path.read_bytes()
        has_checksums = parquet_checksums.check_all(data)
        with pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True) as file:
            tables.require_columns(file, path, columns)
            rows = file.read(None if columns is None else list(columns), use_threads=False)
            metadata = _parse_metadata(rows.schema)
    return (rows.replace_schema_metadata(), metadata) if has_checksums else (None, {})


def _parse_metadata(schema: pa.Schema) -> dict[str, ArticleRecord]:
    stored = json.loads((schema.metadata or {}).get(_METADATA_KEY, b"{}"))
    try:
        return {article: ArticleRecord(*record) for article, record in stored.items()}
    except (AttributeError, TypeError) as error:
        raise ValueError(f"metadata: {error}") from None


def _groups_of_buckets(unsorted: Path, total: int) -> Iterator[list[str]]:
    """Yield names of buckets, so many at a time that their rows can be sorted in memory."""
    shards = [pq.read_table(path, columns=["article_id"])["article_id"] for path in tables.shard_paths(unsorted)]
    ids = pa.chunked_array([chunk for shard in shards for chunk in shard.chunks], pa.string())
    digits = choose_digits(pc.count_distinct(ids).as_py())
    names = sorted(pc.unique(pc.utf8_slice_codeunits(ids, 0, digits)).to_pylist())
    step = max(1, len(names) * SORTED_ROWS // max(1, total))
    for start in range(0, len(names), step):
        yield names[start : start + step]


def _write_sorted(unsorted: Path, names: list[str], digits: int, target: Path) -> None:
    """Sort the rows of some buckets and write these."""
    pieces = []
    for path in tables.shard_paths(unsorted):
        shard = pq.read_table(path)
        buckets = pc.utf8_slice_codeunits(shard["article_id"], 0, digits)
        pieces.append(shard.filter(pc.is_in(buckets, pa.array(names, buckets.type))))
    rows = pa.concat_tables(pieces).combine_chunks()
    rows = rows.take(pc.sort_indices(rows, [("article_id", "ascending")]))
    starts: dict[str, list[int]] = {}
    for number, article in enumerate(rows["article_id"].to_pylist()):
        starts.setdefault(bucket_of(article, digits), [number, 0])[1] += 1
    for name, (start, length) in starts.items():
        write_bucket(target, name, rows.slice(start, length))
