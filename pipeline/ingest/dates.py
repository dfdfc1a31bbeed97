"""Read the dates that newsrooms write. A date that does not say which day it is gets a reason, never a guess.

Libraries that read dates (dateutil, dateparser) fill in what is missing from today's date, and choose an order of day
and month. So the forms are listed in `DateParser`, and everything else is named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from pipeline.core.language import DateWords

_AROUND = " \t,.;:|·•()[]–—-"
_YEAR = r"(?P<year>\d{4})"
_YEAR_FIRST = rf"{_YEAR}(?P<mark>[-/.]) ?(?P<month>\d{{1,2}})(?P=mark) ?(?P<day>\d{{1,2}})"
_YEAR_LAST = rf"(?P<first>\d{{1,2}})(?P<mark>[-/.]) ?(?P<second>\d{{1,2}})(?P=mark) ?{_YEAR}"
# `5.6.24` and `5/6/24`, read only where an order is given; `05-06-24` may begin with the year.
_SHORT = r"(?P<first>\d{1,2})(?P<mark>[/.]) ?(?P<second>\d{1,2})(?P=mark) ?(?P<year>\d\d)"
_COMPACT = rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)"
_COMPACT_CLOCK = r"T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second_of>\d\d)"
_ZONE = r"(?P<zone>(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?|(?-i:[A-Z]{1,5}(?![A-Za-z])))"
_GAP = r"[ ,./-]{1,2}"
_BETWEEN = r"(?:, ?| [|·•–—-] | )"
# Around the day of a dateline: the place (`SORRIN, Velmora`), and an agency in brackets or a dash.
_PLACE = r"[A-Z][\w’'.-]*(?:[ ,/]{1,2}(?:[A-Z][\w’'.-]*|[a-z]{1,3}(?= ))){0,6}?(?: ?\([^()]{2,30}\))?(?:, ?| [–—-] )"
_AGENCY = r"[.,]? ?(?:\([^()]{2,40}\)|/[^/]{2,30}/|\[[^\[\]]{2,40}\])"
_DASH = r",? ?(?:[–—]|--|- )"
# A name of an outlet or section beside a date, and the number of a page.
_NAME = re.compile(r"(?:[A-Z\d][\w.:’'&-]*|[a-z]{1,4}|&)(?: (?:[A-Z\d][\w.:’'&-]*|[a-z]{1,4}|&)){0,7}")
_MARKS, _PAGE = ",.;:|·•()[]–—-", re.compile(r"(?:[A-Za-z]{1,4}\.? )?\d{1,4}")
Parts = dict[str, str | None]
Order = Literal["day", "month"]
FIRST_YEAR, LAST_YEAR = 1600, 2100
# Longer values are not dates; of these, as many characters are kept to name them.
MAX_DATE_CHARACTERS = 80
# Lines are as long at most that have a date and names alone, and the beginnings of those that may have a dateline.
MAX_LINE_CHARACTERS = 120
# Stands in `date_given` before the date of a feed, which an article has that states none itself.
FROM_FEED = "feed: "
# Years of dates in names of files, where other numbers stand too.
NAME_YEARS = range(1980, 2050)
# Seconds since 1970, or milliseconds. From 2000000000 (in 2033) on, they could be `YYYYMMDDHH`.
_UNIX_TIME = re.compile(r"([12]?\d{9})(?:\.\d+)?|(1\d{9})\d{3}")
LATEST_UNIX_SECONDS = 2_000_000_000
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
    """What a date says."""

    day: str | None = None  # `YYYY-MM-DD`; None where it is not read
    # `HH:MM:SS`, with `Z` or an offset where one is given, in figures or by a name in `ZONES`; None for a date alone.
    time: str | None = None
    problem: str | None = None  # a key of `DATE_PROBLEMS` where it is not read, or not all of it
    shows: Order | None = None  # which comes first, where both are figures and only one order is possible


class DateParser:
    """Reads dates and times by the words of one language."""

    def __init__(self, words: DateWords) -> None:
        self._months = {name: number for number, names in enumerate(words.months, 1) for name in names}
        name = rf"(?P<name>{any_of(self._months)})\b\.?"
        day = rf"(?P<day>\d{{1,2}}){any_of(words.day_endings)}?"
        named = (
            f"{day}{_GAP}{name}{_GAP}{_YEAR}",
            f"{name}{_GAP}{day}{_GAP}{_YEAR}",
            f"{_YEAR}{_GAP}{name}{_GAP}{day}",
            rf"{day}{_GAP}{name}{_GAP}(?P<year>[’'‘]\d\d)",
            rf"{name}{_GAP}{day}{_GAP}(?P<year>[’'‘]\d\d)",
        )
        # With or without full stops: `pm`, `p.m.`.
        am, pm = ("".join(rf"{re.escape(letter)}\.?" for letter in half) or "(?!)" for half in (words.am, words.pm))
        half = rf"(?: ?(?:(?P<am>{am})|(?P<pm>{pm}))(?![a-z]))"
        minutes = r"[:.h](?P<minute>\d\d)(?:[:.](?P<second_of>\d\d)(?:[.,]\d+)?)?"
        hour = rf"(?P<hour>\d{{1,2}})(?=[:.h]\d\d| ?{am}| ?{pm})"
        clock = rf"{hour}(?:{minutes})?{half}?(?: ?\(?{_ZONE}\)?)?(?: (?-i:\([A-Z]{{1,5}}\))| time)?"
        before = rf"(?:T|{_BETWEEN}(?:{any_of(words.before_time)} )?)"
        self._dates = [_compile(form) for form in (*named, _YEAR_FIRST, _YEAR_LAST, _SHORT, _COMPACT)]
        self._beside_clock = [
            _compile(rf"(?P<date>.*?\w\.?){before}{clock}"),
            _compile(rf"{clock}{_BETWEEN}(?P<date>.*)"),
            _compile(rf"(?P<date>.*\d),? {clock},? (?P<last>\d{{4}})"),  # `Sat Feb 25 09:41:00 +0000 2023`
            _compile(rf"(?P<date>\d{{8}}|[\d-]{{10}}(?=T)){_COMPACT_CLOCK}{_ZONE}?"),
        ]
        # In a line, neither a figure nor a mark stands beside a date: `112/03/2024` has none. A time or a word may.
        end = r"(?!(?!T?\d\d?:\d\d|(?-i:[A-Z][a-z]))[\w/]|[.-]\d)"
        self._inside = [_compile(rf"(?<![\w/.-]){form.pattern}{end}") for form in self._dates]
        # In the name of a file, separated from other words by any mark, `_` being one, or followed by a time.
        edges = r"(?<![^\W_]){}(?![^\W_T]|T\D)".format
        self._in_names = [_compile(edges(form)) for form in (_YEAR_FIRST, _YEAR_LAST, _COMPACT)]
        self._titled = [_compile(rf"(?:^|[,(\[–—] ?| - ){form}(?![^\W_])") for form in named[:3]]
        self._clock_after = _compile(rf"{before}{clock}")
        begins = rf"(?:{any_of(words.weekdays)}\.?,? )?"
        month_day = (f"{day} {name}", f"{name} {day}")
        days = (*named[:2], _YEAR_FIRST, _YEAR_LAST, *month_day)
        closed = [rf"(?-i:{_PLACE}){begins}(?P<date>{form})" for form in days]
        self._datelines = [_compile(rf"{form}(?:{_AGENCY}|{_DASH})") for form in closed]
        self._weekday = _compile(rf"{any_of(words.weekdays)}\b\.?,? ?")
        self._weekday_end = _compile(rf"{any_of(words.weekdays)}\b\.?,? ?$")
        before_date, updated = any_of(words.before_date), any_of(words.updated)
        published = any_of(word for word in words.before_date if len(word) > 2)  # not `on` alone
        self._published_end = _compile(rf"\b{published} ?:? ?(?:{before_date}\b ?:? ?)*$")
        self._clock_end = _compile(rf"{clock}(?: {before_date})?,?$")
        self._updated_end = _compile(rf"{updated}\b ?(?:{before_date}\b)? ?:?$")
        self._introduction = _compile(rf"(?:{before_date}\b ?:? ?)+")
        self._updated = _compile(rf"{updated}\b ?(?:{before_date}\b)? ?:? ?")
        self._later_update = _compile(rf"[ ,.;:|·•()–—-]+{updated}\b.*")
        relative = "|".join(words.relative) or "(?!)"
        self._relative = _compile(rf"\b(?:{relative})\b|^\d+ ?[smhdw]$")
        month_year = (rf"{name}{_GAP}{_YEAR}", rf"{_YEAR}{_GAP}{name}", r"\d{4}[-/.]\d\d?", r"\d\d?[-/.]\d{4}")
        short = (rf"{form}{_GAP}[’'‘]?\d\d" for form in month_day)
        self._problems = [  # forms of dates that lack a part
            *(("no_day", _compile(form)) for form in (_YEAR, *month_year)),
            *(("no_year", _compile(form)) for form in (*month_day, r"\d\d?[/.-]\d\d?\.?")),
            *(("short_year", _compile(form)) for form in (*short, r"\d\d?([/.-]) ?\d\d?\1 ?\d\d")),
        ]

    def read(self, value: str | None, order: Order | None = None) -> DateReading:
        """Read a date, with or without a time of day, in one of the forms that newsrooms write.

        Where `03/04/2024` has two readings, `order` says which comes first; without it, such a date is not read.

        Examples
        --------
        >>> from pipeline.core.language import load_language
        >>> DateParser(load_language("en").dates).read("Feb. 25, 2023 9:41 am EST")
        DateReading(day='2023-02-25', time='09:41:00-05:00', problem=None, shows=None)
        """
        text = " ".join((value or "").split())
        if not text:
            return DateReading()
        if len(text) > MAX_DATE_CHARACTERS:
            return DateReading(problem="unknown_form")
        if reading := _read_unix_time(text):
            return reading
        text = text.strip(_AROUND)
        updated = self._updated.match(text)
        if introduction := updated or self._introduction.match(text):
            text = text[introduction.end() :]
        text = (text if updated else self._later_update.sub("", text)).strip(_AROUND)
        parts = self._match(text)
        if parts is None:
            return DateReading(problem="updated" if updated else self._problem(text))
        reading = self._interpret(parts, order)
        return DateReading(problem="updated") if updated and reading.day else reading

    def _interpret(self, parts: Parts, order: Order | None) -> DateReading:
        """Return what the parts of a date say."""
        try:
            clock = _read_clock(parts)
        except ValueError:
            return DateReading(problem="impossible")
        zone = "unknown_zone" if clock and parts.get("zone") and not _read_offset(parts["zone"] or "") else None
        year_words = parts["year"] or ""
        year = int(re.sub(r"\D", "", year_words))
        if len(year_words) < 4:  # news of the last century is rarely dated `’24`
            year += 2000 if year < 50 else 1900
        if parts.get("first") is None:
            name = parts.get("name") or ""
            # 0 for `ſept`, which the pattern takes for `sept`
            month = self._months.get(name.casefold(), 0) or self._months.get(name.lower(), 0)
            days: dict[Order, str | None] = {
                "day": _day(year, month if name else int(parts["month"] or 0), int(parts["day"] or 0))
            }
        else:
            first, second = int(parts["first"] or 0), int(parts["second"] or 0)
            days = {"day": _day(year, second, first), "month": _day(year, first, second)}
            if len(year_words) == 2:
                # `12/18/24` begins with the month in any case, but `25/6/24` may begin with the year.
                order = order or ("month" if second > 12 else None)
                if order is None:
                    return DateReading(problem="short_year")
                days = {order: days[order]}
        possible = {key: day for key, day in days.items() if day}
        if not possible:
            return DateReading(problem="impossible")
        if len(set(possible.values())) > 1:
            return DateReading(days[order], clock, zone) if order else DateReading(problem="two_readings")
        shows = next(iter(possible)) if len(days) > len(possible) else None
        return DateReading(next(iter(possible.values())), clock, zone, shows)

    def _match(self, text: str) -> Parts | None:
        """Return the parts of a date with or without a time of day; None where it is in no form that is read."""
        if parts := self._match_date(text):
            return parts
        for match in filter(None, (pattern.fullmatch(text) for pattern in self._beside_clock)):
            clock = match.groupdict()
            day = " ".join(part for part in (clock.pop("date"), clock.pop("last", None)) if part)
            if parts := self._match_date(day):
                return parts | clock
        return None

    def find(self, line: str) -> str | None:
        """Return the first date inside a line, with the time after it."""
        span = self._span(line)
        return line[slice(*span)] if span else None

    def find_beside_names(self, line: str, apart: bool = False) -> str | None:
        """Return the date of a line that has nothing else but names and times beside it: `Harbour Post, 21/10/2024`.

        One after words such as `published` comes first; that of an update is none. If `apart`, there is a mark between
        the date and each name.
        """
        found, start = None, 0
        while len(line) <= MAX_LINE_CHARACTERS and (span := self._span(line, start)):
            words, after = line[start : span[0]].rstrip(), line[span[1] :].lstrip()
            before = self._weekday_end.sub("", words).rstrip()
            told = self._published_end.sub("", before).rstrip()
            introduced = told != before and (not told or told[-1] in _MARKS)
            plain = told if introduced else self._clock_end.sub("", before).rstrip()
            marked = plain != words or not before or before[-1] in _MARKS
            followed = not apart or not after or after[0] in _MARKS or _PAGE.fullmatch(after)
            parts = (part for side in (plain, after) for part in re.split(r"[,|·•–—]| [-/](?: |$)", side))
            names = filter(None, (part.strip(_AROUND) for part in parts))
            bare = marked and followed and all(map(_NAME.fullmatch, names))
            if bare and introduced:
                return line[slice(*span)]
            if bare and not self._updated_end.search(plain):
                found = found or line[slice(*span)]
            start = span[1]
        return found

    def find_dateline(self, line: str) -> str | None:
        """Return the day in the dateline of a line, maybe without its year: `SORRIN, March 4 (Northwire) -`."""
        matches = (form.match(line[:MAX_LINE_CHARACTERS]) for form in self._datelines)
        return next((match["date"] for match in matches if match), None)

    def find_in_name(self, path: str) -> str | None:
        """Return the date in the last part of a path that has one, if it has one alone: `2024/03/04/ferries`."""
        parts = re.sub(r"\.(?=\D)[^./]*", "", path.replace("_", "-")).split("/")
        whole = ["/".join(parts[start : start + 3]) for start in range(len(parts))]
        for part in reversed([*whole[:-2], *parts]):
            forms = (*self._in_names, *self._titled)
            texts = {match[0].strip(" ,()[]–—-") for form in forms for match in form.finditer(part)}
            if dates := [text for text in texts if int((self.read(text, "day").day or "0000")[:4]) in NAME_YEARS]:
                return dates[0] if len(dates) == 1 else None
        return None

    def _span(self, line: str, start: int = 0) -> tuple[int, int] | None:
        """Return where the first date of a line, with the time after it, begins and ends."""
        matches = [match for form in self._inside if (match := form.search(line, start))]
        if not matches:
            return None
        first = min(matches, key=lambda match: (match.start(), -match.end()))
        clock = self._clock_after.match(line, first.end())
        return first.start(), clock.end() if clock else first.end()

    def _problem(self, text: str) -> str:
        """Return why a text that is not in any form is not read."""
        dates = (m["date"] for pattern in self._beside_clock[:2] if (m := pattern.fullmatch(text)))
        day = self._without_weekday(next(dates, text))
        if not day or self._relative.search(text):
            return "relative"
        return next((problem for problem, form in self._problems if form.fullmatch(day)), "unknown_form")

    def _match_date(self, text: str) -> Parts | None:
        text = self._without_weekday(text)
        return next((match.groupdict() for form in self._dates if (match := form.fullmatch(text))), None)

    def _without_weekday(self, text: str) -> str:
        """Return a date without the day of the week before or after it."""
        text = text.strip(_AROUND)
        match = self._weekday.match(text)
        return text[match.end() :].strip(_AROUND) if match else text


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches one of the words, or nothing where there is none."""
    return f"(?:{'|'.join(map(re.escape, words)) or '(?!)'})"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _day(year: int, month: int, day: int) -> str | None:
    """Return a day of the calendar in ISO 8601, or None where there is none."""
    try:
        return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def days_apart(day: str, other: str) -> int:
    """Return how many days lie between two days in ISO 8601."""
    return abs((date.fromisoformat(day) - date.fromisoformat(other)).days)


def _read_clock(parts: Parts) -> str | None:
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


def _read_unix_time(text: str) -> DateReading | None:
    """Read seconds or milliseconds since 1970; those of years in which news were on computers."""
    match = _UNIX_TIME.fullmatch(text)
    if match is None or (seconds := int(match[1] or match[2])) >= LATEST_UNIX_SECONDS:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return DateReading(moment.date().isoformat(), f"{moment:%H:%M:%S}Z")
