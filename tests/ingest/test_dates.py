import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.language import DateWords, load_language
from pipeline.ingest.dates import DateParser

DATES = DateParser(load_language("en").dates)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-11", "2024-03-11"),
        ("20240311", "2024-03-11"),
        ("2024-03-11T09:20:00Z", "2024-03-11T09:20:00Z"),
        ("2024-03-11 09:20", "2024-03-11T09:20:00"),
        ("2024-03-11T09:20:00.123+02:00", "2024-03-11T09:20:00+02:00"),
        ("20240311T092000Z", "2024-03-11T09:20:00Z"),
        ("Mon, 11 Mar 2024 09:20:00 GMT", "2024-03-11T09:20:00Z"),
        ("March 12, 2024, 5:40 p.m.", "2024-03-12T17:40:00"),
        ("12 March 2024", "2024-03-12"),
        ("Tuesday, 12 Sept. 2023", "2023-09-12"),
        ("1710148800", "2024-03-11T09:20:00Z"),
        ("1710148800000", "2024-03-11T09:20:00Z"),
        ("03/04/2024", None),
        ("2024-13-40", None),
        ("31 February 2024", None),
        ("yesterday", None),
        ("2024", None),
        ("", None),
        (None, None),
    ],
)
def test_parse_date(value: str | None, expected: str | None) -> None:
    assert DATES.parse(value) == expected


def test_find_date_in_a_line() -> None:
    assert DATES.find("Published March 12, 2024, 5:40 p.m. in Tolvar") == "2024-03-12T17:40:00"
    assert DATES.find("Published at 09:20, updated 11:45") is None


def test_dates_of_another_language() -> None:
    dates = DateParser(DateWords(months=[["jänner", "jän"], ["februar"]], day_endings=["."], before_time=["um"]))
    assert dates.parse("12. JÄNNER 2024, um 17.40") == "2024-01-12T17:40:00"
    assert dates.parse("12 February 2024") is None
    assert DateParser(DateWords()).find("12 February 2024") is None


@settings(deadline=None)
@given(st.text() | st.text(alphabet="0123456789-:TZ ,.MarchpmGMT"))
def test_parse_date_never_raises(value: str) -> None:
    DATES.parse(value)
    DATES.find(value)
