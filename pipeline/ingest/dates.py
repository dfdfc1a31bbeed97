"""Read the dates that newsrooms write. A date that does not say which day it is gets a reason, never a guess.

Libraries that read dates (dateutil, dateparser) fill in what is missing from today's date, and choose an order of day
and month. So the forms are listed in `date_forms`, and everything else is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal

from pipeline.core.language import DateWords, load_language
from pipeline.ingest.date_forms import DateForms

Order = Literal["day", "month"]
FIRST_YEAR, LAST_YEAR = 1600, 2100
# Longer values are not dates; of these, as many characters are kept to name them.
MAX_DATE_CHARACTERS = 80
# Stands in `date_given` before the date of a feed, which an article has that states none itself.
FROM_FEED = "feed: "
# Seconds since 1970 of nine or ten figures. From 2000000000 (in 2033) on, they could be `YYYYMMDDHH`.
_UNIX_SECONDS = re.compile(r"[12]?\d{9}(?:\.\d+)?")
_UNIX_MILLISECONDS = re.compile(r"1\d{12}")
LATEST_UNIX_SECONDS = 2e9
# Names of zones that mean one thing in American and European news. Left out are names with several meanings (CST, IST,
# MST, AST), and those whose distance from UTC depends on the season (ET, PT).
ZONES = {
    **dict.fromkeys(("Z", "UTC", "GMT", "UT", "WET"), "Z"),
    **dict.fromkeys(("BST", "CET", "WEST"), "+01:00"),
    **dict.fromkeys(("CEST", "EET"), "+02:00"),
    **dict.fromkeys(("EEST", "MSK"), "+03:00"),
    **{"EDT": "-04:00", "EST": "-05:00", "CDT": "-05:00", "MDT": "-06:00", "PDT": "-07:00", "PST": "-08:00"},
}


@dataclass(frozen=True)
class DateReading:
    """What a date says.

    Attributes
    ----------
    day : str or None
        `YYYY-MM-DD`; None where it is not read.
    time : str or None
        `HH:MM:SS`, with `Z` or an offset where one is given, in figures or by a name in `ZONES`; None for a date alone.
    problem : str or None
        A key of `DATE_PROBLEMS` where it is not read, or not all of it.
    shows : {"day", "month"} or None
        Which comes first, where both are figures and only one order is possible.
    """

    day: str | None = None
    time: str | None = None
    problem: str | None = None
    shows: Order | None = None


class DateParser:
    """Reads dates and times of one language."""

    def __init__(self, words: DateWords) -> None:
        self._forms = DateForms(words)

    def read(self, value: str | None, order: Order | None = None) -> DateReading:
        """Read a value that should be a date, as `read_date` does."""
        text = " ".join((value or "").split())
        if not text:
            return DateReading()
        if len(text) > MAX_DATE_CHARACTERS:
            return DateReading(problem="unknown_form")
        if reading := _read_unix_time(text):
            return reading
        text, updated = self._forms.split_introduction(text)
        parts = self._forms.match(text)
        if parts is None:
            return DateReading(problem="updated" if updated else self._forms.problem(text))
        reading = self._interpret(parts, order)
        return DateReading(problem="updated") if updated and reading.day else reading

    def find(self, line: str) -> str | None:
        """Return the first date inside a longer line, with the time that follows it, as it is written there."""
        return self._forms.find(line)

    def _interpret(self, parts: dict[str, str | None], order: Order | None) -> DateReading:
        """Return what the parts of a date say."""
        try:
            clock = _read_clock(parts)
        except ValueError:
            return DateReading(problem="impossible")
        zone = "unknown_zone" if clock and not _knows_zone(parts.get("zone")) else None
        year = int(parts["year"] or 0)
        if parts.get("first") is None:
            named = parts.get("name")
            month = self._forms.month_number(named) if named else int(parts["month"] or 0)
            days: dict[Order, str | None] = {"day": _day(year, month, int(parts["day"] or 0))}
        else:
            first, second = int(parts["first"] or 0), int(parts["second"] or 0)
            days = {"day": _day(year, second, first), "month": _day(year, first, second)}
        possible = {key: day for key, day in days.items() if day}
        if not possible:
            return DateReading(problem="impossible")
        if len(set(possible.values())) > 1:
            return DateReading(days[order], clock, zone) if order else DateReading(problem="two_readings")
        shows = next(iter(possible)) if len(days) > len(possible) else None
        return DateReading(next(iter(possible.values())), clock, zone, shows)


def read_date(text: str | None, order: Order | None = None, words: DateWords | None = None) -> DateReading:
    """Read a date in one of the forms that newsrooms write.

    Parameters
    ----------
    text : str or None
        The date, with or without a time of day; nothing is wrong with no text.
    order : {"day", "month"}, optional
        Which comes first where `03/04/2024` has two readings; without it, such a date is not read.
    words : DateWords, optional
        Months and the like of a language; English by default.

    Examples
    --------
    >>> read_date("Feb. 25, 2023 9:41 am EST")
    DateReading(day='2023-02-25', time='09:41:00-05:00', problem=None, shows=None)
    >>> read_date("03/04/2024").problem, read_date("03/04/2024", "day").day
    ('two_readings', '2024-04-03')
    """
    return (_english_dates() if words is None else DateParser(words)).read(text, order)


@lru_cache(maxsize=1)
def _english_dates() -> DateParser:
    return DateParser(load_language("en").dates)


def _day(year: int, month: int, day: int) -> str | None:
    """Return a day of the calendar in ISO 8601, or None where there is none."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _read_clock(parts: dict[str, str | None]) -> str | None:
    """Return the time of day in ISO 8601, or None where there is none; raise ValueError for no time of the clock."""
    if parts.get("hour") is None:
        return None
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second_of"))
    if parts.get("am") or (parts.get("pm") and hour <= 12):  # `13:45 pm` is written, and clear
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if parts.get("pm") else 0)
    return time(hour, minute, second).isoformat() + _read_offset(parts.get("zone") or "")


def _read_offset(zone: str) -> str:
    """Return `Z`, an offset such as `+02:00`, or nothing for a name that is not in `ZONES`."""
    if zone.upper() in ZONES:
        return ZONES[zone.upper()]
    figures = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?", zone, re.IGNORECASE)
    if figures is None:
        return ""
    offset = f"{figures[1]}{int(figures[2]):02}:{figures[3] or '00'}"
    return "Z" if offset in ("+00:00", "-00:00") else offset


def _knows_zone(zone: str | None) -> bool:
    """Return whether a zone is none, or one whose distance from UTC is known."""
    return not zone or _read_offset(zone) != ""


def _read_unix_time(text: str) -> DateReading | None:
    """Read seconds or milliseconds since 1970; those of years in which news were on computers."""
    if _UNIX_MILLISECONDS.fullmatch(text):
        seconds = int(text) / 1000
    elif _UNIX_SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        return None
    if seconds >= LATEST_UNIX_SECONDS:
        return None
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return DateReading(moment.date().isoformat(), f"{moment:%H:%M:%S}Z")
