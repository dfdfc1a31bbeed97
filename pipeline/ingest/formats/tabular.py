"""Read CSV and TSV, one row at a time; a broken row does not spoil its neighbours."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pipeline.ingest.column_mapping import check_header, document_from_row, has_text_column
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import detect_encoding, has_undecodable_bytes, open_bytes, open_text
from pipeline.ingest.raw_document import RawDocument, Reject, RejectedError

DELIMITERS = (",", ";", "\t")
# How often a longest row may be read again in vain before the rest of the file is given up.
MAX_REREADS = 20
UNKNOWN_ENCODING = "neither UTF-8 nor UTF-16 with a byte order mark nor Windows-1252; save the file as UTF-8"


def read(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the documents of a table whose first line names the columns; the row is the line where it begins."""
    header: list[str] | None = None
    for row, fields in read_rows(path, config):
        if isinstance(fields, Reject):
            yield fields
        elif header is None:
            header = fields
            check_header(header, config.columns)
        elif has_undecodable_bytes("".join(fields)):
            yield Reject("bad_encoding", "bytes that are not UTF-8; save the file as UTF-8", row)
        elif any("\0" in field for field in fields):
            yield Reject("bad_row", "a NUL byte in the row; delete it", row)
        else:
            yield document_from_row(dict(zip(header, fields, strict=True)), config.columns, row)


def read_rows(path: Path, config: IngestConfig) -> Iterator[tuple[int, list[str] | Reject]]:
    """Yield the rows of a table, each with the line where it begins; the first has the names of its columns."""
    with open_bytes(path, config) as raw:
        encoding = detect_encoding(raw)
    if encoding is None:
        raise RejectedError("bad_encoding", UNKNOWN_ENCODING)
    headers: dict[str, list[str]] = {}  # of the delimiters with which the first line can be read
    for delimiter in DELIMITERS:
        with open_text(path, encoding, config) as file:
            _, names = next(iterate_records(LineReader(file, config.max_row_bytes), delimiter, None), (0, None))
        if isinstance(names, list):
            headers[delimiter] = [name.strip() for name in names]
    if not headers:
        raise RejectedError("empty", "a table without a line")
    delimiter = max(headers, key=lambda d: (has_text_column(headers[d], config.columns["text"]), len(headers[d])))
    header = headers[delimiter]
    with open_text(path, encoding, config) as file:
        for number, row in enumerate(iterate_records(LineReader(file, config.max_row_bytes), delimiter, len(header))):
            yield row if number else (1, header)


class LineReader:
    """Reads numbered lines, which can be put back; a line of more than `longest` characters is cut one above that."""

    def __init__(self, file: IO[str], longest: int) -> None:
        self._file, self._put_back, self.longest = file, deque[str](), longest
        self.number = 0  # of the line taken last, from 1
        self._read = self._reread = 0  # characters

    def next(self) -> str:
        """Return the next line with its end, or an empty string after the last."""
        if self._put_back:
            line = self._put_back.popleft()
        else:
            line = rest = self._file.readline(self.longest + 1)
            while len(rest) > self.longest and not rest.endswith("\n"):
                rest = self._file.readline(self.longest + 1)
            self._read += len(line)
        self.number += bool(line)
        return line

    def put_back(self, lines: list[str]) -> None:
        """Put back the lines that were taken last."""
        self._put_back.extendleft(reversed(lines))
        self.number -= len(lines)
        self._reread += sum(map(len, lines))

    @property
    def exhausted(self) -> bool:
        """Whether so much was put back that going on would take quadratic time."""
        return self._reread > self._read + MAX_REREADS * self.longest


def iterate_records(lines: LineReader, delimiter: str, width: int | None) -> Iterator[tuple[int, list[str] | Reject]]:
    """Yield rows as lists of fields, each with the line where it begins; blank lines are skipped.

    A row must have `width` fields; None for any.
    """
    csv.field_size_limit(lines.longest)
    while line := lines.next():
        if len(line) > lines.longest:
            detail = f"a line of more than {lines.longest} characters; raise `max_row_bytes` if it is one article"
            yield lines.number, Reject("too_long", detail, lines.number)
        elif lines.exhausted:
            detail = "quotation marks are opened and never closed all over the file; nothing is read from here on"
            yield lines.number, Reject("bad_row", detail, lines.number)
            return
        elif line.strip(" \r\n"):
            row = lines.number
            fields = _parse_record(lines, line, delimiter)
            if isinstance(fields, list) and width is not None and len(fields) != width:
                fields = f"{len(fields)} fields where the header has {width}; quote fields that contain `{delimiter}`"
            yield row, Reject("bad_row", fields, row) if isinstance(fields, str) else fields


def _parse_record(lines: LineReader, first: str, delimiter: str) -> list[str] | str:
    """Return the fields of the row that begins with a line, or what is wrong with it; then only that line is taken."""
    taken = [first]

    def record_lines() -> Iterator[str]:
        yield first
        size = len(first)
        while size < lines.longest and (line := lines.next()):
            taken.append(line)
            size += len(line)
            yield line

    try:
        return next(csv.reader(record_lines(), delimiter=delimiter, strict=True))
    except csv.Error as error:
        wrong = "a quotation mark is never closed" if "unexpected end" in str(error) else str(error)
    lines.put_back(taken[1:])
    return f"broken quoting: {wrong}; write a mark inside a field twice"
