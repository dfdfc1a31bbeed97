"""Dates and times to ISO 8601; what is not certain stays unknown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_TIME = r"(?:,? *(?:at )?(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?: *(?P<half>[ap])\.?m\.?)?)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
MONTH_NAME_DATES = tuple(
    re.compile(_WEEKDAY + date + _TIME + r"(?: *(?P<zone>UTC|GMT|Z))?", re.IGNORECASE)
    for date in (rf"{_DAY} {_MONTH},? {_YEAR}", rf"{_MONTH} {_DAY},? {_YEAR}")
)
EARLIEST_SECONDS, LATEST_SECONDS = 0.1e9, 4e9


def parse_date(value: str | None) -> str | None:
    """A date or time as ISO 8601, or None where it cannot be read with certainty.

    Read are ISO 8601, e-mail dates (RFC 2822), dates with the month in words, and seconds or milliseconds since 1970.
    `03/04/2024` is not: it has two readings. A date without a time stays a date; no time zone is made up.

    Examples
    --------
    >>> iso("March 12, 2024, 5:40 p.m.")
    '2024-03-12T17:40:00'
    """
    text = " ".join((value or "").split())
    for reader in (_parse_iso_8601, _parse_month_name, _parse_rfc_2822, _parse_unix_time):
        if text and (found := reader(text)):
            return found
    return None


def find_date(text: str) -> str | None:
    """The first date with its month in words inside a longer line, as ISO 8601."""
    for pattern in MONTH_NAME_DATES:
        if match := pattern.search(text):
            return _date_from_match(match)
    return None


def _parse_iso_8601(text: str) -> str | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d(?!\d)", text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.date().isoformat() if re.fullmatch(r"[\d-]+", text) else _format_iso(moment)


def _parse_month_name(text: str) -> str | None:
    matches = (pattern.fullmatch(text) for pattern in MONTH_NAME_DATES)
    return next((_date_from_match(match) for match in matches if match), None)


def _date_from_match(match: re.Match[str]) -> str | None:
    part = match.groupdict()
    hour = int(part["hour"] or 0)
    if part["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if part["half"].lower() == "p" else 0)
    month = MONTHS.index(part["month"][:3].lower()) + 1
    try:
        moment = datetime(int(part["year"]), month, int(part["day"]), hour, int(part["minute"] or 0))
    except ValueError:
        return None
    if part["hour"] is None:
        return moment.date().isoformat()
    return _format_iso(moment.replace(tzinfo=UTC) if part["zone"] else moment)


def _parse_rfc_2822(text: str) -> str | None:
    if not re.match(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d", text):
        return None
    try:
        return _format_iso(parsedate_to_datetime(text))
    except (ValueError, IndexError, OverflowError):
        return None


def _parse_unix_time(text: str) -> str | None:
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return None
    seconds = float(text) / (1000 if float(text) > LATEST_SECONDS else 1)
    if not EARLIEST_SECONDS <= seconds <= LATEST_SECONDS:
        return None
    return _format_iso(datetime.fromtimestamp(int(seconds), UTC))


def _format_iso(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
