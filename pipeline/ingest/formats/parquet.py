"""Read Parquet, one batch of rows at a time, and only the columns that the config names."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.ingest.column_mapping import check_header, document_from_row, folded_names
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.child_process import MAX_MEMORY_BYTES, read_in_child
from pipeline.ingest.formats.file_opening import ALWAYS_ALLOWED_BYTES, CHUNK_BYTES, UNPACKED_FIX, open_bytes
from pipeline.ingest.raw_document import RawDocument, Reject, RejectedError

MAX_BATCH_ROWS = 200
BATCH_BYTES = 1 << 24
MAX_UNPACKED_IN_MEMORY = 1 << 26
# Rows whose values may all be the same long one take less than this.
MAX_COPIED_BYTES = 1 << 28
SAMPLED_ROWS = 20


def read(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a Parquet file; the row counts from 1.

    They are read in a child process: the library aborts on some damaged files, and others fill the memory.
    """
    yield from read_in_child(read_here, path, config)


def read_records(path: Path, config: IngestConfig) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file with all their columns, as JSON has them, up to one that cannot be read."""
    yield from (item for item in read_in_child(_read_records_here, path, config) if isinstance(item, dict))


def _read_records_here(path: Path, config: IngestConfig) -> Iterator[dict[str, Any]]:
    with suppress(Exception):  # whatever is wrong with it, `read` says
        for batch in pq.ParquetFile(path).iter_batches(SAMPLED_ROWS, use_threads=False):
            for record in _rows_of_batch(batch, config):
                if isinstance(record, dict):
                    yield json.loads(json.dumps(record, default=str))


def read_here(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a Parquet file, read in this process."""
    with open_bytes(path, config) as stream, tempfile.SpooledTemporaryFile(MAX_UNPACKED_IN_MEMORY) as unpacked:
        file: Any = stream
        if path.name.lower().endswith(".gz"):  # Parquet is read from its end, gzip from its beginning
            shutil.copyfileobj(stream, unpacked)
            file = unpacked
        try:
            yield from _read_rows(file, config)
        except RejectedError:
            raise
        except MemoryError:
            detail = f"reading it takes more than {MAX_MEMORY_BYTES} bytes of memory; write smaller files"
            yield Reject("too_costly", detail)
        except Exception as error:  # whatever the library raises is about this file alone
            why = (str(error).splitlines() or ["no reason given"])[0]
            yield Reject("bad_file", f"not a whole Parquet file: {why}; fetch it again")


def _read_rows(file: IO[bytes], config: IngestConfig) -> Iterator[RawDocument | Reject]:
    schema = pq.ParquetFile(file).schema_arrow
    check_header(schema.names, config.columns)
    read = folded_names(config.columns)
    wanted = [field for field in schema if field.name.casefold() in read]
    # As a dictionary, a value that a million rows share is held once.
    strings = (pa.string(), pa.binary(), pa.large_string(), pa.large_binary())
    shared = [field.name for field in wanted if field.type in strings]
    # In parts: a large file may be one group of rows, of which a column alone would not fit in memory.
    table = pq.ParquetFile(file, read_dictionary=shared, pre_buffer=False, buffer_size=CHUNK_BYTES)
    names, row = [field.name for field in wanted], 0
    size = _batch_rows(table.metadata, names, shared, config)
    for batch in table.iter_batches(size, columns=names, use_threads=False):
        for record in _rows_of_batch(batch, config):
            row += 1
            try:
                if isinstance(record, dict):
                    plain = {name: v.decode("utf-8") if isinstance(v, bytes) else v for name, v in record.items()}
                    yield document_from_row(plain, config.columns, row)
                else:
                    yield Reject(*record, row)
            except UnicodeDecodeError:
                yield Reject("bad_encoding", "bytes that are not UTF-8; write the column as UTF-8 strings", row)


def _with_known_zone(kind: pa.DataType) -> pa.DataType:
    """Return a type, also of an object or list, with UTC, in which times are stored, for each unknown time zone."""
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_with_known_zone(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_with_known_zone(kind.value_type)))
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        try:
            pa.lib.string_to_tzinfo(kind.tz)
        except Exception:  # of the library of time zones that is installed
            return pa.timestamp(kind.unit, "UTC")
    return kind


def _batch_rows(metadata: pq.FileMetaData, wanted: list[str], shared: list[str], config: IngestConfig) -> int:
    """Return how many rows to read at once, so that they take about `BATCH_BYTES`.

    In a column that is not read as a dictionary (not in `shared`), each row may be a copy of all that is stored.
    """
    rows = MAX_BATCH_ROWS
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        total = copied = 1
        for column in map(group.column, range(group.num_columns)):
            size, name = column.total_uncompressed_size, column.path_in_schema
            if name.partition(".")[0] in wanted:
                if size > max(ALWAYS_ALLOWED_BYTES, config.max_unpacked_ratio * column.total_compressed_size):
                    raise RejectedError("unpacks_too_far", f"{size} bytes in column `{name}`; {UNPACKED_FIX}")
                total += size
                copied += size if column.has_dictionary_page and name not in shared else 0
        rows = min(rows, MAX_COPIED_BYTES // copied, BATCH_BYTES * group.num_rows // total)
    return max(1, rows)


def _rows_of_batch(batch: pa.RecordBatch, config: IngestConfig) -> Iterator[dict[str, Any] | tuple[str, str]]:
    """Yield rows as dicts; a reason and detail for one that Python cannot hold (bad UTF-8, the year 20000)."""
    schema = pa.schema([field.with_type(_with_known_zone(field.type)) for field in batch.schema])
    batch = batch if schema.equals(batch.schema) else batch.cast(schema)
    longest = [0] * batch.num_rows  # bytes of a string, measured without decoding it
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            lengths = pc.binary_length(column.dictionary).take(column.indices).to_pylist()
            longest = [max(size, length or 0) for size, length in zip(longest, lengths, strict=True)]
    for index, size in enumerate(longest):
        if size > config.max_row_bytes:
            yield "too_long", f"a value of {size} bytes; `max_row_bytes` is {config.max_row_bytes}"
            continue
        try:
            yield batch.slice(index, 1).to_pylist()[0]
        except UnicodeDecodeError:
            yield "bad_encoding", "a string that is not UTF-8; write the file again in UTF-8"
        except (ValueError, OverflowError, pa.ArrowException) as error:
            yield "bad_row", f"a value that cannot be read: {error}"
