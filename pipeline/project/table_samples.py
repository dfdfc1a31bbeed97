"""Read the first rows of the tables among the articles, whatever their columns are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core.errors import is_used_up
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import find_reader, jsonl, parquet, tabular
from pipeline.ingest.formats.file_opening import detect_file_encoding, open_bytes, open_text
from pipeline.ingest.raw_document import Reject

ROWS = 20
Record = dict[str, Any]


def read_sample(path: Path, config: IngestConfig) -> list[Record]:
    """Return the first rows of a table by column; the key b of an object a is the column `a.b`.

    Returns
    -------
    list of dict
        No row of a file that is no table; of one that is broken, the rows before. The stage `ingest` says why.
    """
    return list(islice(_read_unbroken_rows(path, config), ROWS))


def has_column(path: Path, name: str, config: IngestConfig) -> bool:
    """Tell whether a row of a table has a column, in upper or lower case; of a CSV file, the first rows."""
    return any(name.casefold() in map(str.casefold, row) for row in _read_unbroken_rows(path, config))


def _read_unbroken_rows(path: Path, config: IngestConfig) -> Iterator[Record]:
    """Yield the rows of a table before the first that is broken."""
    try:
        yield from _read_rows(path, config)
    except Exception as error:  # whatever is wrong with the file
        if is_used_up(error):
            raise


def _read_rows(path: Path, config: IngestConfig) -> Iterator[Record]:
    reader = find_reader(path.name)
    if reader is tabular.read:
        yield from _read_csv(path, config)
    elif reader in (jsonl.read_lines, jsonl.read_values):
        with open_bytes(path, config) as file:
            for value in jsonl.iterate_values(file, longest=config.max_row_bytes):
                yield dict(_flatten(value)) if isinstance(value, dict) else {}
    elif reader is parquet.read and not path.name.lower().endswith(".gz"):
        yield from (dict(_flatten(row)) for row in parquet.read_records(path, config))


def _read_csv(path: Path, config: IngestConfig) -> Iterator[Record]:
    """Yield the rows of a table with the delimiter that gives its first line most columns."""
    encoding = detect_file_encoding(path, config)
    if encoding is None:
        return
    tables = []
    for delimiter in tabular.DELIMITERS:
        with open_text(path, encoding, config) as file:
            lines = tabular.LineReader(file, config.max_row_bytes)
            records = (fields for _, fields in tabular.iterate_records(lines, delimiter, None))
            tables.append([fields for fields in islice(records, ROWS + 1) if not isinstance(fields, Reject)])
    header, *rows = max(tables, key=lambda table: len(table[0]) if table else 0) or [[]]
    for row in rows:
        if len(row) == len(header):
            yield dict(zip((name.strip() for name in header), row, strict=True))


def _flatten(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
