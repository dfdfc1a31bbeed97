"""The only reader and writer of tables: checked against the schema, written beside and moved into place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DataError
from pipeline.schema import Table

SHARD_ROWS = 20_000


def write(table: Table, rows: Iterable[dict[str, Any]], folder: Path | str) -> int:
    """Write rows as shards of a new folder that replaces the old one when all is well.

    Parameters
    ----------
    table : Table
        What the rows must be.
    rows : iterable of dict
        One mapping per row; a column left out is null. Taken lazily, a shard at a time.
    folder : path
        Where the shards go.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    DataError
        On a null, type, choice or key that `table` does not allow; the old folder stays.
    """
    folder = Path(folder)
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    seen: set[tuple[Any, ...]] = set()
    total, source = 0, iter(rows)
    try:
        for shard in range(10**6):
            batch = list(islice(source, SHARD_ROWS))
            if not batch and shard:
                break
            pq.write_table(to_arrow(table, batch, seen), fresh / f"part-{shard:05d}.parquet", compression="zstd")
            total += len(batch)
            if len(batch) < SHARD_ROWS:
                break
        replace(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return total


def replace(fresh: Path, target: Path) -> None:
    """Move a finished file or folder into place of an older one."""
    if target.is_dir():
        old = target.with_name(f".{target.name}.{os.getpid()}.old")
        os.replace(target, old)
        os.replace(fresh, target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(fresh, target)


def write_text(path: Path | str, text: str) -> None:
    """Write a text file atomically, in UTF-8 with newline line ends."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    os.replace(fresh, path)


def to_arrow(table: Table, rows: list[dict[str, Any]], seen: set[tuple[Any, ...]] | None = None) -> pa.Table:
    """Turn rows into an Arrow table, checking nulls, types, choices and keys (`seen` carries keys across shards)."""
    known = {column.name for column in table.columns}
    for number, row in enumerate(rows):
        if extra := set(row) - known:
            raise DataError(f"unknown column `{min(extra)}`", where=f"{table.name}, row {number}")
        _check_row(table, row, number)
    if table.key:
        _check_keys(table, rows, set() if seen is None else seen)
    try:
        return pa.Table.from_pylist(rows, schema=table.schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataError("a value has the wrong type", where=table.name, why=str(error)) from None


def _check_row(table: Table, row: dict[str, Any], number: int) -> None:
    for column in table.columns:
        value = row.get(column.name)
        where = f"{table.name}, row {number}, column {column.name}"
        if value is None and not column.nullable:
            raise DataError("a null where a value is wanted", where=where)
        if value is not None and value not in table.choices.get(column.name, (value,)):
            raise DataError(f"{value!r} is none of {', '.join(map(str, table.choices[column.name]))}", where=where)


def _check_keys(table: Table, rows: list[dict[str, Any]], seen: set[tuple[Any, ...]]) -> None:
    for number, row in enumerate(rows):
        key = tuple(row[name] for name in table.key)
        if key in seen:
            raise DataError(f"key {key} appears twice", where=f"{table.name}, row {number}")
        seen.add(key)


def shards(folder: Path | str) -> list[Path]:
    """Files of a table, in order; a table may also be a single file.

    Raises
    ------
    DataError
        When there are none.
    """
    found = [Path(folder)] if Path(folder).is_file() else sorted(Path(folder).glob("*.parquet"))
    if not found:
        raise DataError("no table here", where=str(folder), fix="run `dvc repro`")
    return found


def read(folder: Path | str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """All rows of a table as dicts, in order."""
    return list(iterate(folder, columns))


def iterate(folder: Path | str, columns: list[str] | None = None, batch_rows: int = 1000) -> Iterator[dict[str, Any]]:
    """Rows of a table as dicts, in order; memory is bounded by the batch."""
    for path in shards(folder):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_rows, columns=columns):
                yield from batch.to_pylist()
