"""Of the dates whose day and month could be either, show one of each table or source: how it is read, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.ingest.dates import DateParser, Order
from pipeline.ingest.whole_input import table_of

Article = dict[str, Any]
_Key = tuple[str | None, str | None, Order]
_KEPT = ("row", "source", "date_given", "published_at")


@dataclass(frozen=True)
class DecidedDate:
    """A date whose day and month could be either: as it is given, where, as it is read, and why so."""

    given: str
    place: str
    read: str
    why: str


class DateEvidence:
    """Takes the articles of an input as `ingest` reads them, one by one.

    Parameters
    ----------
    dates : DateParser
        Reads the dates of the language.
    order : {"auto", "day", "month"}
        `date_order` of configs/ingest.yaml.
    """

    def __init__(self, dates: DateParser, order: str) -> None:
        self._dates, self._given_order = dates, order
        self._ambiguous: dict[_Key, tuple[str, Article]] = {}
        self._showing: dict[_Key, str] = {}

    def add(self, path: str, article: Article) -> None:
        """Take note of the first date with two readings of each table or source, and of dates that show an order."""
        given, source = article["date_given"], article["source"]
        table = table_of(path, article) or None
        reading = self._dates.read(given)
        if reading.problem == "two_readings" and article["published_at"]:
            # One program wrote a table, whatever its sources; the dates of a source's pages are written alike.
            key = (table, None if table else source, self._order_of(article))
            # Without the text: an input may have many tables and sources.
            self._ambiguous.setdefault(key, (path, {name: article[name] for name in _KEPT}))
        if reading.shows:
            place = f"{given!r} in {_place(path, article)}"
            for known in ((path, source), (None, source), (table, None)):
                if any(known):
                    self._showing.setdefault((*known, reading.shows), place)

    def examples(self) -> list[DecidedDate]:
        """Return for each table, and for each source of pages, a date with two readings that is read.

        There are two for a table in which the day is first in the dates of some sources, and the month in others.
        """
        return [self._explain(path, article) for path, article in self._ambiguous.values()]

    def _explain(self, path: str, article: Article) -> DecidedDate:
        source, order = article["source"], self._order_of(article)
        if self._given_order == "auto":
            # As in `WholeInput`: the dates of the outlet in this file decide, else the others of either.
            keys = ((path, source), (None, source), (path, None))
            why = next((self._showing[(*key, order)] for key in keys if (*key, order) in self._showing), "another date")
        else:
            why = "`date_order`"
        place = _place(path, article) + (f" of {source}" if source and not table_of(path, article) else "")
        return DecidedDate(article["date_given"], place, article["published_at"], f"the {order} first, as {why} shows")

    def _order_of(self, article: Article) -> Order:
        """Return which comes first in a date as it is read."""
        return "day" if self._dates.read(article["date_given"], "day").day == article["published_at"] else "month"


def _place(path: str, article: Article) -> str:
    return path + (f", row {article['row']}" if article["row"] else "")
