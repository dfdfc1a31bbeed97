"""Collect the articles of feeds and pages into a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.collect.downloader import Downloader, NotFetched, Page
from pipeline.collect.feed_links import clean_address, find_feeds, is_web_address, read_feed
from pipeline.collect.page_folder import PageFolder, is_html

MAX_FEEDS = 5  # of one front page


@dataclass(frozen=True)
class Outcome:
    """What came of an address: `saved`, `known` (it was here already), `feed`, or `refused`, with the reason."""

    address: str
    result: str
    detail: str = ""


def collect(addresses: Iterable[str], folder: Path, downloader: Downloader, limit: int | None) -> Iterator[Outcome]:
    """Fetch pages, and the pages that feeds list, into a folder; yield what came of each address.

    Parameters
    ----------
    addresses : iterable of str
        Of feeds (RSS, Atom, JSON Feed), of front pages that name their feeds, and of articles.
    folder : path
        Where pages are saved. Those that are there already are not fetched again.
    downloader : Downloader
        What fetches them.
    limit : int or None
        Most pages to save.
    """
    pages = PageFolder(folder)
    saved = 0
    for outcome in _walk(addresses, pages, downloader):
        yield outcome
        saved += outcome.result == "saved"
        if limit is not None and saved >= limit:
            return


def _walk(addresses: Iterable[str], pages: PageFolder, downloader: Downloader) -> Iterator[Outcome]:
    for address in map(clean_address, addresses):
        try:
            page = None if pages.has(address) else downloader.fetch(address)
        except NotFetched as error:
            yield Outcome(address, "refused", str(error))
            continue
        if page is None:
            yield Outcome(address, "known")
        elif (links := read_feed(page.data, page.address)) is not None:
            yield from _collect_feed(address, links, pages, downloader)
        elif is_html(page) and urlsplit(page.address).path in ("", "/"):
            yield from _collect_front_page(page, pages, downloader)
        else:
            yield _save(address, page, pages)


def _collect_front_page(page: Page, pages: PageFolder, downloader: Downloader) -> Iterator[Outcome]:
    """Collect the feeds that a site's front page names."""
    feeds = [feed for feed in find_feeds(page.data, page.address) if is_web_address(feed)][:MAX_FEEDS]
    if not feeds:
        yield Outcome(page.address, "refused", "a front page that names no feed; give a feed, or articles")
    for feed in feeds:
        try:
            answer = downloader.fetch(feed)
        except NotFetched as error:
            yield Outcome(feed, "refused", str(error))
            continue
        links = read_feed(answer.data, answer.address)
        if links is None:
            yield Outcome(feed, "refused", "neither RSS nor Atom nor JSON Feed")
        else:
            yield from _collect_feed(feed, links, pages, downloader)


def _collect_feed(
    feed: str, links: Mapping[str, str | None], pages: PageFolder, downloader: Downloader
) -> Iterator[Outcome]:
    yield Outcome(feed, "feed", str(len(links)))
    for link, date in links.items():
        yield _collect_page(link, date, pages, downloader)


def _collect_page(address: str, date: str | None, pages: PageFolder, downloader: Downloader) -> Outcome:
    if pages.has(address):
        return Outcome(address, "known")
    try:
        page = downloader.fetch(address)
    except NotFetched as error:
        if error.final:
            pages.mark(address, reason=str(error))
        return Outcome(address, "refused", str(error))
    return _save(address, page, pages, date)


def _save(address: str, page: Page, pages: PageFolder, date: str | None = None) -> Outcome:
    if not is_html(page):
        reason = f"{page.content_type or 'no content type'}, not HTML"
        pages.mark(address, reason=reason)
        return Outcome(address, "refused", reason)
    return Outcome(address, "saved" if pages.save(address, page, date) else "known")
