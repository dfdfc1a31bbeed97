"""WARC: the pages of a crawl, a record at a time."""

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
    """Pages of the responses; the row counts records of any type from 1. Requests and notes are no input."""
    number = 0
    with open_bytes(path, config) as file:
        for data in split_records(file, config.max_page_bytes + MAX_HEADER_BYTES):
            number += 1
            found = Reject(*data, number) if isinstance(data, tuple) else _page_from_record(data, number, config)
            if found is not None:
                yield found
    if not number:
        yield Reject("bad_file", "no WARC record in the file")


def _page_from_record(data: bytes, number: int, config: IngestConfig) -> WebPage | Reject | None:
    """What a record holds; None where it is no response."""
    try:
        for record in ArchiveIterator(io.BytesIO(data + b"\r\n\r\n"), parse_http=True, auto_decode="all"):
            return (
                _page_from_response(record, number, config) if record.record_type == WarcRecordType.response else None
            )
    except (OSError, ValueError) as error:  # broken headers, or a page that is not packed as they say
        return Reject("bad_row", f"a record that cannot be read: {error}", number)
    return Reject("bad_row", "a record that cannot be read", number)


def _page_from_response(record: WarcRecord, number: int, config: IngestConfig) -> WebPage | Reject:
    if not record.is_http or record.http_headers is None:
        return Reject("bad_row", "a response without HTTP headers", number)
    status = record.http_headers.status_code
    if status is not None and not 200 <= status < 300:
        return Reject("no_text", f"HTTP status {status}", number)
    kind = (record.http_content_type or "").lower()
    if kind not in HTML_CONTENT_TYPES:
        return Reject("unknown_format", f"{kind or 'no content type'}, not HTML", number)
    data = record.reader.read(config.max_page_bytes + 1)
    if len(data) > config.max_page_bytes:
        return html.page_too_large(config, number)
    # The crawl's date is only a bound, but better than none for a page that does not tell.
    url, date = record.headers.get("WARC-Target-URI"), record.headers.get("WARC-Date")
    return WebPage(number, data, record.http_charset or "", url, date)
