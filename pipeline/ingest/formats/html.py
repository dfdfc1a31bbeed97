"""Read HTML pages, and extract the article of a page with trafilatura, without a network."""

import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import any_of
from pipeline.ingest.formats.file_opening import UTF16_BYTE_ORDER_MARKS, read_page
from pipeline.ingest.raw_document import RawDocument, Reject, WebPage

# Where a page gives dates to machines, before and after those of its JSON.
_SURE_PATHS = (
    "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
)
_OTHER_PATHS = (
    "//meta[@name='date' or @name='pubdate' or @name='publish-date' or @name='publishdate' or @name='DC.date.issued'"
    " or @name='parsely-pub-date' or @name='sailthru.date']/@content",
    "//time[@pubdate]/@datetime",
)
_JSON_DATE = re.compile(r"\"datePublished\"\s*:\s*\"([^\"<>]{4,60})\"")
_MODIFIED = re.compile(r"\"dateModified\"\s*:\s*\"[^\"<>]*\"|<(?:meta|time)\b[^<>]*modified[^<>]*>", re.IGNORECASE)


def _statement_of(found: str, page: str, updated: Sequence[str]) -> str | None:
    """Return the words that state the day that trafilatura found: `2024-03-11`, `Updated 11.3.2024`, `March 11, 2024`.

    `updated` are words before the date of an update.
    """
    year, month, day = (part.lstrip("0") for part in found.split("-"))
    iso = rf"{year}(?P<mark>[-/.]?)0?{month}(?P=mark)0?{day}"
    name = r"[^\W\d]{3,12}\.?"
    named = rf"0?{day}\w{{0,2}}\W{{1,2}}{name}\W{{1,2}}{year}|{name}\W{{1,2}}0?{day}\w{{0,2}}\W{{1,3}}{year}"
    figures = rf"0?{day}(?P<m>[-/.])0?{month}(?P=m){year}|0?{month}(?P<n>[-/.])0?{day}(?P=n){year}"
    if re.search(rf"(?<!\d){iso}(?!\d)", _MODIFIED.sub("", page)):
        return found
    if re.search(rf"(?<!\d){iso}(?!\d)", page):
        return " ".join([*updated[:1], found])
    stated = re.search(rf"(?:({any_of(updated)})[: ]+)?(?<!\d)({named}|{figures})(?!\d)", page, re.IGNORECASE)
    return " ".join(filter(None, (stated[1], stated[2]))) if stated else None


# Trafilatura takes dates after today for errors; with a fixed day the output does not depend on the day of the run.
DATE_OPTIONS = {"original_date": True, "max_date": "2100-01-01", "outputformat": "%Y-%m-%d", "extensive_search": False}
_CHARSET = re.compile(rb"(?:charset|encoding)\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_.:-]+)", re.IGNORECASE)
# A tag with its attributes, whose values may contain anything; an unclosed quotation mark is a plain character.
_TAG = re.compile(r"<[A-Za-z](?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+'|[\"'])*+")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_ATTRIBUTE_GAP = re.compile(r"\"\"[\s/]*|[\s/]+")
MAX_ATTRIBUTES = 1_000
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its complaints about a page are in the rejects
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


def read(path: Path, config: IngestConfig) -> Iterator[WebPage]:
    """Yield the page of a file."""
    yield WebPage(None, read_page(path, "page", config))


def extract_article(page: WebPage, config: IngestConfig, updated: Sequence[str] = ()) -> RawDocument | Reject:
    """Return the article of a page with the metadata in it; reject a page of more than `max_page_tags` tags.

    `updated` are the words before a date that is not the date of publication.
    """
    import trafilatura  # takes a tenth of a second, which only new pages need

    row, text = page.row, decode_page(page.data, page.charset)
    if text is None:
        return Reject("bad_encoding", "neither UTF-8 nor the encoding that the page names; save it as UTF-8", row)
    if detail := _excessive_markup(text, config):
        return Reject("too_many_tags", detail, row)
    try:
        article: Any = trafilatura.bare_extraction(
            text, url=page.url, with_metadata=True, include_comments=False, include_tables=False,
            date_extraction_params=DATE_OPTIONS,
        )  # fmt: skip
        tree, dates = trafilatura.load_html(text), list[Any]()
        if tree is not None:
            sure, others = ([v for path in paths for v in tree.xpath(path)] for paths in (_SURE_PATHS, _OTHER_PATHS))
            dates = [*sure, *_JSON_DATE.findall(text), *others]
        published_at = next(filter(None, (str(date).strip() for date in dates)), None)
        if published_at is None and article and article.date:
            published_at = _statement_of(article.date, text, updated)
    except Exception as error:  # whatever the parser raises is about this page alone
        return Reject("bad_file", f"the page cannot be parsed: {type(error).__name__}: {error}", row)
    if article is None or not (article.text or "").strip():
        return Reject("no_text", "no article was found in the page; save its text as .txt if it has one", row)
    fields = (article.title, article.url or page.url, published_at, article.sitename or article.hostname)
    return RawDocument(row, article.text, *fields, article.author, page.crawled_at, page.feed_date)


def _excessive_markup(page: str, config: IngestConfig) -> str:
    """Return what the page has too much of (tags, attributes), whose parsing takes quadratic time; else nothing."""
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
    """Return a page as text: by its byte order mark, as UTF-8, or in the encoding that the header or the page names."""
    utf16 = data[:2] in UTF16_BYTE_ORDER_MARKS
    named = [match.decode("ascii") for match in _CHARSET.findall(data[:4096])]
    for encoding in ["utf-16" if utf16 else "utf-8-sig", charset, *named]:
        # Pages that say Latin-1 mean Windows-1252; so do browsers.
        encoding = "cp1252" if encoding.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii") else encoding
        try:
            return data.decode(encoding or "utf-8").replace("\0", "")
        except (ValueError, LookupError):  # bytes of another encoding; a name of no encoding
            continue
    return None
