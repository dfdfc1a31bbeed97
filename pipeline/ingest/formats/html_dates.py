"""The date of publication of a web page, as the page states it.

Trafilatura (htmldate) finds a day even where it has two readings, or belongs to an update. What it finds is taken where
the page states that day, and in the words of the page, so that `dates` judges them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.ingest.date_forms import any_of

_TIME_PATHS = (
    "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
)
_JSON_DATE = re.compile(r"\"datePublished\"\s*:\s*\"([^\"<>]{4,60})\"")
_MODIFIED = re.compile(r"\"dateModified\"\s*:\s*\"[^\"<>]*\"|<(?:meta|time)\b[^<>]*modified[^<>]*>", re.IGNORECASE)
_OTHER_PATHS = (
    "//meta[@name='date' or @name='pubdate' or @name='publish-date' or @name='publishdate' or @name='DC.date.issued'"
    " or @name='parsely-pub-date' or @name='sailthru.date']/@content",
    "//time[@pubdate]/@datetime",
)


def stated_date(tree: Any, page: str, found: str | None, updated: Sequence[str]) -> str | None:
    """Return the date of publication in the words of a page, or None.

    Parameters
    ----------
    tree : lxml element or None
        The parsed page.
    page : str
        Its HTML.
    found : str or None
        The day that trafilatura found, `YYYY-MM-DD`.
    updated : sequence of str
        Words before the date of an update.
    """
    if date := next(_metadata_dates(tree, page), None):
        return date
    return _statement_of(found, page, updated) if found else None


def _metadata_dates(tree: Any, page: str) -> Iterator[str]:
    """Yield the dates that a page gives to machines, the surest first."""
    if tree is None:
        return
    for paths in (_TIME_PATHS, None, _OTHER_PATHS):
        values = (value for path in paths for value in tree.xpath(path)) if paths else _JSON_DATE.findall(page)
        yield from (text for value in values if (text := str(value).strip()))


def _statement_of(found: str, page: str, updated: Sequence[str]) -> str | None:
    """Return the words that state a day: `2024-03-11`, as in an address, `Updated 11.3.2024` or `March 11, 2024`."""
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
