"""Read and write tables: rows are checked against their schema, and files replace older ones atomically.

A table is a folder of Parquet files. Tables of articles and quotes are sorted by article, so that the bytes depend on
the content alone, and so that several are read side by side.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.core import paths
from pipeline.core.errors import DataError, from_os_error
from pipeline.core.schema import data_tables
from pipeline.core.schema.columns import Table
from pipeline.core.schema.data_tables import ARTICLES, QUOTES
from pipeline.core.storage.atomic_files import atomic_path as atomic_path
from pipeline.core.storage.atomic_files import remove, sqlite_errors, temporary_path
from pipeline.core.storage.atomic_files import write_text as write_text

# A file has so many rows, or fewer where they are large: it is held in memory when it is written.
SHARD_ROWS, SHARD_BYTES = 20_000, 100_000_000
BATCH_ROWS = 1000  # read at once
_TABLES = [table for table in vars(data_tables).values() if isinstance(table, Table)]
_TYPES = {table.name: {column.name: column.type for column in table.columns} for table in _TABLES}
Row = dict[str, Any]


def write(table: Table, rows: Iterable[dict[str, Any]], folder: Path | str) -> int:
    """Write rows as shards of a new folder that replaces the old one once it is complete.

    A missing column of a row is null. Rows are consumed lazily, a shard at a time, and their number is returned. A
    null, type, choice or key that `table` does not allow is a DataError, a full or protected disk a ParleyError; the
    old folder stays.
    """
    seen: set[tuple[Any, ...]] = set()
    remaining = iter(rows)
    batches = iter(lambda: list(islice(remaining, SHARD_ROWS)), [])
    return write_batches(table, (to_arrow(table, batch, seen) for batch in batches), folder)


def write_batches(table: Table, batches: Iterable[pa.Table], folder: Path | str) -> int:
    """Write rows that `to_arrow` has checked as `write` does."""
    total = 0
    with atomic_path(Path(folder)) as fresh:
        fresh.mkdir()
        for number, shard in enumerate(_shards(table, batches)):
            pq.write_table(shard, fresh / f"part-{number:05d}.parquet", compression="zstd", write_page_checksum=True)
            total += len(shard)
    return total


def _shards(table: Table, batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows of each file; a table without rows has one."""
    pieces, rows, size, written = [table.schema.empty_table()], 0, 0, False
    for batch in batches:
        pieces.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
        if rows >= SHARD_ROWS or size >= SHARD_BYTES:
            yield pa.concat_tables(pieces).combine_chunks()
            pieces, rows, size, written = [table.schema.empty_table()], 0, 0, True
    if rows or not written:
        yield pa.concat_tables(pieces).combine_chunks()


def write_sorted(table: Table, rows: Iterable[Row], folder: Path) -> int:
    """Write rows of any order as `write` does, sorted by `article_id` on disk; those of an article keep their order."""
    scratch = temporary_path(folder.with_name(f"{folder.name}-rows"))
    scratch.parent.mkdir(parents=True, exist_ok=True)
    remove(scratch)
    try:
        with sqlite_errors(scratch), closing(sqlite3.connect(scratch)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("CREATE TABLE rows (article TEXT, row TEXT)")
            values = ((row["article_id"], json.dumps(row)) for row in rows)
            connection.executemany("INSERT INTO rows VALUES (?, ?)", values)
            found = connection.execute("SELECT row FROM rows ORDER BY article, rowid")
            return write(table, (json.loads(row) for (row,) in found), folder)
    finally:
        remove(scratch)


def write_parquet(path: Path | str, table: pa.Table) -> None:
    """Write one Parquet file atomically, with checksums by which readers detect damage."""
    with atomic_path(Path(path)) as fresh:
        pq.write_table(table, fresh, compression="zstd", write_page_checksum=True)


def to_arrow(table: Table, rows: list[dict[str, Any]], seen: set[tuple[Any, ...]] | None = None) -> pa.Table:
    """Convert rows to an Arrow table, checking nulls, types, choices and keys; `seen` has keys of earlier shards."""
    known = {column.name for column in table.columns}
    seen = set() if seen is None else seen
    for number, row in enumerate(rows):
        where = f"{table.name}, row {number}"
        if extra := set(row) - known:
            raise DataError(f"unknown column `{min(extra)}`", where=where)
        for column in table.columns:
            value, choices = row.get(column.name), column.choices
            if value is None and not column.nullable:
                raise DataError("the value is missing", where=f"{where}, column {column.name}")
            if value is not None and choices and value not in choices:
                what = f"{value!r} is not one of {', '.join(map(str, choices))}"
                raise DataError(what, where=f"{where}, column {column.name}")
        key = tuple(row[name] for name in table.key)
        if key and key in seen:
            raise DataError(f"key {key} appears twice", where=where)
        seen.add(key)
    try:
        return pa.Table.from_pylist(rows, schema=table.schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError("a value has the wrong type", where=table.name, why=str(error)) from None


def shard_paths(folder: Path | str) -> list[Path]:
    """Return the files of a table, in order; a table may also be a single file."""
    found = [Path(folder)] if Path(folder).is_file() else sorted(Path(folder).glob("*.parquet"))
    if not found:
        raise DataError("no table here", where=str(folder), fix="run `dvc repro`")
    return found


def read(folder: Path | str, columns: list[str] | None = None) -> list[Row]:
    """Return all rows of a table as dicts, in order."""
    return list(iterate_rows(folder, columns))


def iterate_rows(
    folder: Path | str, columns: list[str] | None = None, articles: Collection[str] | None = None
) -> Iterator[Row]:
    """Yield the rows of a table, or of one file of it, as dicts, in order; memory is bounded by the batch.

    All `columns` by default; with `articles` only rows with these `article_id`, which is among the columns. A missing
    table, a damaged file and one without a column is a DataError that names the file and the command that rebuilds it.
    """
    wanted = None if articles is None else pa.array(list(articles), pa.string())
    for path in shard_paths(folder):
        with open_parquet(path, columns) as file:
            if articles is not None and not _may_hold(file.metadata, articles):
                continue
            for batch in file.iter_batches(BATCH_ROWS, columns=columns, use_threads=False):  # files are small
                kept = batch if wanted is None else batch.filter(pc.is_in(batch["article_id"], wanted))
                yield from kept.to_pylist()


def iterate_articles(
    folder: Path | str, columns: list[str] | None = None, articles: Collection[str] | None = None
) -> Iterator[tuple[str, list[Row]]]:
    """Yield the id and the rows of each article of a table that is sorted by article; see `iterate_rows`."""
    found = iterate_rows(folder, columns, articles)
    for article, rows in groupby(found, lambda row: row.get("article_id") or row["quote_id"].partition("-")[0]):
        yield article, list(rows)


def iterate_column(
    folder: Path | str, column: str, articles: Collection[str] | None = None
) -> Iterator[tuple[str, Any]]:
    """Yield the id of the article and the value of a column of each row; see `iterate_rows`."""
    for row in iterate_rows(folder, ["article_id", column], articles):
        yield row["article_id"], row[column]


def _may_hold(metadata: pq.FileMetaData, articles: Collection[str]) -> bool:
    """Whether the smallest and the largest id that a file notes leave room for one of the articles."""
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    columns = (group.column(i) for group in groups for i in range(group.num_columns))
    noted = [column.statistics for column in columns if column.path_in_schema == "article_id"]
    return any(ids is None or any(ids.min <= article <= ids.max for article in articles) for ids in noted)


def count_rows(folder: Path | str) -> int:
    """Return the number of rows of a table."""
    return sum(1 for _ in iterate_rows(folder, []))


@contextmanager
def open_parquet(path: Path | str, columns: Sequence[str] | None = None) -> Iterator[pq.ParquetFile]:
    """Open one file of a table that has these columns, verifying checksums; raise DataError as `iterate_rows` does."""
    path = Path(path)
    with reading(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        if missing := sorted(set(columns or ()) - set(file.schema_arrow.names)):
            raise DataError(f"no column `{missing[0]}`", where=str(path), fix=paths.REBUILD)
        kinds = _TYPES.get(path.parent.name, {}) if path.parent.parent.name == paths.INTERIM.name else {}
        for field in file.schema_arrow:
            if field.type != kinds.get(field.name, field.type):
                why = f"it has {field.type}, not {kinds[field.name]}: another version of Parley wrote it"
                raise DataError(f"wrong type in column `{field.name}`", where=str(path), why=why, fix=paths.REBUILD)
        yield file


def read_json(path: Path | str) -> Any:
    """Read a JSON file that a stage wrote; raise DataError as `iterate_rows` does."""
    with reading(Path(path)):
        return json.loads(Path(path).read_text(encoding="utf-8"))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the exceptions of Arrow, JSON and the operating system into ParleyErrors."""
    try:
        yield
    except FileNotFoundError:
        raise DataError("no such file", where=str(path), fix="run `dvc repro`") from None
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        if isinstance(error, MemoryError) or "launch worker thread" in str(error):  # it says nothing about the file
            raise MemoryError(str(error)) from None
        # ValueError: bytes that are not UTF-8, broken JSON; RecursionError: JSON of brackets in brackets
        if isinstance(error, OSError) and error.errno:  # raised by the operating system; Arrow's own have no number
            raise from_os_error(error, str(path)) from None
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError("the file is damaged", where=str(path), why=why, fix=paths.REBUILD) from None


def articles_with_quotes(
    root: Path, targets: int, columns: Mapping[Path, list[str]] | None = None
) -> Iterator[tuple[Row, list[tuple[Row, list[Row]]]]]:
    """Yield each article with its quotes and their stances: the three tables are sorted in the same order.

    `targets` is the number of stances per quote; with 0 their table is not read. `columns` are those to read of
    `paths.ARTICLES`, `QUOTES` and `STANCES`, ids included; all by default. Tables of different runs are a DataError.
    """
    folders = (paths.QUOTES, paths.STANCES, paths.ARTICLES)
    columns = {paths.QUOTES: QUOTES.schema.names, paths.ARTICLES: ARTICLES.schema.names, **(columns or {})}
    quotes, stances, articles = (iterate_rows(root / folder, columns.get(folder)) for folder in folders)
    quote = next(quotes, None)
    for article in articles:
        joined = []
        while quote is not None and quote["article_id"] == article["article_id"]:
            of_quote = list(islice(stances, targets))
            if [stance["quote_id"] for stance in of_quote] != [quote["quote_id"]] * targets:
                raise _mismatch("stances", quote)
            joined.append((quote, of_quote))
            quote = next(quotes, None)
        yield article, joined
    if quote is not None:
        raise _mismatch("articles", quote)


def _mismatch(table: str, quote: Row) -> DataError:
    return DataError(f"{table} and quotes come from different runs", where=quote["quote_id"], fix="run `dvc repro`")
