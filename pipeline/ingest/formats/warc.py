"""Read WARC: the pages of a crawl, one record at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import html
from pipeline.ingest.formats.file_opening import CHUNK_BYTES, open_bytes
from pipeline.ingest.raw_document import Reject, WebPage

MAX_HEADER_BYTES = 1 << 16
_RECORD_LINE = re.compile(rb"WARC/\d\.\d\d?\r?\n")
_RECORD_START = re.compile(rb"\n(?=WARC/\d\.\d\d?\r?\n)")
_RECORD_START_BYTES, _HEADER_END_BYTES = 16, 4
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def split_records(file: IO[bytes], longest: int) -> Iterator[bytes | tuple[str, str]]:
    """Yield records with their headers, in order; a reason and detail for one without a true length or too long.

    A record ends where its length says, if the next one (or the end of the file) follows there. Otherwise its length is
    false, and reading goes on at the next line that begins a record. One of more bytes than `longest` is skipped
    without being held in memory.
    """
    stream = _ByteStream(file)
    while stream.skip_to_record():
        header = stream.header_size()
        if header is None:
            stream.skip(1)
            yield "bad_row", "a WARC header without an end"
            continue
        length = _LENGTH.search(stream.peek(0, header))
        if length is None:  # other lines that look like a record's first are part of this header
            stream.skip(header)
            yield "bad_row", "a WARC header without the length of the record"
            continue
        size = header + int(length.group(1))
        if int(length.group(1)) > longest:
            stream.skip(header)
            yield "too_long", f"a record of {int(length.group(1))} bytes"
        elif stream.record_ends_at(size):
            yield stream.peek(0, size)
            stream.skip(size)
        else:
            stream.skip(header)
            yield "bad_row", f"the record says that it has {int(length.group(1))} bytes, which is false"


class _ByteStream:
    """The unread rest of a file, whose beginning can be looked at before it is skipped.

    Each byte is searched once and moved once or twice, whatever a file of tiny records makes of it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._held, self._ended = file, bytearray(), False
        self._start = 0  # of the unread rest in `_held`
        self._searched = 0  # in `_held`: up to here, no header ends

    def peek(self, start: int, end: int) -> bytes:
        """Return a part of the unread rest, or less at the end of the file."""
        self._fill(end)
        return bytes(self._held[self._start + start : self._start + end])

    def skip(self, size: int) -> None:
        """Go on behind the next `size` bytes."""
        self._start += size

    def _fill(self, size: int) -> None:
        """Hold the next `size` bytes, or fewer at the end of the file."""
        while len(self._held) - self._start < size and not self._ended:
            del self._held[: self._start]
            self._searched, self._start = max(0, self._searched - self._start), 0
            data = self._file.read(max(CHUNK_BYTES, size - len(self._held)))
            self._ended = not data
            self._held += data

    def header_size(self) -> int | None:
        """Return the bytes of the header that begins here, with the blank line at its end; None if it has no end."""
        self._fill(MAX_HEADER_BYTES)
        end = self._start + MAX_HEADER_BYTES
        found = _HEADER_END.search(self._held, max(self._start, self._searched), end)
        self._searched = found.start() if found else max(self._start, min(end, len(self._held)) - _HEADER_END_BYTES)
        return found.end() - self._start if found else None

    def skip_to_record(self) -> bool:
        """Go on to the next beginning of a record; return whether there is one."""
        self._fill(_RECORD_START_BYTES)
        if _RECORD_LINE.match(self._held, self._start):
            return True
        while True:
            self._fill(CHUNK_BYTES)
            if start := _RECORD_START.search(self._held, self._start):
                self._start = start.end()
                return True
            if self._ended:
                return False
            self._start = max(self._start + 1, len(self._held) - _RECORD_START_BYTES)

    def record_ends_at(self, size: int) -> bool:
        """Tell whether the first `size` bytes are followed by another record, or by nothing."""
        self._fill(size + _RECORD_START_BYTES)
        after = self.peek(size, size + _RECORD_START_BYTES).lstrip(b"\r\n")
        return len(self._held) - self._start >= size and (not after or b"WARC/".startswith(after[:5]))


HTML_CONTENT_TYPES = ("text/html", "application/xhtml+xml")


def read(path: Path, config: IngestConfig) -> Iterator[WebPage | Reject]:
    """Yield the pages of a crawl's responses; the row counts records of any type, from 1."""
    row = 0
    with open_bytes(path, config) as file:
        for record in split_records(file, config.max_page_bytes + MAX_HEADER_BYTES):
            row += 1
            page = Reject(*record, row) if isinstance(record, tuple) else _page_from_record(record, row, config)
            if page is not None:
                yield page
    if not row:
        yield Reject("bad_file", "no WARC record in the file")


def _page_from_record(data: bytes, row: int, config: IngestConfig) -> WebPage | Reject | None:
    """Return the page of a record; None for a request or a note."""
    try:
        for record in ArchiveIterator(io.BytesIO(data + b"\r\n\r\n"), parse_http=True, auto_decode="all"):
            is_response = record.record_type == WarcRecordType.response
            return _page_from_response(record, row, config) if is_response else None
    except (OSError, ValueError) as error:  # broken headers, or a page that is not compressed as they say
        return Reject("bad_row", f"a record that cannot be read: {error}; fetch the page again", row)
    return Reject("bad_row", "a record that cannot be read; fetch the page again", row)


def _page_from_response(record: WarcRecord, row: int, config: IngestConfig) -> WebPage | Reject:
    if not record.is_http or record.http_headers is None:
        return Reject("bad_row", "a response without HTTP headers; fetch the page again", row)
    status = record.http_headers.status_code
    if status is not None and not 200 <= status < 300:
        return Reject("no_text", f"HTTP status {status}: no page was saved; fetch it again", row)
    content_type = (record.http_content_type or "").lower()
    if content_type not in HTML_CONTENT_TYPES:
        detail = f"{content_type or 'no content type'}, not HTML; save it as a file of its own if it is an article"
        return Reject("unknown_format", detail, row)
    data = record.reader.read(config.max_page_bytes + 1)
    if len(data) > config.max_page_bytes:
        return html.page_too_large(config, row)
    url, crawled_at = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
    return WebPage(row, data, record.http_charset or "", url, crawled_at, record.headers.get("Parley-Feed-Date"))
