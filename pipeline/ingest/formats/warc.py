"""Read WARC: the pages of a crawl, one record at a time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import html
from pipeline.ingest.formats.file_opening import open_bytes
from pipeline.ingest.formats.warc_records import MAX_HEADER_BYTES, split_records
from pipeline.ingest.raw_document import Reject, WebPage

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
        return Reject(
            "unknown_format",
            f"{content_type or 'no content type'}, not HTML; save it as a file of its own if it is an article",
            row,
        )
    data = record.reader.read(config.max_page_bytes + 1)
    if len(data) > config.max_page_bytes:
        return html.page_too_large(config, row)
    url, crawled_at = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
    return WebPage(row, data, record.http_charset or "", url, crawled_at, record.headers.get("Parley-Feed-Date"))
