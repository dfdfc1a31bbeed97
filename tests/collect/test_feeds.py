"""Links of feeds in the forms that newsrooms publish, and of what is no feed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.collection import find_feeds, read_feed
from pipeline.collect.downloader import clean_address, is_web_address

BASE = "https://northwire.example/feeds/world"
A, B = "https://northwire.example/a.html", "https://northwire.example/b.html"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><link href='/' rel='self'/>{}</feed>"
RDF = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>{}</rdf:RDF>"
RSS = "<rss><channel>{}</channel></rss>"
ENTITY = "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
CASES = {
    "RSS": (RSS.format(f"<link>/</link><item><link>{A}</link></item><item><link>/b.html</link></item>"), [A, B]),
    "spaces and CDATA": (f"<rss><channel><item><link> <![CDATA[{A}]]> </link></item></channel></rss>", [A]),
    "an identifier for a link": (f"<rss><channel><item><guid>{A}</guid></item></channel></rss>", [A]),
    "an identifier that is no address": ("<rss><channel><item><guid>42</guid></item></channel></rss>", []),
    "each once": (f"<rss><channel><item><link>{A}</link></item><item><link>{A}#top</link></item></channel></rss>", [A]),
    "RSS 1.0": (RDF.format(f"<channel><link>/</link></channel><item><link>{A}</link></item>"), [A]),
    "Atom": (ATOM.format(f"<entry><link rel='edit' href='/x'/><link href='{A}'/></entry>"), [A]),
    "Atom with alternate": (ATOM.format(f"<entry><link rel='alternate' href='{B}'/></entry>"), [B]),
    "no items": ("<rss><channel/></rss>", []),
    "a feed cut short": (f"<rss><channel><item><link>{A}</link></item><item><li", [A]),
    "JSON": (json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": A}, {"id": "3"}, 4]}), [A]),
    "an entity that reads a file": (ENTITY + RSS.format("<item><link>&e;</link></item>"), []),
}  # fmt: skip
NO_FEEDS = ["", "plain text", "<html><body>Hello</body></html>", '{"items": []}', "{", "<urlset/>", "\0\1\2"]


@pytest.mark.parametrize(("feed", "expected"), CASES.values(), ids=list(CASES))
def test_links_of_a_feed(feed: str, expected: list[str]) -> None:
    assert list(read_feed(feed.encode(), BASE) or []) == expected


DUBLIN = "<d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2024-03-11</d:date>"
ENTRY = f"<entry><link href='{A}'/><updated>2024-03-12</updated>{{}}</entry>"
JSON_ITEM = {"url": A, "date_published": "2024-03-11"}


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        (RSS.format(f"<item><link>{A}</link><pubDate> 11 Mar\n 2024 </pubDate></item>"), "11 Mar 2024"),
        (ATOM.format(ENTRY.format("<published>2024-03-11</published>")), "2024-03-11"),
        (ATOM.format(ENTRY.format("")), None),
        (RDF.format(f"<item><link>{A}</link>{DUBLIN}</item>"), "2024-03-11"),
        (RSS.format(f"<item><link>{A}</link><pubDate/></item>"), None),
        (json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [JSON_ITEM]}), "2024-03-11"),
    ],
)
def test_date_of_an_item(feed: str, expected: str | None) -> None:
    assert read_feed(feed.encode(), BASE) == {A: expected}


@pytest.mark.parametrize("text", NO_FEEDS)
def test_what_is_no_feed(text: str) -> None:
    assert read_feed(text.encode(), BASE) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_of_addresses_or_none(data: bytes) -> None:
    assert all("#" not in link for link in read_feed(data, BASE) or [])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/x", True),
        ("http://a.example:8080/", True),
        ("file:///etc/passwd", False),
        ("ftp://a.example/x", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a.example:port/", False),
        ("https://[1::2", False),
        ("https://reader@a.example/", False),
        ("http://%5B@a.example/", False),
        ("http://a.example\\@b.example/", False),
    ],
)
def test_web_addresses(address: str, expected: bool) -> None:
    assert is_web_address(address) is expected


def test_trackers_and_fragments_are_no_part_of_an_address() -> None:
    assert clean_address("HTTPS://A.example/x?utm_source=rss&id=3#top") == "https://a.example/x?id=3"


def test_feeds_of_a_front_page() -> None:
    page = b"""<html><head><link rel=alternate type="application/rss+xml" href="/a.rss">
    <link rel=stylesheet type="text/css" href="/b.css"></head><body></body></html>"""
    assert find_feeds(page, "https://northwire.example/") == ["https://northwire.example/a.rss"]
