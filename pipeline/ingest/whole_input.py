"""What no article shows alone but the whole input does: whether day or month comes first, and the name of an outlet.

Articles are read once to learn what they show, kept in a temporary file, and completed when all have been read. What is
decided does not depend on their order.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlsplit

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import FROM_FEED, DateParser, Order
from pipeline.ingest.raw_document import Reject, result_or_reject

_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[a-z]{2,}|xn--[\w.-]+)/?", re.IGNORECASE)
# Last parts of a domain under which others are registered: `bbc.co.uk`, `abc.net.au`.
_REGISTRIES = {"ac", "co", "com", "edu", "gov", "net", "org"}
_NOT_LETTERS = re.compile(r"[\W_]+")


class OutletNames:
    """Learns which names and web domains occur together, and then gives one name to each outlet.

    A domain gets a name if the input has that name beside an address of the domain, the two resemble each other, and no
    second name does. Spellings that differ in case become the most frequent one. Nothing depends on the order.
    `configured`, name or domain to the name of the outlet, come first.
    """

    def __init__(self, configured: Mapping[str, str]) -> None:
        self._configured = {_key(name): outlet for name, outlet in configured.items()}
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._names: defaultdict[str, set[str]] = defaultdict(set)  # keys of names by domain

    def add(self, source: str | None, url: str | None) -> None:
        """Take note of the source and the address of an article."""
        if source and not _domain(source):
            self._spellings[_key(source)][source] += 1
            if domain := domain_of(url):
                self._names[domain].add(_key(source))

    def name(self, source: str | None, url: str | None) -> str | None:
        """Return the name of the outlet of an article, or the domain of one without a name; None if it has neither."""
        if source and (outlet := self._configured.get(_key(source))):
            return outlet
        domain = _domain(source) if source else domain_of(url)
        if domain is None:
            return self._usual_spelling(_key(source)) if source else None
        if outlet := self._configured.get(domain):
            return outlet
        alike = [name for name in self._names[domain] if _resemble(name, domain)] if domain in self._names else []
        outlets = {self._configured.get(name) or self._usual_spelling(name) for name in alike}
        return outlets.pop() if len(outlets) == 1 else domain

    def _usual_spelling(self, key: str) -> str:
        return min(self._spellings[key].items(), key=lambda item: (-item[1], item[0]))[0]


def domain_of(url: str | None) -> str | None:
    """Return the domain of a web address without `www.`, or None."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:  # `http://[`
        return None
    return _domain(host) if host else None


def _domain(text: str) -> str | None:
    """Return a text that is a web domain without `www.`, in small letters; None for any other."""
    match = _DOMAIN.fullmatch(text.strip())
    return match[1].casefold() if match and match[1] else None


def _key(name: str) -> str:
    """Return what is the same for all spellings of a name or domain."""
    return _domain(name) or " ".join(name.casefold().split())


def _resemble(name: str, domain: str) -> bool:
    """Whether a name and the registered part of a domain have the same letters, or it has the name's initials."""
    parts = domain.split(".")[:-1]
    while len(parts) > 1 and parts[-1] in _REGISTRIES:
        parts.pop()
    registered = _NOT_LETTERS.sub("", parts[-1])
    words = [word for word in _NOT_LETTERS.split(name) if word]
    words = words[1:] if len(words) > 1 and words[0] == "the" else words
    joined, initials = "".join(words), "".join(word[0] for word in words)
    alike = len(min(joined, registered, key=len)) > 2 and (registered in joined or joined in registered)
    return alike or (len(initials) > 1 and registered == initials)


Row = dict[str, Any]
MAX_MEMORY_BYTES = 1 << 26


class WholeInput:
    """Learns from all articles of an input, as the cleaner returns them, and then completes each."""

    def __init__(self, config: IngestConfig, dates: DateParser) -> None:
        self._config, self._dates = config, dates
        self._outlets = OutletNames(config.outlets)
        self._shown: set[tuple[str, str | None, str | None, Order]] = set()

    def complete_all(self, documents: Iterable[tuple[str, Row | Reject]]) -> Iterator[tuple[str, Row | Reject]]:
        """Yield the articles, completed, and the rejects of an input with their paths, in order."""
        with tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES, mode="w+", encoding="ascii") as kept:
            for path, document in documents:
                if isinstance(document, Reject):
                    kept.write(json.dumps([path, vars(document), None]) + "\n")
                else:
                    failed = result_or_reject(partial(self._learn, path, document), document["row"])
                    kept.write(json.dumps([path, failed and vars(failed), document]) + "\n")
            kept.seek(0)
            for line in kept:
                path, reject, article = json.loads(line)
                complete = partial(self._complete, path, article)
                yield path, Reject(**reject) if reject else result_or_reject(complete, article["row"])

    def _learn(self, path: str, article: Row) -> None:
        """Take note of what an article shows."""
        self._outlets.add(article["source"], article["url"])
        if shows := article["date_shows"]:
            domain = domain_of(article["url"])
            self._shown.add((table_of(path, article), article["source"], domain and f"http://{domain}", shows))

    def _complete(self, path: str, article: Row) -> Row:
        """Return an article with the name that its outlet has in all articles, and with its date read if possible.

        A date with two readings, such as `03/04/2024`, was left unread: other articles decide whether it begins with
        the day, and where they do not, it stays unread. `date_shows` is left out: `_learn` has used it.
        """
        outlet = self._outlets.name(article["source"], article["url"])
        completed = {name: value for name, value in article.items() if name != "date_shows"} | {"source": outlet}
        if article["date_problem"] != "two_readings":
            return completed
        order = self._order(table_of(path, article), outlet)
        if order is None:
            return completed
        reading = self._dates.read(article["date_given"].removeprefix(FROM_FEED), order)
        return completed | {
            "published_at": reading.day,
            "published_time": reading.time,
            "date_problem": reading.problem,
        }

    def _order(self, table: str, outlet: str | None) -> Order | None:
        """Return which comes first in the dates of an outlet in a table.

        Its other dates there decide; where there are none, the rest of the table and of the outlet, if they agree.
        """
        if self._config.date_order != "auto":
            return self._config.date_order
        orders = self._orders
        found = orders.get((table, outlet)) or orders.get((table, None), set()) | orders.get(("", outlet), set())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _orders(self) -> dict[tuple[str, str | None], set[Order]]:
        """The orders shown by each table and outlet, by each table (with None), and by each outlet (with no table)."""
        orders: defaultdict[tuple[str, str | None], set[Order]] = defaultdict(set)
        for table, source, url, shows in self._shown:
            outlet = self._outlets.name(source, url)
            for key in {(table, outlet), (table, None), ("", outlet)} - {("", None)}:
                orders[key].add(shows)
        return orders


def table_of(path: str, article: Row) -> str:
    """Return the file, if it is a table, whose dates one program wrote; nothing for a page or a crawl of pages."""
    is_crawl = path.lower().removesuffix(".gz").endswith(".warc")
    return "" if article["row"] is None or is_crawl else path
