"""Dates as newsrooms write them: read, or named; nothing is guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.language import DateWords, load_language
from pipeline.core.schema.data_tables import DATE_PROBLEMS
from pipeline.ingest.dates import MAX_DATE_CHARACTERS, DateParser, DateReading, Order

DATES = DateParser(load_language("en").dates)
DAY = "2023-02-25"
# The form, the order of day and month if it is set, and the day and time of day, or the problem.
FORMS: list[tuple[str, Order | None, str]] = [
    ("2023-02-25", None, DAY),
    ("20230225", None, DAY),
    ("2022/02/25", None, "2022-02-25"),
    ("2023.2.25", None, DAY),
    ("2023-02-25T09:41:00Z", None, f"{DAY} 09:41:00Z"),
    ("2023-02-25 09:41", None, f"{DAY} 09:41:00"),
    ("2023-02-25T09:41:00.123+02:00", None, f"{DAY} 09:41:00+02:00"),
    ("2023-02-25T23:41:00-0500", None, f"{DAY} 23:41:00-05:00"),
    ("2023-02-25 09:41:00 UTC", None, f"{DAY} 09:41:00Z"),
    ("20230225T094100Z", None, f"{DAY} 09:41:00Z"),
    ("20230225094100", None, f"{DAY} 09:41:00"),
    ("Sat, 25 Feb 2023 09:41:00 GMT", None, f"{DAY} 09:41:00Z"),
    ("Sat, 25 Feb 2023 09:41:00 +0100", None, f"{DAY} 09:41:00+01:00"),
    ("Sat Feb 25 09:41:00 +0000 2023", None, f"{DAY} 09:41:00Z"),
    ("25/02/2023", None, DAY),
    ("25.02.2023", None, DAY),
    ("25-02-2023", None, DAY),
    ("25. 2. 2023", None, DAY),
    ("02/25/2023", None, DAY),
    ("02/25/2023 9:41 PM", None, f"{DAY} 21:41:00"),
    ("25/02/2023 - 09:41", None, f"{DAY} 09:41:00"),
    ("25.02.2023, 09.41", None, f"{DAY} 09:41:00"),
    ("02/25/2023", "day", DAY),
    ("03/04/2023", "day", "2023-04-03"),
    ("03/04/2023", "month", "2023-03-04"),
    ("3.4.2023 09:41", "day", "2023-04-03 09:41:00"),
    ("04/04/2023", None, "2023-04-04"),
    ("25 February 2023", None, DAY),
    ("25 February 2023, 09.41 GMT", None, f"{DAY} 09:41:00Z"),
    ("25th February 2023", None, DAY),
    ("25-Feb-2023", None, DAY),
    ("Saturday 25 February, 2023", None, DAY),
    ("February 25, 2023", None, DAY),
    ("Feb. 25, 2023 9:41 am EST", None, f"{DAY} 09:41:00-05:00"),
    ("Feb 25, 2023 | 9:41 AM", None, f"{DAY} 09:41:00"),
    ("February 25, 2023 09:41 (GMT+3)", None, f"{DAY} 09:41:00+03:00"),
    ("FEB 25 2023 AT 12:05 A.M.", None, f"{DAY} 00:05:00"),
    ("9:41 am EST, Feb 25, 2023", None, f"{DAY} 09:41:00-05:00"),
    ("July 25, 2023 9:41 p.m. EDT", None, "2023-07-25 21:41:00-04:00"),
    ("25 July 2023, 09:41 BST", None, "2023-07-25 09:41:00+01:00"),
    ("25.02.2023, 09:41 CET", None, f"{DAY} 09:41:00+01:00"),
    ("25.07.2023 09:41 (CEST)", None, "2023-07-25 09:41:00+02:00"),
    ("25 February 2023, 09:41 MSK", None, f"{DAY} 09:41:00+03:00"),
    ("18:05 GMT Saturday, 25 February 2023", None, f"{DAY} 18:05:00Z"),
    ("Published: 25/02/2023", None, DAY),
    ("First published on Saturday 25 February 2023 09.41 GMT", None, f"{DAY} 09:41:00Z"),
    ("25 Feb 2023 (updated 26 Feb 2023)", None, DAY),
    ("1677317260", None, f"{DAY} 09:27:40Z"),
    ("1677317260.5", None, f"{DAY} 09:27:40Z"),
    ("1677317260000", None, f"{DAY} 09:27:40Z"),
    ("03/04/2023", None, "two_readings"),
    ("3.4.2023 09:41", None, "two_readings"),
    ("2 hours ago", None, "relative"),
    ("yesterday", None, "relative"),
    ("Today at 5:40 pm", None, "relative"),
    ("Saturday", None, "relative"),
    ("3h", None, "relative"),
    ("Updated 25 February 2023", None, "updated"),
    ("Last updated: Feb. 25, 2023 at 9:41 pm", None, "updated"),
    ("Last updated 2 hours ago", None, "updated"),
    ("2022-02", None, "no_day"),
    ("February 2023", None, "no_day"),
    ("02/2023", None, "no_day"),
    ("2023", None, "no_day"),
    ("25 February", None, "no_year"),
    ("Feb. 25, 9:41 am", None, "no_year"),
    ("25/02 09:41", None, "no_year"),
    ("25/02/23", None, "short_year"),
    ("25.2.23", "day", DAY),
    ("2.25.23", "month", DAY),
    ("25/02/23", "month", "impossible"),
    ("23-02-25", "day", "short_year"),
    ("25 Feb 23", None, "short_year"),
    ("Feb 25, ’23", None, DAY),
    ("25th of February, '23", None, DAY),
    ("25 Feb '75", None, "1975-02-25"),
    ("31/02/2023", None, "impossible"),
    ("31 February 2023", None, "impossible"),
    ("2023-13-40", None, "impossible"),
    ("2022/25/02", None, "impossible"),
    ("0001-01-01T00:00:00", None, "impossible"),
    ("2023-02-25T25:61", None, "impossible"),
    ("13:45 am, 25 Feb 2023", None, "impossible"),
    ("2023022509", None, "unknown_form"),  # a day and an hour, or seconds since 1970
    ("202302250941", None, "unknown_form"),  # a day and a time, or milliseconds
    ("44982", None, "unknown_form"),  # days of a spreadsheet
    ("25/02/2023 to 27/02/2023", None, "unknown_form"),
    ("1,25/02/2023", None, "unknown_form"),
    ("n/a", None, "unknown_form"),
    ("25 Februar 2023", None, "unknown_form"),
    (" ".join(["25 February 2023"] * 9), None, "unknown_form"),
]


@pytest.mark.parametrize(("value", "order", "expected"), FORMS)
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


@pytest.mark.parametrize("value", ["25 February 2023", "25 February 2023, 09:41", "25 February 2023, 09:41 +0530"])
def test_no_zone_and_one_in_figures_are_no_problem(value: str) -> None:
    assert DATES.read(value).problem is None


def test_every_problem_has_a_form() -> None:
    assert {expected for *_, expected in FORMS} >= set(DATE_PROBLEMS) - {"unknown_zone"}


@pytest.mark.parametrize("value", [None, "", " \n"])
def test_no_date_is_no_problem(value: str | None) -> None:
    assert DATES.read(value) == DATES.read("")
    assert DATES.read(value).problem is None


@pytest.mark.parametrize(
    ("value", "shows"),
    [("25/02/2023", "day"), ("02/25/2023", "month"), ("04/04/2023", None), ("2023-02-25", None), ("25 Feb 2023", None)],
)
def test_order_that_a_date_shows(value: str, shows: Order | None) -> None:
    assert DATES.read(value).shows == shows


def test_pandas_reads_the_days() -> None:
    days = [DATES.read(value, order).day for value, order, _ in FORMS]
    assert pd.to_datetime(pd.Series(days)).notna().sum() == sum(day is not None for day in days) > 40


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published March 12, 2024, 5:40 p.m. in Tolvar", "March 12, 2024, 5:40 p.m."),
        ("Posted 25/02/2023 09:41 by our desk", "25/02/2023 09:41"),
        ("Tolvar, 2023-02-25. Updated 2023-02-26", "2023-02-25"),
        ("Published at 09:20, updated 11:45", None),
        ("Case 112/03/2024, page 25.02.20233", None),
    ],
)
def test_find_date_in_a_line(line: str, expected: str | None) -> None:
    assert DATES.find(line) == expected


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


@given(
    st.dates(date(1600, 1, 1), date(2100, 12, 31)),
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%b. %d, %Y", "%A, %d-%b-%Y", "Published: %d %b %Y, 9:41 am EST"]
    ),
)
def test_one_reading_is_that_day(day: date, form: str) -> None:
    assert DATES.read(day.strftime(form)).day == day.isoformat()


@given(st.dates(date(1600, 1, 1), date(2100, 12, 31)), st.sampled_from("/.-"))
def test_figures_are_read_by_their_order_alone(day: date, mark: str) -> None:
    forms: dict[Order, str] = {"day": f"%d{mark}%m{mark}%Y", "month": f"%m{mark}%d{mark}%Y"}
    for order, form in forms.items():
        value = day.strftime(form)
        assert DATES.read(value, order).day == day.isoformat()
        assert (DATES.read(value).problem == "two_readings") == (day.day <= 12 and day.day != day.month)
        assert DATES.read(value).day in (None, day.isoformat())


def test_days_before_and_after_are_not_confused() -> None:
    start = date(2024, 1, 1)
    days = [start + timedelta(n) for n in range(366)]
    assert [DATES.read(f"{day:%d %B %Y}").day for day in days] == [day.isoformat() for day in days]
