"""The forms of dates, as patterns: what stands before a date, the date, and the time of day beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.core.language import DateWords

_AROUND = " \t,.;:|·•()[]–—-"
_YEAR = r"(?P<year>\d{4})"
_YEAR_FIRST = rf"{_YEAR}(?P<mark>[-/.]) ?(?P<month>\d{{1,2}})(?P=mark) ?(?P<day>\d{{1,2}})"
_YEAR_LAST = rf"(?P<first>\d{{1,2}})(?P<mark>[-/.]) ?(?P<second>\d{{1,2}})(?P=mark) ?{_YEAR}"
_COMPACT = rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)"
_COMPACT_CLOCK = r"T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second_of>\d\d)"
_ZONE = r"(?P<zone>(?:UTC|GMT)?[+-]\d\d?(?::?\d\d)?|(?-i:[A-Z]{1,5}))"
_GAP = r"[ ,./-]{1,2}"
_BETWEEN = r"(?:, ?| [|·•–—-] | )"
Parts = dict[str, str | None]


class DateForms:
    """Finds the parts of a date, or why it has not all of them, by the words of one language."""

    def __init__(self, words: DateWords) -> None:
        self._months = {name: number for number, names in enumerate(words.months, 1) for name in names}
        name = rf"(?P<name>{any_of(self._months)})\b\.?"
        day = rf"(?P<day>\d{{1,2}}){any_of(words.day_endings)}?"
        named = (
            f"{day}{_GAP}{name}{_GAP}{_YEAR}",
            f"{name}{_GAP}{day}{_GAP}{_YEAR}",
            f"{_YEAR}{_GAP}{name}{_GAP}{day}",
        )
        am, pm = _dotted(words.am), _dotted(words.pm)
        half = rf"(?: ?(?:(?P<am>{am})|(?P<pm>{pm}))(?![a-z]))"
        minutes = r"[:.h](?P<minute>\d\d)(?:[:.](?P<second_of>\d\d)(?:[.,]\d+)?)?"
        hour = rf"(?P<hour>\d{{1,2}})(?=[:.h]\d\d| ?{am}| ?{pm})"
        clock = rf"{hour}(?:{minutes})?{half}?(?: ?\(?{_ZONE}\)?)?(?: (?-i:\([A-Z]{{1,5}}\))| time)?"
        before = rf"(?:T|{_BETWEEN}(?:{any_of(words.before_time)} )?)"
        self._dates = [_compile(form) for form in (*named, _YEAR_FIRST, _YEAR_LAST, _COMPACT)]
        self._beside_clock = [
            _compile(rf"(?P<date>.*?\w\.?){before}{clock}"),
            _compile(rf"{clock}{_BETWEEN}(?P<date>.*)"),
            _compile(rf"(?P<date>.*\d),? {clock},? (?P<last>\d{{4}})"),  # `Sat Feb 25 09:41:00 +0000 2023`
            _compile(rf"(?P<date>\d{{8}}|[\d-]{{10}}(?=T)){_COMPACT_CLOCK}{_ZONE}?"),
        ]
        # In a line, neither a figure nor a mark stands beside a date: `112/03/2024` has none.
        self._inside = [_compile(rf"(?<![\w/.-]){form.pattern}(?![\w/]|[.-]\d)") for form in self._dates]
        self._clock_after = _compile(rf"{before}{clock}")
        self._weekday = _compile(rf"{any_of(words.weekdays)}\b\.?,? ?")
        self._introduction = _compile(rf"(?:{any_of(words.before_date)}\b ?:? ?)+")
        self._updated = _compile(rf"{any_of(words.updated)}\b ?(?:{any_of(words.before_date)}\b)? ?:? ?")
        self._later_update = _compile(rf"[ ,.;:|·•()–—-]+{any_of(words.updated)}\b.*")
        relative = "|".join(words.relative) or "(?!)"
        self._relative = _compile(rf"\b(?:{relative})\b|^\d+ ?[smhdw]$")
        self._problems = _incomplete_forms(name, day)

    def month_number(self, name: str) -> int:
        """Return the number of a month; 0 for `ſept`, which the pattern takes for `sept`."""
        return self._months.get(name.casefold(), 0) or self._months.get(name.lower(), 0)

    def split_introduction(self, text: str) -> tuple[str, bool]:
        """Return a date without the words before it, and whether these say that it is the date of an update."""
        text = text.strip(_AROUND)
        if match := self._updated.match(text):
            return text[match.end() :].strip(_AROUND), True
        introduction = self._introduction.match(text)
        text = text[introduction.end() :] if introduction else text
        return self._later_update.sub("", text).strip(_AROUND), False

    def match(self, text: str) -> Parts | None:
        """Return the parts of a date with or without a time of day; None where it is in no form that is read."""
        if parts := self._match_date(text):
            return parts
        for pattern in self._beside_clock:
            if match := pattern.fullmatch(text):
                clock = match.groupdict()
                day = " ".join(part for part in (clock.pop("date"), clock.pop("last", None)) if part)
                if parts := self._match_date(day):
                    return parts | clock
        return None

    def find(self, line: str) -> str | None:
        """Return the first date inside a line, with the time after it."""
        matches = [match for form in self._inside if (match := form.search(line))]
        if not matches:
            return None
        first = min(matches, key=lambda match: (match.start(), -match.end()))
        clock = self._clock_after.match(line, first.end())
        return line[first.start() : clock.end() if clock else first.end()]

    def problem(self, text: str) -> str:
        """Return why a text that is not in any form is not read."""
        day = next((m["date"] for p in self._beside_clock[:2] if (m := p.fullmatch(text))), text)
        day = self._without_weekday(day)
        if not day or self._relative.search(text):
            return "relative"
        found = (key for key, patterns in self._problems.items() if any(p.fullmatch(day) for p in patterns))
        return next(found, "unknown_form")

    def _match_date(self, text: str) -> Parts | None:
        text = self._without_weekday(text)
        return next((match.groupdict() for form in self._dates if (match := form.fullmatch(text))), None)

    def _without_weekday(self, text: str) -> str:
        """Return a date without the day of the week before or after it."""
        text = text.strip(_AROUND)
        match = self._weekday.match(text)
        return text[match.end() :].strip(_AROUND) if match else text


def _incomplete_forms(name: str, day: str) -> dict[str, list[re.Pattern[str]]]:
    """Return the forms of dates that lack a part, by problem; `name` and `day` are patterns of a month and a day."""
    month_day = (f"{day} {name}", f"{name} {day}")
    month_year = (rf"{name}{_GAP}{_YEAR}", rf"{_YEAR}{_GAP}{name}", r"\d{4}[-/.]\d\d?", r"\d\d?[-/.]\d{4}")
    short = (rf"{form}{_GAP}[’'‘]?\d\d" for form in month_day)
    forms = {
        "no_day": (_YEAR, *month_year),
        "no_year": (*month_day, r"\d\d?[/.-]\d\d?\.?"),
        "short_year": (*short, r"\d\d?([/.-]) ?\d\d?\1 ?\d\d"),
    }
    return {problem: [_compile(form) for form in patterns] for problem, patterns in forms.items()}


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches one of the words, or nothing where there is none."""
    return f"(?:{'|'.join(map(re.escape, words)) or '(?!)'})"


def _dotted(abbreviation: str) -> str:
    """Return a pattern for an abbreviation with or without full stops: `pm`, `p.m.`."""
    return "".join(rf"{re.escape(letter)}\.?" for letter in abbreviation) or "(?!)"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
