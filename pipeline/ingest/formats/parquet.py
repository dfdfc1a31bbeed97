"""Parquet, read a batch of rows at a time, only the columns that are asked for."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.ingest.columns import document, holds_text, missing_text
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.document import Document, Reject
from pipeline.ingest.formats.opening import open_bytes

BATCH = 200
IN_MEMORY = 1 << 26


def read(path: Path, config: IngestConfig) -> Iterator[Document | Reject]:
    """Documents of a Parquet file; the row counts from 1."""
    with open_bytes(path) as packed, tempfile.SpooledTemporaryFile(IN_MEMORY) as unpacked:
        file: Any = packed
        if path.name.lower().endswith(".gz"):  # Parquet is read from its end, gzip from its beginning
            shutil.copyfileobj(packed, unpacked)
            file = unpacked
        try:
            yield from _rows(file, config)
        except (pa.ArrowException, OSError, ValueError) as error:  # ValueError: a broken name in the metadata
            why = (str(error).splitlines() or ["no reason given"])[0]
            yield Reject("bad_file", f"not a whole Parquet file: {why}; fetch it again")


def _rows(file: IO[bytes], config: IngestConfig) -> Iterator[Document | Reject]:
    table = pq.ParquetFile(file)
    names = table.schema_arrow.names
    if not holds_text(names, config.columns["text"]):
        yield missing_text(names)
        return
    asked = {name.casefold().partition(".")[0] for tried in config.columns.values() for name in tried}
    asked |= {name.casefold() for tried in config.columns.values() for name in tried}
    wanted = [name for name in names if name.casefold() in asked]
    row = 0
    for batch in table.iter_batches(BATCH, columns=wanted):
        for record in _records(batch):
            row += 1
            yield Reject(*record, row) if isinstance(record, tuple) else _document(record, row, config)


def _records(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | tuple[str, str]]:
    """Rows as dicts; a reason and detail for one that Python cannot hold (bytes that are no UTF-8, a year 20000)."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, OverflowError, pa.ArrowException):
        pass
    for index in range(batch.num_rows):
        try:
            yield batch.slice(index, 1).to_pylist()[0]
        except UnicodeDecodeError:
            yield "bad_encoding", "a string that is not UTF-8; write the file anew"
        except (ValueError, OverflowError, pa.ArrowException) as error:
            yield "bad_row", f"a value that cannot be read: {error}"


def _document(record: dict[str, Any], row: int, config: IngestConfig) -> Document | Reject:
    try:
        plain = {name: value.decode("utf-8") if isinstance(value, bytes) else value for name, value in record.items()}
    except UnicodeDecodeError:
        return Reject("bad_encoding", "bytes that are not UTF-8; write the column as UTF-8 strings", row)
    return document(plain, config.columns, row)
