"""Links of feeds in the forms that newsrooms publish, and of what is no feed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.collect.collection import find_feeds, read_feed
from pipeline.collect.downloader import clean_address, is_web_address

BASE = "https://northwire.example/feeds/world"
A, B = "https://northwire.example/a.html", "https://northwire.example/b.html"
DAY = "2024-03-11"


def rss(*items: str) -> str:
    return f"<rss><channel><link>/</link>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"


def atom(entry: str) -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><link href='/' rel='self'/><entry>{entry}</entry></feed>"


def rdf(item: str) -> str:
    spaces = "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
    return f"<rdf:RDF {spaces}><channel><link>/</link></channel><item>{item}</item></rdf:RDF>"


def json_feed(*items: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})


LINK = f"<link>{A}</link>"
DUBLIN = f"<d:date xmlns:d='http://purl.org/dc/elements/1.1/'>{DAY}</d:date>"
UPDATED = f"<link href='{A}'/><updated>2024-03-12</updated>"
ENTITY = "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"


@pytest.mark.parametrize(("feed", "expected"), [
    (rss(LINK, "<link>/b.html</link>"), {A: None, B: None}),
    (rss(f"<link> <![CDATA[{A}]]> </link>"), {A: None}),
    (rss(f"<guid>{A}</guid>"), {A: None}),
    (rss("<guid>42</guid>"), {}),
    (rss(f"{LINK}<pubDate> 11 Mar\n 2024 </pubDate>"), {A: "11 Mar 2024"}),
    (rss(LINK).replace("</channel></rss>", "<item><li"), {A: None}),  # cut short
    (rss(), {}),
    (ENTITY + rss("<link>&e;</link>"), {}),
    (rdf(LINK + DUBLIN), {A: DAY}),
    (atom(f"<link rel='edit' href='/x'/><link href='{A}'/>"), {A: None}),
    (atom(f"<link rel='alternate' href='{B}'/>"), {B: None}),
    (atom(f"{UPDATED}<published>{DAY}</published>"), {A: DAY}),
    (atom(UPDATED), {A: None}),
    (json_feed({"url": A, "date_published": DAY}, {"id": "3"}, 4), {A: DAY}),
    *(
        (text, None)
        for text in ["", "plain text", "<html>Hello</html>", '{"items": []}', "{", "<urlset/>", "\0\1\2"]
    ),
])  # fmt: skip
def test_links_and_dates_of_a_feed(feed: str, expected: dict[str, str | None] | None) -> None:
    assert read_feed(feed.encode(), BASE) == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_of_addresses_or_none(data: bytes) -> None:
    assert all("#" not in link for link in read_feed(data, BASE) or [])


@pytest.mark.parametrize("address", [
    "file:///etc/passwd", "ftp://a.example/x", "javascript:alert(1)", "https://", "https://a.example:port/",
    "https://[1::2", "https://reader@a.example/", "http://%5B@a.example/", "http://a.example\\@b.example/",
])  # fmt: skip
def test_what_is_no_web_address(address: str) -> None:
    assert not is_web_address(address)
    assert is_web_address("http://a.example:8080/")


def test_trackers_and_fragments_are_no_part_of_an_address() -> None:
    assert clean_address("HTTPS://A.example/x?utm_source=rss&id=3#top") == "https://a.example/x?id=3"


def test_feeds_of_a_front_page() -> None:
    page = b"""<html><head><link rel=alternate type="application/rss+xml" href="/a.rss">
    <link rel=stylesheet type="text/css" href="/b.css"></head><body></body></html>"""
    assert find_feeds(page, "https://northwire.example/") == ["https://northwire.example/a.rss"]
