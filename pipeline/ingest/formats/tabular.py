"""CSV and TSV, read a row at a time; a broken row does not take its neighbours along."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipeline.ingest.column_mapping import document_from_row, has_text_column, missing_text_reject
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import detect_file_encoding, has_undecodable_bytes, open_text
from pipeline.ingest.raw_document import RawDocument, Reject

DELIMITERS = (",", ";", "\t")
# How often the longest row may be read again in vain before the rest of the file is given up.
MAX_REREADS = 20
UNKNOWN_ENCODING = "neither UTF-8 nor UTF-16 with a byte order mark nor Windows-1252; save the file as UTF-8"


def read(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Documents of a table whose first line names the columns; the row is the line of the file where it begins."""
    encoding = detect_file_encoding(path, config)
    if encoding is None:
        yield Reject("bad_encoding", UNKNOWN_ENCODING)
        return
    with open_text(path, encoding, config) as file:
        source = LineReader(file, config.max_row_bytes)
        heads = {d: header for d in DELIMITERS if (header := _read_header(path, encoding, d, config))}
        if not heads:
            yield Reject("empty", "a table without a line")
            return
        delimiter = max(heads, key=lambda d: (has_text_column(heads[d], config.columns["text"]), len(heads[d])))
        header = heads[delimiter]
        if not has_text_column(header, config.columns["text"]):
            yield missing_text_reject(header)
            return
        next(iterate_records(source, delimiter, len(header)))
        for row, fields in iterate_records(source, delimiter, len(header)):
            yield (
                fields
                if isinstance(fields, Reject)
                else _document_from_record(dict(zip(header, fields, strict=True)), row, config)
            )


def _read_header(path: Path, encoding: str, delimiter: str, config: IngestConfig) -> list[str]:
    with open_text(path, encoding, config) as file:
        for _, fields in iterate_records(LineReader(file, config.max_row_bytes), delimiter, None):
            return [] if isinstance(fields, Reject) else [name.strip() for name in fields]
    return []


def _document_from_record(record: dict[str, str], row: int, config: IngestConfig) -> RawDocument | Reject:
    joined = "".join(record.values())
    if has_undecodable_bytes(joined):
        return Reject("bad_encoding", "bytes that are not UTF-8; save the file as UTF-8", row)
    if "\0" in joined:
        return Reject("bad_row", "a NUL byte in the row; delete it", row)
    return document_from_row(record, config.columns, row)


class LineReader:
    """Numbered lines of a file, some of which can be put back; of a line longer than `longest` only the beginning."""

    def __init__(self, file: IO[str], longest: int) -> None:
        self._file, self._waiting, self._number, self.longest = file, deque[str](), 0, longest
        self._read = self._again = 0

    def next(self) -> str:
        """The next line with its end, or an empty string after the last."""
        line = self._waiting.popleft() if self._waiting else self._new()
        self._number += bool(line)
        return line

    def _new(self) -> str:
        line = rest = self._file.readline(self.longest + 1)
        while len(rest) > self.longest and not rest.endswith("\n"):
            rest = self._file.readline(self.longest + 1)
        self._read += len(line)
        return line

    def back(self, lines: list[str]) -> None:
        """Put lines back that were the last to be taken."""
        self._waiting.extendleft(reversed(lines))
        self._number -= len(lines)
        self._again += sum(map(len, lines))

    @property
    def exhausted(self) -> bool:
        """Whether so much was put back that going on would take the square of the file's length."""
        return self._again > self._read + MAX_REREADS * self.longest

    @property
    def number(self) -> int:
        """Number of the line taken last, from 1."""
        return self._number


def iterate_records(source: LineReader, delimiter: str, width: int | None) -> Iterator[tuple[int, list[str] | Reject]]:
    """Rows as lists of fields, each with the line where it begins; blank lines are no rows.

    Parameters
    ----------
    source : Lines
        What is left of the file.
    delimiter : str
        What parts the fields.
    width : int or None
        Number of fields that a row has; None for any.
    """
    csv.field_size_limit(source.longest)
    while line := source.next():
        if len(line) > source.longest:
            yield source.number, Reject("too_long", f"a line of more than {source.longest} characters", source.number)
        elif source.exhausted:
            detail = "quotation marks are opened and never closed all over the file; nothing is read from here on"
            yield source.number, Reject("bad_row", detail, source.number)
            return
        elif line.strip(" \r\n"):
            row = source.number
            fields = _parse_record(source, line, delimiter)
            if isinstance(fields, list) and width is not None and len(fields) != width:
                fields = f"{len(fields)} fields where the header has {width}; quote fields that hold `{delimiter}`"
            yield row, Reject("bad_row", fields, row) if isinstance(fields, str) else fields


def _parse_record(source: LineReader, first: str, delimiter: str) -> list[str] | str:
    """Fields of the row that begins with a line, or what is wrong with it; then only that line is used up."""
    taken = [first]

    def lines() -> Iterator[str]:
        yield first
        size = len(first)
        while size < source.longest and (line := source.next()):
            taken.append(line)
            size += len(line)
            yield line

    try:
        return next(csv.reader(lines(), delimiter=delimiter, strict=True))
    except csv.Error as error:
        wrong = "a quotation mark is never closed" if "unexpected end" in str(error) else str(error)
    source.back(taken[1:])
    return f"broken quoting: {wrong}; write a mark inside a field twice"
