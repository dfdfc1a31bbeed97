"""Collect the articles of feeds and pages into a folder: one WARC file a page, and a list of what is done.

Trafilatura's reader of feeds leaves out the dates, and links to other sites.
"""

import gzip
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from pipeline.collect.downloader import Downloader, NotFetched, Page, clean_address, is_web_address
from pipeline.core.storage.atomic_files import atomic_path
from pipeline.ingest.formats.mail_and_feeds import DATES, first_text, item_link, parse_feed

MAX_FEEDS = 5  # of one front page
FEED_LINKS = "//link[contains(@type, 'rss+xml') or contains(@type, 'atom+xml')]/@href"
LIST = ".collected.jsonl"  # hidden, so `ingest` does not take it for articles
# The header of the date that a feed gave, which `ingest` reads, and its most characters.
FEED_DATE, MAX_DATE = "Parley-Feed-Date", 80


@dataclass(frozen=True)
class Outcome:
    """What came of an address: `saved`, `known` (it was here already), `feed`, or `refused`, with the reason."""

    address: str
    result: str
    detail: str = ""


class Collection:
    """Collects pages into a folder; one that is there already is not fetched again.

    A page is written before its address is put on the list: a run that is killed in between writes the same file again.
    """

    def __init__(self, folder: Path, downloader: Downloader) -> None:
        self.folder, self._downloader, self.done = folder, downloader, dict[str, str]()  # with why it was refused
        for line in (folder / LIST).read_text("utf-8", "replace").splitlines() if (folder / LIST).exists() else ():
            with suppress(ValueError, KeyError, TypeError):  # a line that a killed run left half written
                row = json.loads(line)
                self.done[str(row["address"])] = str(row.get("refused", ""))

    def collect(self, addresses: Iterable[str], limit: int | None = None) -> Iterator[Outcome]:
        """Fetch feeds, front pages that name feeds, and articles; yield what came of each. `limit` is that of pages."""
        saved = 0
        for outcome in (outcome for address in addresses for outcome in self._visit(clean_address(address))):
            yield outcome
            saved += outcome.result == "saved"
            if saved == limit:
                return

    def _visit(self, address: str, date: str | None = None, kind: str = "") -> Iterator[Outcome]:
        """Fetch what is at an address: an `article` of a feed, a `feed` of a front page, or any of these."""
        if (why := self.done.get(address)) is not None and kind != "feed":
            yield Outcome(address, "refused", f"as before: {why}") if why else Outcome(address, "known")
            return
        try:
            page = self._downloader.fetch(address)
        except NotFetched as error:
            if error.final and kind == "article":
                self._mark(address, reason=str(error))
            yield Outcome(address, "refused", str(error))
            return
        links = None if kind == "article" else read_feed(page.data, page.address)
        if links is not None:
            yield Outcome(address, "feed", str(len(links)))
            for link, given in links.items():
                yield from self._visit(link, given, "article")
        elif kind == "feed":
            yield Outcome(address, "refused", "neither RSS nor Atom nor JSON Feed")
        elif page.content_type.partition(";")[0].strip().lower() not in ("text/html", "application/xhtml+xml"):
            reason = f"{page.content_type or 'no content type'}, not HTML"
            self._mark(address, reason=reason)
            yield Outcome(address, "refused", reason)
        elif not kind and urlsplit(page.address).path in ("", "/"):
            feeds = [feed for feed in find_feeds(page.data, page.address) if is_web_address(feed)][:MAX_FEEDS]
            if not feeds:
                yield Outcome(address, "refused", "a front page that names no feed; give a feed, or articles")
            for feed in feeds:
                yield from self._visit(feed, kind="feed")
        else:
            result = "known" if page.address in self.done else "saved"  # it may be here under another address
            if result == "saved":
                with atomic_path(self.folder / page_name(page.address)) as fresh:
                    fresh.write_bytes(format_warc(page, date))
            self._mark(address, page.address)
            yield Outcome(address, result)

    def _mark(self, *addresses: str, reason: str | None = None) -> None:
        """Put addresses on the list; with a reason they are on it because they were refused for good."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LIST).open("a", encoding="ascii") as file:
            for address in dict.fromkeys(addresses):
                # A line end first: a killed run may have left a line half written.
                row = {"address": address} | ({"refused": reason} if reason else {})
                file.write("" if address in self.done else f"\n{json.dumps(row)}\n")
        self.done.update(dict.fromkeys(addresses, reason or ""))


def page_name(address: str) -> str:
    """Return the file name of a page: its host as folder, the last words of its address, and a hash of it."""
    host, _, rest = address.partition("://")[2].partition("/")
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.\w+$", "", rest.rstrip("/").rsplit("/", 1)[-1].lower()))[:60]
    host = re.sub(r"[^a-z0-9.-]+", "-", host.lower()).lstrip(".-") or "site"
    return f"{host[:100]}/{words.strip('-') or 'page'}-{hashlib.sha256(address.encode()).hexdigest()[:12]}.warc.gz"


def format_warc(page: Page, feed_date: str | None) -> bytes:
    """Return a page as a gzipped WARC file of one response record, with its address, the time, and a feed's date."""
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


def read_feed(data: bytes, base: str) -> dict[str, str | None] | None:
    """Return the addresses of a feed's items in its order, each with its date as given; None for what is no feed.

    RSS and Atom that are not well-formed are read as far as they can be.
    """
    items: list[tuple[str, str]] = []
    if data.lstrip()[:1] == b"{":
        try:
            feed = json.loads(data)
        except (ValueError, RecursionError):
            return None
        if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
            return None
        for item in feed["items"] if isinstance(feed.get("items"), list) else []:
            if isinstance(item, dict):
                link = item.get("url") or item.get("external_url") or ""
                items.append((str(link), str(item.get("date_published") or "")))
    elif (root := parse_feed(data)[0]) is None:
        return None
    else:
        for item in root.iter("{*}item", "{*}entry"):
            # The identifier of an item counts where it is an address.
            ids = ((found.text or "").strip() for found in item.findall("{*}guid"))
            items.append((item_link(item) or next(filter(is_web_address, ids), ""), first_text(item, DATES)))
    dates: dict[str, str | None] = {}
    for link, date in items:
        if link.strip():
            dates.setdefault(clean_address(link.strip(), base), " ".join(date.split()) or None)
    return dates


def find_feeds(page: bytes, address: str) -> list[str]:
    """Return the addresses of the feeds that a page names in its head."""
    try:
        tree = etree.fromstring(page, etree.HTMLParser(no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    links = tree.xpath(FEED_LINKS) if tree is not None else []
    return list(dict.fromkeys(clean_address(link, address) for link in links))
