"""Results kept by what they were made from: a file per bucket of articles, in which only what is new is made.

A table that is kept has a file per bucket, the first hex digits of `article_id`, with rows in the order of the ids: its
bytes depend on its content alone, not on the order or the history of the runs. The metadata of a file tell for each
article of the bucket a key of all that its rows were made from, and a digest of the rows. `pending` compares the keys
with those that are wanted, `fill` makes what is missing. A stage that reads the result has the digest in its own keys,
so that a change that changes no row stops there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core.errors import DataError
from pipeline.core.schema.columns import Table
from pipeline.core.storage import tables
from pipeline.core.storage.temporary_files import temporary_path

BUCKET_DIGITS = 2
# A table that may have no rows at all has them in this bucket then.
NO_ROWS = "0" * BUCKET_DIGITS
# Rows that are sorted at once when a table is parted into buckets: what bounds memory.
SORTED_ROWS = 200_000
_NOTE = b"kept"
Row = dict[str, Any]


class BucketJob(NamedTuple):
    """A bucket that is not as it should be: where it lies, its name, and the key of each of its articles."""

    folder: str
    name: str
    keys: dict[str, str]


def bucket_of(article_id: str) -> str:
    """Name of the bucket of an article."""
    return article_id[:BUCKET_DIGITS]


def bucket_names(folder: Path) -> list[str]:
    """Names of the buckets of a table, sorted."""
    return sorted(path.stem for path in folder.glob("*.parquet"))


def read_bucket(folder: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One bucket of a table as columns; DataError where there is none, or it is damaged (its checksums tell)."""
    (path,) = tables.shard_paths(folder / f"{name}.parquet")
    return _read_columns(path, columns)[0]


def _read_columns(path: Path, columns: Sequence[str] | None) -> tuple[pa.Table, dict[str, tuple[str, str]]]:
    # Several times as fast as `read_table`, which looks for a folder of files; no threads, for buckets are small.
    with tables.open_parquet(path, columns) as file:
        rows = file.read(None if columns is None else list(columns), use_threads=False)
    return rows.replace_schema_metadata(), _parse_metadata(rows.schema)


def content_key(*parts: Any) -> str:
    """16 hex digits for what a result is made from; the parts are strings, numbers, or lists and mappings of such."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def pending_buckets(folder: Path, wanted: Iterable[tuple[str, dict[str, str]]]) -> list[BucketJob]:
    """Buckets that are missing, damaged or made from something else; those that nobody wants are removed.

    Parameters
    ----------
    folder : path
        Where the table is kept.
    wanted : iterable of (str, dict of str to str)
        Name of each bucket, and key by article.
    """
    folder.mkdir(parents=True, exist_ok=True)
    jobs, all_names = [], set()
    for name, given in wanted:
        all_names.add(name)
        rows, note = _read_with_metadata(folder, name)
        if rows is None or {article: made[0] for article, made in note.items()} != given:
            jobs.append(BucketJob(str(folder), name, given))
    for name in set(bucket_names(folder)) - all_names:
        (folder / f"{name}.parquet").unlink()
    return jobs


def stored_keys(folder: Path, name: str) -> dict[str, str]:
    """Key of what the rows of each article of a bucket were made from."""
    return {article: made[0] for article, made in _read_metadata(folder, name).items()}


def row_digests(folder: Path, name: str) -> dict[str, str]:
    """Digest of the rows of each article of a bucket."""
    return {article: made[1] for article, made in _read_metadata(folder, name).items()}


def update_bucket(table: Table, job: BucketJob, make: Callable[[list[str]], Iterable[list[Row]]]) -> int:
    """Write one bucket, in place of what was there when all is well.

    Parameters
    ----------
    table : Table
        What the rows must be; each has its `article_id`, or a `quote_id` (or `id`) that begins with it.
    job : Job
        Of `pending`.
    make : callable
        Gives the rows of each article that it is asked for, in the order asked; rows that are there are copied.

    Returns
    -------
    int
        Number of articles that had to be made.
    """
    folder = Path(job.folder)
    old, note = _old_bucket(table, folder, job.name)
    todo = _missing_from(job, note)
    runs = _article_ranges(old)
    fresh = dict(zip(todo, make(todo), strict=True)) if todo else {}
    pieces, told = [], {}
    for article in sorted(job.keys):
        if article in fresh:
            pieces.append(tables.to_arrow(table, fresh[article]))
            told[article] = (job.keys[article], content_key(fresh[article]))
        else:
            pieces.append(old.slice(*runs.get(article, (0, 0))))
            told[article] = (job.keys[article], note[article][1])
    folder.mkdir(parents=True, exist_ok=True)
    whole = pa.concat_tables([table.schema.empty_table(), *pieces]).combine_chunks()
    _write(folder / f"{job.name}.parquet", whole, told)
    return len(todo)


def update_table(
    table: Table,
    folder: Path,
    wanted: Iterable[tuple[str, dict[str, str]]],
    make: Callable[[str, list[str]], Iterable[list[Row]]],
) -> None:
    """`pending` and `fill` in this process; `make` is also told the name of the bucket."""
    for job in pending_buckets(folder, wanted):
        update_bucket(table, job, partial(make, job.name))


def missing_articles(table: Table, job: BucketJob) -> list[str]:
    """Articles of a bucket that `fill` will ask for, sorted."""
    return _missing_from(job, _old_bucket(table, Path(job.folder), job.name)[1])


def _missing_from(job: BucketJob, note: Mapping[str, tuple[str, str]]) -> list[str]:
    return sorted(article for article, wanted in job.keys.items() if note.get(article, ("",))[0] != wanted)


def _old_bucket(table: Table, folder: Path, name: str) -> tuple[pa.Table, dict[str, tuple[str, str]]]:
    """A bucket as it is and what it tells; one that is not there or damaged, or has other columns, counts as empty."""
    rows, note = _read_with_metadata(folder, name)
    return (rows, note) if rows is not None and rows.schema.equals(table.schema) else (table.schema.empty_table(), {})


def read_if_valid(folder: Path, name: str, columns: Sequence[str] | None = None) -> pa.Table | None:
    """A bucket of a table that this stage keeps, None where there is none.

    A damaged one is named, moved to `data/interim/damaged` and counts as none, so that it is made anew.
    """
    return _read_with_metadata(folder, name, columns)[0]


def _read_with_metadata(
    folder: Path, name: str, columns: Sequence[str] | None = None
) -> tuple[pa.Table | None, dict[str, tuple[str, str]]]:
    """What `sound` gives, and what the file tells."""
    path = folder / f"{name}.parquet"
    if not path.exists():
        return None, {}
    try:
        return _read_columns(path, columns)
    except DataError as error:
        aside = folder.with_name("damaged") / folder.name / path.name
        aside.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, aside)
        fix = f"moved to {aside}, what it held is made anew"
        print(DataError(error.what, where=error.where, why=error.why, fix=fix), file=sys.stderr)
        return None, {}


def rows_by_article(rows: pa.Table) -> Iterator[tuple[str, list[Row]]]:
    """Rows of a bucket as dicts, article by article."""
    for article, (start, length) in _article_ranges(rows).items():
        yield article, rows.slice(start, length).to_pylist()


def write_table(table: Table, rows: Iterable[Row], folder: Path) -> int:
    """Write rows that come in any order as a file per bucket, sorted by article, in place of the old folder.

    Rows of one article keep their order. Memory is bounded by `SORTED_ROWS` rows.
    """
    plain = temporary_path(folder.with_name(f"{folder.name}-rows"))
    try:
        total = tables.write(table, rows, plain)
        with tables.atomic_path(folder) as fresh:
            fresh.mkdir()
            for group in _groups(plain, total):
                _write_part(plain, group, fresh)
    finally:
        shutil.rmtree(plain, ignore_errors=True)
    return total


def _groups(plain: Path, total: int) -> Iterator[list[str]]:
    """Names of buckets, so many at a time that their rows can be sorted at once."""
    shards = [pq.read_table(path, columns=["article_id"])["article_id"] for path in tables.shard_paths(plain)]
    ids = pa.chunked_array([chunk for shard in shards for chunk in shard.chunks], pa.string())
    found = sorted(pc.unique(pc.utf8_slice_codeunits(ids, 0, BUCKET_DIGITS)).to_pylist())
    step = max(1, len(found) * SORTED_ROWS // max(1, total))
    for start in range(0, len(found), step):
        yield found[start : start + step]


def _write_part(plain: Path, group: list[str], fresh: Path) -> None:
    pieces = []
    for path in tables.shard_paths(plain):
        shard = pq.read_table(path)
        mine = pc.utf8_slice_codeunits(shard["article_id"], 0, BUCKET_DIGITS)
        pieces.append(shard.filter(pc.is_in(mine, pa.array(group, mine.type))))
    rows = pa.concat_tables(pieces).combine_chunks()
    rows = rows.take(pc.sort_indices(rows, [("article_id", "ascending")]))
    starts: dict[str, list[int]] = {}
    for number, article in enumerate(rows["article_id"].to_pylist()):
        starts.setdefault(bucket_of(article), [number, 0])[1] += 1
    for name, (start, length) in starts.items():
        _write(fresh / f"{name}.parquet", rows.slice(start, length))


def write_bucket(folder: Path, name: str, rows: pa.Table) -> None:
    """Write one bucket of a table that is made whole."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{name}.parquet", rows)


def _write(path: Path, rows: pa.Table, told: Mapping[str, tuple[str, str]] | None = None) -> None:
    if told is not None:
        rows = rows.replace_schema_metadata({_NOTE: json.dumps(told, sort_keys=True)})
    tables.write_parquet(path, rows)


def _read_metadata(folder: Path, name: str) -> dict[str, tuple[str, str]]:
    """Key and digest by article, as the file tells; nothing where it cannot be read."""
    try:
        return _parse_metadata(pq.read_schema(folder / f"{name}.parquet"))
    except (FileNotFoundError, pa.ArrowInvalid, OSError):
        return {}


def _parse_metadata(schema: pa.Schema) -> dict[str, tuple[str, str]]:
    told = schema.metadata or {}
    return {article: (made[0], made[1]) for article, made in json.loads(told.get(_NOTE, b"{}")).items()}


def _article_ranges(rows: pa.Table) -> dict[str, tuple[int, int]]:
    """First row and number of rows of each article; the rows of one lie together."""
    if "article_id" in rows.column_names:
        ids = rows["article_id"].to_pylist()
    else:
        ids = [name.partition("-")[0] for name in rows.column(_quote_id(rows)).to_pylist()]
    runs: dict[str, tuple[int, int]] = {}
    for number, article in enumerate(ids):
        start, length = runs.get(article, (number, 0))
        runs[article] = (start, length + 1)
    return runs


def _quote_id(rows: pa.Table) -> str:
    return "quote_id" if "quote_id" in rows.column_names else "id"


def cached_json(path: Path, made_from: str, make: Callable[[], Any]) -> Any:
    """What a small JSON file holds if it was made from the same (`key`), else what `make` gives, written there.

    Returns
    -------
    object
        As read back from JSON, whether it was made now or before.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["made_from"] == made_from:
            return told["value"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    text = json.dumps({"made_from": made_from, "value": make()}, ensure_ascii=False)
    tables.write_text(path, text + "\n")
    return json.loads(text)["value"]
