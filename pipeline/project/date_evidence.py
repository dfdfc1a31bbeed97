"""Of the dates whose day and month could be either, show one as it is read, and the date that decided it."""

from __future__ import annotations

from typing import Any

from pipeline.ingest.dates import DateParser, Order

Article = dict[str, Any]
_Key = tuple[str | None, str | None, Order]


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
        self._dates, self._order = dates, order
        self._first: tuple[str, Article] | None = None
        self._showing: dict[_Key, str] = {}

    def add(self, path: str, article: Article) -> None:
        """Take note of the first date with two readings that is read, and of dates that show an order."""
        given, source = article["date_given"], article["source"]
        reading = self._dates.read(given)
        if reading.problem == "two_readings" and article["published_at"] and self._first is None:
            self._first = path, article
        if reading.shows:
            place = f"{given!r} in {path}" + (f", row {article['row']}" if article["row"] else "")
            table = path if article["row"] else None
            for key in ((path, source), (None, source), (table, None)):
                if any(key):
                    self._showing.setdefault((*key, reading.shows), place)

    def example(self) -> tuple[str, str, str] | None:
        """Return a date with two readings, how it is read, and why; None where the input has none that is read."""
        if self._first is None:
            return None
        path, article = self._first
        given, read = article["date_given"], article["published_at"]
        order: Order = "day" if self._dates.read(given, "day").day == read else "month"
        if self._order == "auto":
            # As in `WholeInput`: the dates of the outlet in this file decide, else the others of either.
            keys = ((path, article["source"]), (None, article["source"]), (path, None))
            why = next((self._showing[(*key, order)] for key in keys if (*key, order) in self._showing), "another date")
        else:
            why = "`date_order`"
        return given, read, f"the {order} first, as {why} shows"
