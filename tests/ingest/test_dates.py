"""Dates as newsrooms write them: read, or named; nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.language import DateWords, load_language
from pipeline.core.schema.data_tables import DATE_PROBLEMS
from pipeline.ingest.dates import MAX_DATE_CHARACTERS, DateParser, DateReading, Order

DATES = DateParser(load_language("en").dates)
DAY = "2023-02-25"
# The day and time of day, or the problem, and the forms in which they are written.
FORMS: dict[str, list[str]] = {
    DAY: [
        "2023-02-25", "20230225", "2023.2.25", "25/02/2023", "25.02.2023", "25-02-2023", "25. 2. 2023", "02/25/2023",
        "25 February 2023", "25th February 2023", "25-Feb-2023", "Saturday 25 February, 2023", "February 25, 2023",
        "Published: 25/02/2023", "25 Feb 2023 (updated 26 Feb 2023)", "Feb 25, ’23", "25th of February, '23",
    ],
    "2022-02-25": ["2022/02/25"],
    f"{DAY} 09:41:00Z": [
        "2023-02-25T09:41:00Z", "2023-02-25 09:41:00 UTC", "20230225T094100Z", "Sat, 25 Feb 2023 09:41:00 GMT",
        "Sat Feb 25 09:41:00 +0000 2023", "25 February 2023, 09.41 GMT",
        "First published on Saturday 25 February 2023 09.41 GMT",
    ],
    f"{DAY} 09:41:00": [
        "2023-02-25 09:41", "20230225094100", "25/02/2023 - 09:41", "25.02.2023, 09.41", "Feb 25, 2023 | 9:41 AM",
    ],
    f"{DAY} 09:41:00+02:00": ["2023-02-25T09:41:00.123+02:00"],
    f"{DAY} 23:41:00-05:00": ["2023-02-25T23:41:00-0500"],
    f"{DAY} 09:41:00+01:00": ["Sat, 25 Feb 2023 09:41:00 +0100", "25.02.2023, 09:41 CET"],
    f"{DAY} 21:41:00": ["02/25/2023 9:41 PM"],
    "2023-04-04": ["04/04/2023"],
    f"{DAY} 09:41:00-05:00": ["Feb. 25, 2023 9:41 am EST", "9:41 am EST, Feb 25, 2023"],
    f"{DAY} 09:41:00+03:00": ["February 25, 2023 09:41 (GMT+3)", "25 February 2023, 09:41 MSK"],
    f"{DAY} 00:05:00": ["FEB 25 2023 AT 12:05 A.M."],
    "2023-07-25 21:41:00-04:00": ["July 25, 2023 9:41 p.m. EDT"],
    "2023-07-25 09:41:00+01:00": ["25 July 2023, 09:41 BST"],
    "2023-07-25 09:41:00+02:00": ["25.07.2023 09:41 (CEST)"],
    f"{DAY} 18:05:00Z": ["18:05 GMT Saturday, 25 February 2023"],
    f"{DAY} 09:27:40Z": ["1677317260", "1677317260.5", "1677317260000"],
    "1975-02-25": ["25 Feb '75"],
    "two_readings": ["03/04/2023", "3.4.2023 09:41"],
    "relative": ["2 hours ago", "yesterday", "Today at 5:40 pm", "Saturday", "3h"],
    "updated": ["Updated 25 February 2023", "Last updated: Feb. 25, 2023 at 9:41 pm", "Last updated 2 hours ago"],
    "no_day": ["2022-02", "February 2023", "02/2023", "2023"],
    "no_year": ["25 February", "Feb. 25, 9:41 am", "25/02 09:41"],
    "short_year": ["25/02/23", "25 Feb 23"],
    "impossible": [
        "31/02/2023", "31 February 2023", "2023-13-40", "2022/25/02", "0001-01-01T00:00:00", "2023-02-25T25:61",
        "13:45 am, 25 Feb 2023",
    ],
    "unknown_form": [
        "2023022509",  # a day and an hour, or seconds since 1970
        "202302250941",  # a day and a time, or milliseconds
        "44982",  # days of a spreadsheet
        "25/02/2023 to 27/02/2023", "1,25/02/2023", "n/a", "25 Februar 2023", " ".join(["25 February 2023"] * 9),
    ],
}  # fmt: skip
WITH_ORDER: list[tuple[str, Order, str]] = [
    ("02/25/2023", "day", DAY),
    ("03/04/2023", "day", "2023-04-03"),
    ("03/04/2023", "month", "2023-03-04"),
    ("3.4.2023 09:41", "day", "2023-04-03 09:41:00"),
    ("25.2.23", "day", DAY),
    ("2.25.23", "month", DAY),
    ("25/02/23", "month", "impossible"),
    ("23-02-25", "day", "short_year"),
]


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [*((value, None, expected) for expected, values in FORMS.items() for value in values), *WITH_ORDER],
)
def test_forms(value: str, order: Order | None, expected: str) -> None:
    reading = DATES.read(value, order)
    assert expected == (reading.problem or " ".join(filter(None, (reading.day, reading.time))))
    assert reading.problem is None or (reading.problem in DATE_PROBLEMS and reading.day is None)


@pytest.mark.parametrize(
    "value",
    [
        "Sat., Feb. 25, 2023, 9:41 a.m. ET",  # an hour more in summer
        "25 February 2023, 09:41 IST",  # India, Israel, Ireland
        "Feb 25, 2023 9:41 am CST",  # the middle of America, China, Cuba
        "2023-02-25T09:41:00XYZ",
    ],
)
def test_a_zone_that_is_not_known_is_named_beside_day_and_time(value: str) -> None:
    assert DATES.read(value) == DateReading(DAY, "09:41:00", "unknown_zone")


def test_dates_of_another_language() -> None:
    words = DateWords(months=[["jänner", "jän"], ["februar"]], day_endings=["."], before_time=["um"])
    assert DateParser(words).read("12. JÄNNER 2024, um 17.40").day == "2024-01-12"
    assert DateParser(words).read("12 February 2024").problem == "unknown_form"
    assert DateParser(DateWords()).find("12 February 2024") is None


@settings(deadline=None)
@given(st.text() | st.text(alphabet="0123456789-:TZ ,./MarchpmGMTago'", max_size=MAX_DATE_CHARACTERS))
def test_a_date_is_read_or_named(value: str) -> None:
    reading = DATES.read(value)
    problem = None if reading.problem == "unknown_zone" else reading.problem
    assert (reading.day is None) == (problem is not None or not value.strip())
    assert reading.day is None or date.fromisoformat(reading.day)
    DATES.find(value)


@given(st.dates(date(1600, 1, 1), date(2100, 12, 31)), st.sampled_from("/.-"))
def test_figures_are_read_by_their_order_alone(day: date, mark: str) -> None:
    forms: dict[Order, str] = {"day": f"%d{mark}%m{mark}%Y", "month": f"%m{mark}%d{mark}%Y"}
    for order, form in forms.items():
        value = day.strftime(form)
        assert DATES.read(value, order).day == day.isoformat()
        assert (DATES.read(value).problem == "two_readings") == (day.day <= 12 and day.day != day.month)
        assert DATES.read(value).day in (None, day.isoformat())
