"""What no article shows alone but the whole input does: which of its dates is its own, outlet, and newest version.

Articles are read once to learn what they show, kept in a temporary file, and completed when all have been read.
"""

import json
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipeline.core.storage.tables import Row
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import FROM_FEED, MAX_DATE_CHARACTERS, DateParser, DateReading, Order, days_apart
from pipeline.ingest.deduplication import Versions
from pipeline.ingest.raw_document import CRAWL, Reject, result_or_reject, summarise_rejects

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
        alike = (name for name in self._names.get(domain, ()) if _resemble(name, domain))
        outlets = {self._configured.get(name) or self._usual_spelling(name) for name in alike}
        return outlets.pop() if len(outlets) == 1 else domain

    def _usual_spelling(self, key: str) -> str:
        return min(self._spellings[key].items(), key=lambda item: (-item[1], item[0]))[0]


def domain_of(url: str | None) -> str | None:
    """Return the domain of a web address without `www.`, or None."""
    try:
        return _domain(urlsplit(url or "").hostname or "")
    except ValueError:  # `http://[`
        return None


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
    registered, words = _NOT_LETTERS.sub("", parts[-1]), list(filter(None, _NOT_LETTERS.split(name)))
    words = words[1:] if len(words) > 1 and words[0] == "the" else words
    joined, initials = "".join(words), "".join(word[0] for word in words)
    alike = len(min(joined, registered, key=len)) > 2 and (registered in joined or joined in registered)
    return alike or (len(initials) > 1 and registered == initials)


MAX_MEMORY_BYTES = 1 << 26
# A day without its year is in the year in which it is at most so many days from a date that stands near it.
MAX_DAYS_APART = 45
# Names of files are dates of articles if at most this share is more days than these from the dates in the articles.
MAX_SHARE_WRONG, MAX_DAYS_WRONG = 0.1, 3
_YEAR = re.compile(r"(?<!\d)(?:19[89]|20[0-4])\d(?!\d)")


class ArticleDates:
    """Learns from the dates of all articles, and then chooses that of each.

    `file_days` are the days on which files were last changed, by path; none where these are not to be used.
    """

    def __init__(
        self, config: IngestConfig, dates: DateParser, file_days: Mapping[str, str], outlets: OutletNames
    ) -> None:
        self._config, self._dates, self._file_days, self._outlets = config, dates, file_days, outlets
        self._shown: set[tuple[str, str | None, str | None, Order]] = set()
        self._days: defaultdict[str, set[str]] = defaultdict(set)  # by table or folder
        self._names_agree: defaultdict[str, Counter[bool]] = defaultdict(Counter)  # with such days, by folder

    def learn(self, path: str, article: Row) -> None:
        """Take note of the dates of an article."""
        table, domain = table_of(path, article), domain_of(article["url"])
        found = (words for place, words in article["dates"] if place != CRAWL)
        readings = [self._dates.read(words.removeprefix(FROM_FEED)) for words in found]
        if readings and (shows := readings[0].shows):
            self._shown.add((table, article["source"], domain and f"http://{domain}", shows))
        if day := next((reading.day for reading in readings if reading.day), None):
            self._days[table or _folder(path)].add(day)
            if article["row"] is None and (named := self._dates.find_in_name(path)):
                days = days_apart(day, self._dates.read(named, "day").day or day)
                self._names_agree[_folder(path)][days <= MAX_DAYS_WRONG] += 1

    def choose(self, path: str, article: Row, outlet: str | None) -> dict[str, str | None]:
        """Return the columns of the date of an article: the first of its own that is read, else the day of its file."""
        order, near = self._order(table_of(path, article), outlet), dict[str, str]()
        if article["row"] is None:  # the file is the article
            agree = self._names_agree.get(_folder(path), Counter())
            named = self._dates.find_in_name(path) if agree[False] <= MAX_SHARE_WRONG * agree.total() else None
            days = {"file_name": named, "file_time": self._file_days.get(path)}
            near = {name: day for name, day in days.items() if day}
        place, words, reading = None, None, DateReading()
        for new_place, new_words in [*article["dates"], *near.items()]:
            if reading.day or (reading.problem == "no_year" and new_place in near):  # the file is of another day
                break
            new = self._dates.read(new_words.removeprefix(FROM_FEED), order)
            if new_place == CRAWL:
                new = DateReading(problem="updated")
            elif new.problem == "no_year":
                new_place, new = self._with_year(new_place, new_words, path, article, near)
            if new.day or words is None:
                place, words, reading = new_place, new_words, new
        return {
            "published_at": reading.day,
            "published_time": reading.time,
            "date_given": words and words[:MAX_DATE_CHARACTERS],
            "date_evidence": place,
            "date_problem": reading.problem,
        }

    def _with_year(
        self, place: str, words: str, path: str, article: Row, near: Mapping[str, str]
    ) -> tuple[str, DateReading]:
        """Read a day in the year of its file, or of its neighbours; return also where it and the year stand."""
        days = {where: {day} for where, named in near.items() if (day := self._dates.read(named).day)}
        years = set(_YEAR.findall(f"{path} {article['url'] or ''}"))
        if not days and len(years) == 1:
            where = "file_name" if _YEAR.search(path) else "address"
            return f"{place}+{where}", self._dates.read(f"{words}, {years.pop()}")
        neighbours = {"neighbours": self._days.get(table_of(path, article) or _folder(path), set())}
        for where, known in (days or neighbours).items():
            possible = {int(day[:4]) + more for day in known for more in (-1, 0, 1)}
            found = (self._dates.read(f"{words}, {year}") for year in sorted(possible))
            close = [r for r in found if r.day and any(days_apart(r.day, day) <= MAX_DAYS_APART for day in known)]
            if len(close) == 1:
                return f"{place}+{where}", close[0]
        return place, DateReading(problem="no_year")

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


def complete_all(
    documents: Iterable[tuple[str, Row | Reject]], config: IngestConfig, dates: DateParser, file_days: Mapping[str, str]
) -> Iterator[tuple[str, Row | Reject]]:
    """Yield the articles of an input, completed by what all of them show, and its rejects with their paths, in order.

    Each article, as the cleaner returns it, gets its date, the name that its outlet has in all articles, and the newest
    version of its story. There are not more rejects than are listed. `file_days` are the days on which files were last
    changed, by path.
    """
    outlets = OutletNames(config.outlets)
    article_dates, versions = ArticleDates(config, dates, file_days, outlets), Versions()

    def learn(path: str, article: Row) -> None:
        versions.learn(article)
        outlets.add(article["source"], article["url"])
        article_dates.learn(path, article)

    def complete(path: str, article: Row) -> Row:
        outlet = outlets.name(article["source"], article["url"])
        completed = {name: value for name, value in article.items() if name != "dates"}
        return completed | {"source": outlet, **article_dates.choose(path, article, outlet)}

    def finish(path: str, article: Row) -> Row | Reject:
        return versions.complete(complete(path, article))

    with tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES, mode="w+", encoding="ascii") as kept:
        for path, document in summarise_rejects(documents, config.max_listed_rejects):
            result = document
            if not isinstance(document, Reject):
                result = result_or_reject(document["row"], learn, path, document) or document
            kept.write(json.dumps([path, isinstance(result, Reject), result], default=vars) + "\n")
        kept.seek(0)
        for path, is_reject, values in map(json.loads, kept):
            if not is_reject and versions.have(values):
                dated = result_or_reject(values["row"], complete, path, values)
                if not isinstance(dated, Reject):
                    versions.add(dated)
        kept.seek(0)
        for path, is_reject, values in map(json.loads, kept):
            yield path, Reject(**values) if is_reject else result_or_reject(values["row"], finish, path, values)


def table_of(path: str, article: Row) -> str:
    """Return the file, if it is a table, whose dates one program wrote; nothing for a page or a crawl of pages."""
    return "" if article["row"] is None or path.lower().removesuffix(".gz").endswith(".warc") else path


def _folder(path: str) -> str:
    """Return the folder of a file, the same for folders that differ in figures only: `2024/03` and `2024/04`."""
    return re.sub(r"\d", "0", PurePosixPath(path).parent.as_posix())
