"""Read WARC: the pages of a crawl, one record at a time."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import CHUNK_BYTES, open_bytes
from pipeline.ingest.raw_document import Reject, WebPage

MAX_HEADER_BYTES = 1 << 16
_RECORD_START = re.compile(rb"\n(?=WARC/\d\.\d\d?\r?\n)")
_RECORD_START_BYTES = 16  # at the most
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
HTML_CONTENT_TYPES = ("text/html", "application/xhtml+xml")


def split_records(file: IO[bytes], longest: int) -> Iterator[bytes | tuple[str, str]]:
    """Yield records with their headers, in order; a reason and detail for one without a true length or too long.

    A record ends where its length says, if the next one (or the end of the file) follows there. Otherwise its length is
    false, and reading goes on at the next line that begins a record. One of more bytes than `longest` is skipped
    without being held in memory.
    """
    held = bytearray(b"\n")  # the unread rest, as far as it is read; what is done with is replaced by a line feed

    def hold(size: int) -> None:
        while len(held) < size and (data := file.read(max(CHUNK_BYTES, size - len(held)))):
            held.extend(data)

    while True:
        while not (start := _RECORD_START.search(held)):
            del held[:-_RECORD_START_BYTES]
            if not (data := file.read(CHUNK_BYTES)):
                return
            held += data
        del held[: start.end()]
        hold(MAX_HEADER_BYTES)
        header_end = _HEADER_END.search(held, 0, MAX_HEADER_BYTES)
        if header_end is None:
            del held[: MAX_HEADER_BYTES - _RECORD_START_BYTES]
            yield "bad_row", "a WARC header without an end"
            continue
        done = header = header_end.end()
        found = _LENGTH.search(held, 0, header)
        length = int(found[1]) if found else 0
        record: bytes | tuple[str, str]
        if found is None:  # other lines that look like a record's first are part of this header
            record = "bad_row", "a WARC header without the length of the record"
        elif length > longest:
            record = "too_long", f"a record of {length} bytes"
        else:
            hold(header + length + _RECORD_START_BYTES)
            after = held[header + length :][:_RECORD_START_BYTES].lstrip(b"\r\n")
            record = "bad_row", f"the record says that it has {length} bytes, which is false"
            if len(held) >= header + length and (not after or b"WARC/".startswith(after[:5])):
                done = header + length
                record = bytes(held[:done])
        held[:done] = b"\n"
        yield record


def read(path: Path, config: IngestConfig) -> Iterator[WebPage | Reject]:
    """Yield the pages of a crawl's responses; the row counts records of any type, from 1."""
    row = 0
    with open_bytes(path, config) as file:
        for row, record in enumerate(split_records(file, config.max_page_bytes + MAX_HEADER_BYTES), 1):
            page = Reject(*record, row) if isinstance(record, tuple) else _page_from_record(record, row, config)
            if page is not None:
                yield page
    if not row:
        yield Reject("bad_file", "no WARC record in the file")


def _page_from_record(data: bytes, row: int, config: IngestConfig) -> WebPage | Reject | None:
    """Return the page of a record; None for a request or a note."""
    try:
        record = next(ArchiveIterator(io.BytesIO(data + b"\r\n\r\n"), parse_http=True, auto_decode="all"), None)
        if record is None:
            return Reject("bad_row", "a record that cannot be read; fetch the page again", row)
        if record.record_type != WarcRecordType.response:
            return None
        if not record.is_http or record.http_headers is None:
            return Reject("bad_row", "a response without HTTP headers; fetch the page again", row)
        status = record.http_headers.status_code
        if status is not None and not 200 <= status < 300:
            return Reject("no_text", f"HTTP status {status}: no page was saved; fetch it again", row)
        content_type = (record.http_content_type or "").lower()
        if content_type not in HTML_CONTENT_TYPES:
            detail = f"{content_type or 'no content type'}, not HTML; save it as a file of its own if it is an article"
            return Reject("unknown_format", detail, row)
        page = record.reader.read(config.max_page_bytes + 1)
        if len(page) > config.max_page_bytes:
            return Reject("too_long", f"a page of more than {config.max_page_bytes} bytes (`max_page_bytes`)", row)
        url, day = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
        return WebPage(row, page, record.http_charset or "", url, day, record.headers.get("Parley-Feed-Date"))
    except (OSError, ValueError) as error:  # broken headers, or a page that is not compressed as they say
        return Reject("bad_row", f"a record that cannot be read: {error}; fetch the page again", row)
