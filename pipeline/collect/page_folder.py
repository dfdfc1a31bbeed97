"""A folder of collected pages: one WARC file a page, and a list of the addresses that are done."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipeline.collect.downloader import Page
from pipeline.core.storage.atomic_files import temporary_path

# Hidden, so `ingest` does not take it for articles.
LIST = ".collected.jsonl"
# The header of the date that a feed gave, which `ingest` reads, and its most characters.
FEED_DATE, MAX_DATE = "Parley-Feed-Date", 80
HTML_TYPES = ("text/html", "application/xhtml+xml")


class PageFolder:
    """Pages that were collected into a folder.

    A page is written before its address is put on the list: a run that is killed in between fetches that page
    again and writes the same file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._done = set(_read_list(folder / LIST))

    def has(self, address: str) -> bool:
        """Return whether an address was fetched, or found not to be worth another try."""
        return address in self._done

    def save(self, address: str, page: Page, feed_date: str | None = None) -> bool:
        """Save the page of an address, with its date in the feed.

        Returns False where the same page is here already under another address.
        """
        new = not self.has(page.address)
        if new:
            self._write(self.folder / page_name(page.address), format_warc(page, feed_date))
        self.mark(address, page.address)
        return new

    def mark(self, *addresses: str, reason: str | None = None) -> None:
        """Put addresses on the list; with a reason they are on it because they were refused for good."""
        new = [address for address in dict.fromkeys(addresses) if address not in self._done]
        if not new:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LIST).open("ab") as file:
            _end_torn_line(file)
            for address in new:
                row = {"address": address} | ({"refused": reason} if reason else {})
                file.write(json.dumps(row, ensure_ascii=True).encode() + b"\n")
        self._done.update(new)

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_path(path)
        temporary.write_bytes(data)
        os.replace(temporary, path)


def page_name(address: str) -> str:
    """Return the file name of a page: its host as folder, the last words of its address, and a hash of it.

    Examples
    --------
    >>> page_name("https://northwire.example/world/ridge-truce.html")
    'northwire.example/ridge-truce-b42d7aa0fa8b.warc.gz'
    """
    host, _, rest = address.partition("://")[2].partition("/")
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.\w+$", "", rest.rstrip("/").rsplit("/", 1)[-1].lower()))[:60]
    host = re.sub(r"[^a-z0-9.-]+", "-", host.lower()).lstrip(".-") or "site"
    return f"{host[:100]}/{words.strip('-') or 'page'}-{hashlib.sha256(address.encode()).hexdigest()[:12]}.warc.gz"


def is_html(page: Page) -> bool:
    """Return whether a server says that a page is one of HTML."""
    return page.content_type.partition(";")[0].strip().lower() in HTML_TYPES


def format_warc(page: Page, feed_date: str | None = None) -> bytes:
    """Return a page as a gzipped WARC file of one response record, which has its address and the time.

    The date that a feed gave is in the header `Parley-Feed-Date`; one with characters beyond ASCII is left out.
    """
    from fastwarc.warc import WarcRecord, WarcRecordType

    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.headers["WARC-Target-URI"] = page.address
    record.headers["WARC-Date"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if feed_date and feed_date.isascii() and feed_date.isprintable():
        record.headers[FEED_DATE] = feed_date[:MAX_DATE]
    record.headers["Content-Type"] = "application/http; msgtype=response"
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\nContent-Length: {len(page.data)}\r\n\r\n"
    record.set_bytes_content(head.encode("latin-1", "replace") + page.data)
    buffer = io.BytesIO()
    record.write(buffer)
    return gzip.compress(buffer.getvalue(), mtime=0)


def _read_list(path: Path) -> list[str]:
    """Return the addresses of the list; a last line that a killed run left half written is none."""
    if not path.exists():
        return []
    addresses = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            addresses.append(str(json.loads(line)["address"]))
        except (ValueError, KeyError, TypeError):
            continue
    return addresses


def _end_torn_line(file: IO[bytes]) -> None:
    """Start a new line where a killed run left the last one half written."""
    if file.tell() == 0:
        return
    with open(file.name, "rb") as old:
        old.seek(-1, os.SEEK_END)
        if old.read(1) != b"\n":
            file.write(b"\n")
