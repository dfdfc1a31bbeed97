"""HTML pages: the article found by trafilatura, without a network."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import read_bytes
from pipeline.ingest.raw_document import RawDocument, Reject, WebPage

# Trafilatura takes dates after today for errors; a fixed day keeps the output from depending on when it is made.
DATE_OPTIONS = {"original_date": True, "max_date": "2100-01-01", "outputformat": "%Y-%m-%d", "extensive_search": False}
OPTIONS: Any = {"with_metadata": True, "include_comments": False, "include_tables": False}
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_TIME_PATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@name='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//time[@itemprop='datePublished']/@datetime",
)
# A tag with its attributes, whose values may hold anything; a mark that is never closed is one among others.
_TAG = re.compile(r"<[A-Za-z](?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+'|[\"'])*+")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_ATTRIBUTE_GAP = re.compile(r"\"\"[\s/]*|[\s/]+")
MAX_ATTRIBUTES = 1_000
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it has to say is in the rejects
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read(path: Path, config: IngestConfig) -> Iterator[WebPage | Reject]:
    """One page."""
    data = read_bytes(path, config.max_page_bytes, config)
    yield page_too_large(config) if data is None else WebPage(None, data)


def page_too_large(config: IngestConfig, row: int | None = None) -> Reject:
    """The reject for a page that is not even parsed."""
    return Reject("too_long", f"a page of more than {config.max_page_bytes} bytes (`max_page_bytes`)", row)


def extract_article(page: WebPage, config: IngestConfig) -> RawDocument | Reject:
    """The article of a page with the metadata that the page names; `max_page_tags` is heeded here."""
    import trafilatura  # a tenth of a second, for new pages alone

    row, text = page.row, decode_page(page.data, page.charset)
    if text is None:
        return Reject("bad_encoding", "neither UTF-8 nor the encoding that the page names; save it as UTF-8", row)
    if overdone := _excessive_markup(text, config):
        return Reject("too_many_tags", overdone, row)
    try:
        found: Any = trafilatura.bare_extraction(
            text,
            url=page.url,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            date_extraction_params=DATE_OPTIONS,
        )
        moment = _publication_time(trafilatura.load_html(text))
    except Exception as error:  # any error of the parser is about this page alone
        return Reject("bad_file", f"the page cannot be parsed: {type(error).__name__}: {error}", row)
    if found is None or not (found.text or "").strip():
        return Reject("no_text", "no article was found in the page", row)
    publisher = found.sitename or found.hostname
    url, moment = found.url or page.url, moment or found.date or page.published_at
    return RawDocument(row, found.text, found.title, url, moment, publisher, found.author)


def _excessive_markup(page: str, config: IngestConfig) -> str:
    """What in a page takes the square of its number to parse, where there is too much of it; else nothing."""
    if (tags := page.count("<")) > config.max_page_tags:
        return f"{tags} tags; `max_page_tags` is {config.max_page_tags}"
    for match in _TAG.finditer(page):
        # An attribute takes two characters at least.
        if match.end() - match.start() > 2 * MAX_ATTRIBUTES:
            count = len(_ATTRIBUTE_GAP.findall(_QUOTED.sub('""', match.group())))
            if count > MAX_ATTRIBUTES:
                return f"a tag with {count} attributes"
    return ""


def decode_page(data: bytes, charset: str = "") -> str | None:
    """A page as text: by its byte order mark, as UTF-8, or as what the header or the page itself names."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    named = [match.decode("ascii") for match in _CHARSET.findall(data[:4096])]
    for encoding in [marks.get(data[:2], "utf-8-sig"), charset, *named]:
        # Pages that say Latin-1 mean Windows-1252; so do browsers.
        encoding = "cp1252" if encoding.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii") else encoding
        try:
            return data.decode(encoding or "utf-8").replace("\0", "")
        except (ValueError, LookupError):  # not in this encoding; a name that is none
            continue
    return None


def _publication_time(tree: Any) -> str | None:
    """The time of publication as the page states it; trafilatura keeps the day alone."""
    if tree is None:
        return None
    found = (value for path in _TIME_PATHS for value in tree.xpath(path))
    return next((str(value) for value in found if value.strip()), None)
