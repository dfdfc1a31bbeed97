"""The links of a feed (RSS, Atom, JSON Feed) with their dates, and the feeds of a front page.

Trafilatura's reader of feeds leaves out the dates, and links to other sites.
"""

from __future__ import annotations

import json
from urllib.parse import urljoin, urlsplit

from courlan import normalize_url
from lxml import etree

from pipeline.ingest.formats.mail_and_feeds import DATES, first_text, item_link, parse_feed

FEED_LINKS = "//link[contains(@type, 'rss+xml') or contains(@type, 'atom+xml')]/@href"


def read_feed(data: bytes, base: str) -> dict[str, str | None] | None:
    """Return the addresses of a feed's items in its order, each with its date as given; None for what is no feed."""
    items = _json_items(data) if data.lstrip()[:1] == b"{" else _xml_items(data)
    if items is None:
        return None
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


def absolute_address(link: str, base: str) -> str:
    """Return the address that a link on the page `base` leads to; a link that is no address stays as it is."""
    try:
        return urljoin(base, link)
    except ValueError:  # brackets that are no IPv6
        return link


def clean_address(address: str, base: str = "") -> str:
    """Return an address in its normal form, without fragment and trackers such as `utm_source`."""
    address = absolute_address(address, base).partition("#")[0]
    return str(normalize_url(address)) if is_web_address(address) else address


def is_web_address(address: str) -> bool:
    """Return whether an address is one of http or https, with a host and without a user name."""
    try:
        parts = urlsplit(address)
        plain = bool(parts.hostname) and parts.port != 0 and not set("@%\\") & set(parts.netloc)
        return parts.scheme in ("http", "https") and plain
    except ValueError:  # a port that is no number, brackets that are no IPv6
        return False


def _xml_items(data: bytes) -> list[tuple[str, str]] | None:
    """Return link and date of each item of RSS or Atom; a feed that is not well-formed is read as far as it can be."""
    root = parse_feed(data)
    if root is None:
        return None
    items = []
    for item in root.iter("{*}item", "{*}entry"):
        # The identifier of an item counts where it is an address.
        ids = ((found.text or "").strip() for found in item.findall("{*}guid"))
        items.append((item_link(item) or next(filter(is_web_address, ids), ""), first_text(item, DATES)))
    return items


def _json_items(data: bytes) -> list[tuple[str, str]] | None:
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    items = feed["items"] if isinstance(feed.get("items"), list) else []
    items = [item for item in items if isinstance(item, dict)]
    return [(str(i.get("url") or i.get("external_url") or ""), str(i.get("date_published") or "")) for i in items]
