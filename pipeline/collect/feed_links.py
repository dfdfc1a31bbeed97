"""Read the links of a feed: RSS, Atom, and JSON Feed; and find the feeds of a front page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from courlan import normalize_url
from lxml import etree

FEED_ROOTS = {"rss", "feed", "RDF"}
# Of RSS 2.0, of Atom, and of Dublin Core in RSS 1.0; an Atom entry's `updated` is no date of publication.
DATES = ("{*}pubDate", "{*}published", "{http://purl.org/dc/elements/1.1/}date")


def read_feed(data: bytes, base: str) -> dict[str, str | None] | None:
    """Return the addresses of a feed's items in its order, each with its date; None where the data are no feed.

    The date is that of publication as the feed has it, None where it has none.

    Parameters
    ----------
    data : bytes
        What the server sent.
    base : str
        Address of the feed, which relative links are relative to.

    Notes
    -----
    RSS 2.0 (`item/link`, else a `guid` that is an address; `pubDate`), RSS 1.0 (`dc:date`), Atom (RFC 4287: the
    `alternate` link of an entry; `published`, never `updated`) and JSON Feed 1.1 (`items/url`, `date_published`).
    Entities of a document type are not resolved.
    """
    links = _json_links(data) if data.lstrip()[:1] == b"{" else _xml_links(data)
    if links is None:
        return None
    dates: dict[str, str | None] = {}
    for link, date in links:
        if link.strip():
            dates.setdefault(clean_address(absolute_address(base, link.strip())), " ".join(date.split()) or None)
    return dates


def absolute_address(base: str, link: str) -> str:
    """Return the address that a link on the page `base` leads to; a link that is no address stays as it is."""
    try:
        return urljoin(base, link)
    except ValueError:  # brackets that are no IPv6
        return link


def clean_address(address: str) -> str:
    """Return an address in its normal form, without fragment and trackers such as `utm_source`."""
    address = address.partition("#")[0]
    return str(normalize_url(address)) if is_web_address(address) else address


def is_web_address(address: str) -> bool:
    """Return whether an address is one of http or https, with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that are no IPv6
        return False


def find_feeds(page: bytes, address: str) -> list[str]:
    """Return the addresses of the feeds that a page names in its head."""
    from trafilatura import load_html

    tree = load_html(page)
    links = [] if tree is None else tree.xpath("//link[contains(@type, 'rss+xml') or contains(@type, 'atom+xml')]")
    return list(dict.fromkeys(clean_address(absolute_address(address, link.get("href") or "")) for link in links))


def _xml_links(data: bytes) -> list[tuple[str, str]] | None:
    """Return the links of RSS or Atom, with the dates; a feed that is not well-formed is read as far as it can be."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or not isinstance(root.tag, str) or etree.QName(root).localname not in FEED_ROOTS:
        return None
    return [(link, _item_date(item)) for item in root.iter("{*}item", "{*}entry") for link in _item_link(item)]


def _item_date(item: Any) -> str:
    """Return the date of publication of an item, empty where it has none."""
    return next((text for name in DATES for element in item.findall(name) if (text := element.text)), "")


def _item_link(item: Any) -> Iterator[str]:
    """Yield the address of an item: its alternate link, else its identifier where that is one."""
    links = item.findall("{*}link")
    shown = [link for link in links if link.get("rel", "alternate") == "alternate"]
    texts = [link.get("href") or link.text or "" for link in shown]
    identifiers = [element.text or "" for element in item.findall("{*}guid")]
    texts += [text for text in identifiers if is_web_address(text.strip())]
    yield from [text for text in texts if text.strip()][:1]


def _json_links(data: bytes) -> list[tuple[str, str]] | None:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    items = feed.get("items")
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return [
        (str(row.get("url") or row.get("external_url") or ""), str(row.get("date_published") or "")) for row in rows
    ]
