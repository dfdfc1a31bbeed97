"""Read and write tables: rows are checked against their schema, and files replace older ones atomically."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.errors import DataError, from_os_error
from pipeline.core.paths import rebuild_hint
from pipeline.core.schema.columns import Table
from pipeline.core.storage import parquet_checksums
from pipeline.core.storage.atomic_files import atomic_path as atomic_path
from pipeline.core.storage.atomic_files import write_text as write_text

SHARD_ROWS = 20_000
BATCH_ROWS = 1000  # read at once


def write(table: Table, rows: Iterable[dict[str, Any]], folder: Path | str) -> int:
    """Write rows as shards of a new folder that replaces the old one once it is complete.

    Parameters
    ----------
    table : Table
        Definition that every row is checked against.
    rows : iterable of dict
        One mapping per row; a missing column is null. Consumed lazily, a shard at a time.
    folder : path
        Folder of the shards.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    DataError
        On a null, type, choice or key that `table` does not allow; the old folder stays.
    ParleyError
        When the disk is full or may not be written to; the old folder stays.
    """
    seen: set[tuple[Any, ...]] = set()
    total, remaining = 0, iter(rows)
    with atomic_path(Path(folder)) as fresh:
        fresh.mkdir()
        for shard in range(10**6):
            batch = list(islice(remaining, SHARD_ROWS))
            if not batch and shard:
                break
            part = to_arrow(table, batch, seen)
            _write_file(fresh / f"part-{shard:05d}.parquet", part, "zstd")
            total += len(batch)
            if len(batch) < SHARD_ROWS:
                break
    return total


def write_parquet(path: Path | str, table: pa.Table, compression: str = "zstd") -> None:
    """Write one Parquet file atomically, with checksums by which readers detect damage."""
    with atomic_path(Path(path)) as fresh:
        _write_file(fresh, table, compression)


def _write_file(path: Path, table: pa.Table, compression: str) -> None:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression=compression, write_page_checksum=True)
    path.write_bytes(parquet_checksums.add_checksums(buffer.getvalue()))


def to_arrow(table: Table, rows: list[dict[str, Any]], seen: set[tuple[Any, ...]] | None = None) -> pa.Table:
    """Convert rows to an Arrow table, checking nulls, types, choices and unique keys.

    `seen` collects the keys of earlier shards of the same table.
    """
    known = {column.name for column in table.columns}
    seen = set() if seen is None else seen
    for number, row in enumerate(rows):
        if extra := set(row) - known:
            raise DataError(f"unknown column `{min(extra)}`", where=f"{table.name}, row {number}")
        _check_row(table, row, number)
        key = tuple(row[name] for name in table.key)
        if key and key in seen:
            raise DataError(f"key {key} appears twice", where=f"{table.name}, row {number}")
        seen.add(key)
    try:
        return pa.Table.from_pylist(rows, schema=table.schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError("a value has the wrong type", where=table.name, why=str(error)) from None


def _check_row(table: Table, row: dict[str, Any], number: int) -> None:
    for column in table.columns:
        value = row.get(column.name)
        where = f"{table.name}, row {number}, column {column.name}"
        if value is None and not column.nullable:
            raise DataError("the value is missing", where=where)
        if value is not None and value not in table.choices.get(column.name, (value,)):
            raise DataError(f"{value!r} is not one of {', '.join(map(str, table.choices[column.name]))}", where=where)


def shard_paths(folder: Path | str) -> list[Path]:
    """Return the files of a table, in order; a table may also be a single file."""
    found = [Path(folder)] if Path(folder).is_file() else sorted(Path(folder).glob("*.parquet"))
    if not found:
        raise DataError("no table here", where=str(folder), fix="run `dvc repro`")
    return found


def read(folder: Path | str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """Return all rows of a table as dicts, in order."""
    return list(iterate_rows(folder, columns))


def iterate_rows(folder: Path | str, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as dicts, in order; memory is bounded by the batch.

    Raises
    ------
    DataError
        When there is no table, or a file is damaged or lacks a column; the message names the file and the command that
        rebuilds it.
    """
    for path in shard_paths(folder):
        with open_parquet(path, columns) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=columns, use_threads=False):  # files are small
                yield from batch.to_pylist()


@contextmanager
def open_parquet(path: Path | str, columns: Sequence[str] | None = None) -> Iterator[pq.ParquetFile]:
    """Open one file of a table that has these columns, verifying checksums; raise DataError as `iterate_rows` does."""
    path = Path(path)
    with reading(path):
        parquet_checksums.check_notes(path)
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            require_columns(file, path, columns)
            yield file


def require_columns(file: pq.ParquetFile, path: Path, columns: Sequence[str] | None) -> None:
    """Raise DataError where a file lacks a column."""
    if missing := sorted(set(columns or ()) - set(file.schema_arrow.names)):
        raise DataError(f"no column `{missing[0]}`", where=str(path), fix=rebuild_hint(path))


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
    except MemoryError:  # a subclass of ArrowException that says nothing about the file
        raise
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        # ValueError: bytes that are not UTF-8, broken JSON; RecursionError: JSON of brackets in brackets
        if isinstance(error, OSError) and error.errno:  # raised by the operating system; Arrow's own have no number
            raise from_os_error(error, str(path)) from None
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError("the file is damaged", where=str(path), why=why, fix=rebuild_hint(path)) from None
