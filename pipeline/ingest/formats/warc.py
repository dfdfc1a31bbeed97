"""WARC: the pages of a crawl, a record at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.document import Document, Reject
from pipeline.ingest.formats import html
from pipeline.ingest.formats.opening import open_bytes

PAGES = ("text/html", "application/xhtml+xml")


def read(path: Path, config: IngestConfig) -> Iterator[Document | Reject]:
    """Documents of the responses; the row counts records of any type from 1. Requests and notes are no input."""
    number = 0
    with open_bytes(path) as file:
        for record in ArchiveIterator(file, parse_http=True, auto_decode="all"):
            number += 1
            if record.record_type == WarcRecordType.response:
                yield _page(record, number)
    if not number:
        yield Reject("bad_file", "no WARC record in the file")


def _page(record: WarcRecord, number: int) -> Document | Reject:
    if not record.is_http or record.http_headers is None:
        return Reject("bad_row", "a response without HTTP headers", number)
    status = record.http_headers.status_code
    if status is not None and not 200 <= status < 300:
        return Reject("no_text", f"HTTP status {status}", number)
    kind = (record.http_content_type or "").lower()
    if kind not in PAGES:
        return Reject("unknown_format", f"{kind or 'no content type'}, not HTML", number)
    data = record.reader.read(html.LARGEST + 1)
    if len(data) > html.LARGEST:
        return Reject("too_long", f"a page of more than {html.LARGEST} bytes", number)
    url = record.headers.get("WARC-Target-URI")
    found = html.article(data, record.http_charset or "", url, number)
    if isinstance(found, Reject):
        return found
    # The crawl's date is only a bound, but better than none for a page that does not tell.
    date = found.published_at or record.headers.get("WARC-Date")
    return replace(found, url=found.url or url, published_at=date)
