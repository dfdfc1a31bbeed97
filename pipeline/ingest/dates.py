"""Parse dates and times to ISO 8601; a date that has two readings is not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.core.language import DateWords

EARLIEST_SECONDS, LATEST_SECONDS = 0.1e9, 4e9


class DateParser:
    """Parses dates and times of one language."""

    def __init__(self, words: DateWords) -> None:
        self._month_numbers = {name: number for number, names in enumerate(words.months, 1) for name in names}
        half = f"(?: *(?:(?P<am>{_dotted(words.am)})|(?P<pm>{_dotted(words.pm)})))?"
        month = rf"(?P<month>{any_of(self._month_numbers)})\.?"
        day = rf"(?P<day>\d{{1,2}}){any_of(words.day_endings)}?"
        time = rf"(?:,? *(?:{any_of(words.before_time)} )?(?P<hour>\d{{1,2}})[:.](?P<minute>\d\d){half})?"
        weekday = f"(?:{any_of(words.weekdays)},? )?"
        self._forms = [
            re.compile(rf"{weekday}{date},? (?P<year>\d{{4}}){time}(?: *(?P<zone>UTC|GMT|Z))?", re.IGNORECASE)
            for date in (f"{day} {month}", f"{month} {day}")
        ]

    def parse(self, value: str | None) -> str | None:
        """Return a date or time as ISO 8601, or None where it cannot be read with certainty.

        Read are ISO 8601, e-mail dates (RFC 2822), dates with the month in words, and seconds or milliseconds since
        1970. `03/04/2024` is not: it has two readings. A date without a time stays a date; no time zone is added.

        Examples
        --------
        >>> from pipeline.core.language import load_language
        >>> DateParser(load_language("en").dates).parse("March 12, 2024, 5:40 p.m.")
        '2024-03-12T17:40:00'
        """
        text = " ".join((value or "").split())
        for parse in (_parse_iso_8601, self._parse_month_name, _parse_rfc_2822, _parse_unix_time):
            if text and (date := parse(text)):
                return date
        return None

    def find(self, text: str) -> str | None:
        """Return the first date with its month in words inside a longer line, as ISO 8601."""
        return next((self._date_from_match(match) for form in self._forms if (match := form.search(text))), None)

    def _parse_month_name(self, text: str) -> str | None:
        return next((self._date_from_match(match) for form in self._forms if (match := form.fullmatch(text))), None)

    def _date_from_match(self, match: re.Match[str]) -> str | None:
        part = match.groupdict()
        hour = int(part["hour"] or 0)
        if part["am"] or part["pm"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if part["pm"] else 0)
        try:
            month = self._month_numbers[part["month"].casefold()]
            moment = datetime(int(part["year"]), month, int(part["day"]), hour, int(part["minute"] or 0))
        except (KeyError, ValueError):  # KeyError: `ſept`, which the pattern takes for `sept` and a dictionary does not
            return None
        if part["hour"] is None:
            return moment.date().isoformat()
        return _format_iso(moment.replace(tzinfo=UTC) if part["zone"] else moment)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches one of the words, or nothing where there is none."""
    return f"(?:{'|'.join(map(re.escape, words)) or '(?!)'})"


def _dotted(abbreviation: str) -> str:
    """Return a pattern for an abbreviation with or without full stops: `pm`, `p.m.`."""
    return "".join(rf"{re.escape(letter)}\.?" for letter in abbreviation) or "(?!)"


def _parse_iso_8601(text: str) -> str | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d(?!\d)", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.date().isoformat() if re.fullmatch(r"[\d-]+", text) else _format_iso(moment)


def _parse_rfc_2822(text: str) -> str | None:
    if not re.match(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d", text):
        return None
    try:
        return _format_iso(parsedate_to_datetime(text))
    except (ValueError, IndexError, OverflowError):
        return None


def _parse_unix_time(text: str) -> str | None:
    """Read seconds or milliseconds since 1970, within the years 1973 to 2096."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return None
    seconds = float(text) / (1000 if float(text) > LATEST_SECONDS else 1)
    if not EARLIEST_SECONDS <= seconds <= LATEST_SECONDS:
        return None
    return _format_iso(datetime.fromtimestamp(int(seconds), UTC))


def _format_iso(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
