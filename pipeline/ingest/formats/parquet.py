"""Read Parquet, one batch of rows at a time, and only the columns that the config names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.ingest.column_mapping import document_from_row, has_text_column, missing_text_reject
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import ALWAYS_ALLOWED_BYTES, UnpackedSizeError, open_bytes
from pipeline.ingest.raw_document import RawDocument, Reject

MAX_BATCH_ROWS = 200
BATCH_BYTES = 1 << 24
MAX_MEMORY_BYTES = 1 << 26


def read(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a Parquet file; the row counts from 1."""
    with open_bytes(path, config) as stream, tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES) as unpacked:
        file: Any = stream
        if path.name.lower().endswith(".gz"):  # Parquet is read from its end, gzip from its beginning
            shutil.copyfileobj(stream, unpacked)
            file = unpacked
        try:
            yield from _read_rows(file, config)
        except (pa.ArrowException, OSError, ValueError) as error:  # ValueError: a column name that is not UTF-8
            why = (str(error).splitlines() or ["no reason given"])[0]
            yield Reject("bad_file", f"not a whole Parquet file: {why}; fetch it again")


def _read_rows(file: IO[bytes], config: IngestConfig) -> Iterator[RawDocument | Reject]:
    schema = pq.ParquetFile(file).schema_arrow
    names = schema.names
    if not has_text_column(names, config.columns["text"]):
        yield missing_text_reject(names)
        return
    named = {name.casefold() for candidates in config.columns.values() for name in candidates}
    named |= {name.partition(".")[0] for name in named}
    wanted = [name for name in names if name.casefold() in named]
    # As a dictionary, a value that a million rows share is held once.
    table = pq.ParquetFile(file, read_dictionary=[name for name in wanted if _is_text_column(schema, name)])
    row = 0
    for batch in table.iter_batches(_batch_rows(table.metadata, wanted, config), columns=wanted):
        for record in _rows_of_batch(batch, config):
            row += 1
            yield Reject(*record, row) if isinstance(record, tuple) else _document_from_record(record, row, config)


def _is_text_column(schema: pa.Schema, name: str) -> bool:
    kinds = [schema.field(index).type for index in schema.get_all_field_indices(name)]
    return all(pa.types.is_string(kind) or pa.types.is_binary(kind) for kind in kinds)


def _batch_rows(metadata: pq.FileMetaData, wanted: list[str], config: IngestConfig) -> int:
    """Return how many rows to read at once, so that they take about `BATCH_BYTES`."""
    rows = MAX_BATCH_ROWS
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        columns = [column for column in map(group.column, range(group.num_columns))
                   if column.path_in_schema.partition(".")[0] in wanted]  # fmt: skip
        for column in columns:
            size = column.total_uncompressed_size
            if size > max(ALWAYS_ALLOWED_BYTES, config.max_unpacked_ratio * column.total_compressed_size):
                raise UnpackedSizeError(f"{size} bytes in column `{column.path_in_schema}`")
        size = sum(column.total_uncompressed_size for column in columns)
        rows = min(rows, BATCH_BYTES * group.num_rows // max(1, size))
    return max(1, rows)


def _rows_of_batch(batch: pa.RecordBatch, config: IngestConfig) -> Iterator[dict[str, Any] | tuple[str, str]]:
    """Yield rows as dicts; a reason and detail for one that Python cannot hold (bad UTF-8, the year 20000)."""
    longest = _longest_strings(batch)
    for index in range(batch.num_rows):
        if longest[index] > config.max_row_bytes:
            yield "too_long", f"a value of {longest[index]} bytes; `max_row_bytes` is {config.max_row_bytes}"
            continue
        try:
            yield batch.slice(index, 1).to_pylist()[0]
        except UnicodeDecodeError:
            yield "bad_encoding", "a string that is not UTF-8; write the file again in UTF-8"
        except (ValueError, OverflowError, pa.ArrowException) as error:
            yield "bad_row", f"a value that cannot be read: {error}"


def _longest_strings(batch: pa.RecordBatch) -> list[int]:
    """Return the bytes of the longest string of each row, measured without decoding it."""
    sizes = [0] * batch.num_rows
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            lengths = pc.binary_length(column.dictionary).take(column.indices).to_pylist()
            sizes = [max(size, length or 0) for size, length in zip(sizes, lengths, strict=True)]
    return sizes


def _document_from_record(record: dict[str, Any], row: int, config: IngestConfig) -> RawDocument | Reject:
    try:
        plain = {name: value.decode("utf-8") if isinstance(value, bytes) else value for name, value in record.items()}
    except UnicodeDecodeError:
        return Reject("bad_encoding", "bytes that are not UTF-8; write the column as UTF-8 strings", row)
    return document_from_row(plain, config.columns, row)
