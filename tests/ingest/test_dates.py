"""Dates as newsrooms write them, where they stand, which is the article's own, and what the whole input shows."""

import os
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from document_files import pdf_of, set_lines
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_inputs import OTHER, STORY, Project, json_rows
from test_formats import http, warc_of

from pipeline.core.language import DateWords, load_language
from pipeline.core.schema.data_tables import DATE_PROBLEMS
from pipeline.ingest.dates import MAX_DATE_CHARACTERS, DateParser, DateReading, Order
from pipeline.ingest.whole_input import OutletNames

DATES = DateParser(load_language("en").dates)
DAY = "2023-02-25"
# The day and time of day, or the problem, and the forms in which they are written.
FORMS: dict[str, list[str]] = {
    DAY: [
        "2023-02-25", "20230225", "2023.2.25", "2023/02/25", "25/02/2023", "25.02.2023", "25-02-2023", "25. 2. 2023",
        "02/25/2023", "25 February 2023", "25th February 2023", "25-Feb-2023", "Saturday 25 February, 2023",
        "February 25, 2023", "Published: 25/02/2023", "25 Feb 2023 (updated 26 Feb 2023)", "Feb 25, ’23",
        "25th of February, '23",
    ],
    f"{DAY} 09:41:00Z": [
        "2023-02-25T09:41:00Z", "2023-02-25 09:41:00 UTC", "20230225T094100Z", "Sat, 25 Feb 2023 09:41:00 GMT",
        "Sat Feb 25 09:41:00 +0000 2023", "25 February 2023, 09.41 GMT",
        "First published on Saturday 25 February 2023 09.41 GMT", "09:41 GMT Saturday, 25 February 2023",
    ],
    f"{DAY} 09:41:00": [
        "2023-02-25 09:41", "20230225094100", "25/02/2023 - 09:41", "25.02.2023, 09.41", "Feb 25, 2023 | 9:41 AM",
    ],
    f"{DAY} 09:41:00+02:00": ["2023-02-25T09:41:00.123+02:00"],
    f"{DAY} 09:41:00+01:00": ["Sat, 25 Feb 2023 09:41:00 +0100", "25.02.2023, 09:41 CET"],
    f"{DAY} 21:41:00": ["02/25/2023 9:41 PM"],
    "2023-04-04": ["04/04/2023"],
    f"{DAY} 09:41:00-05:00": ["Feb. 25, 2023 9:41 am EST", "9:41 am EST, Feb 25, 2023", "2023-02-25T09:41:00-0500"],
    f"{DAY} 09:41:00+03:00": ["February 25, 2023 09:41 (GMT+3)", "25 February 2023, 09:41 MSK"],
    f"{DAY} 00:05:00": ["FEB 25 2023 AT 12:05 A.M."],
    "2023-07-25 21:41:00-04:00": ["July 25, 2023 9:41 p.m. EDT"],
    "2023-07-25 09:41:00+01:00": ["25 July 2023, 09:41 BST"],
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
    ("02/25/2023", "day", DAY), ("03/04/2023", "day", "2023-04-03"), ("03/04/2023", "month", "2023-03-04"),
    ("3.4.2023 09:41", "day", "2023-04-03 09:41:00"), ("2.25.23", "month", DAY), ("25/02/23", "month", "impossible"),
    ("23-02-25", "day", "short_year"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [*((value, None, expected) for expected, values in FORMS.items() for value in values), *WITH_ORDER],
)
def test_forms(value: str, order: Order | None, expected: str) -> None:
    reading = DATES.read(value, order)
    assert expected == (reading.problem or " ".join(filter(None, (reading.day, reading.time))))
    assert reading.problem is None or (reading.problem in DATE_PROBLEMS and reading.day is None)


@pytest.mark.parametrize("value", [
    "Sat., Feb. 25, 2023, 9:41 a.m. ET",  # an hour more in summer
    "25 February 2023, 09:41 IST",  # India, Israel, Ireland
    "Feb 25, 2023 9:41 am CST",  # the middle of America, China, Cuba
    "2023-02-25T09:41:00XYZ",
])  # fmt: skip
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


BODY = STORY.removeprefix("TOLVAR - ")
FEED = "Sections\nA notice that we use to tell readers of this site what we do and why.\nBy Anna Kessel"


def dates_of(project: Project, **config: Any) -> list[tuple[str | None, str | None]]:
    """Return day, or problem, and evidence of each article, by path."""
    project.config |= {"near_duplicate_threshold": 1, **config}
    project.run()
    return [(a["published_at"] or a["date_problem"], a["date_evidence"]) for a in project.articles]


IN_LINES = [
    ("Published March 12, 2024, 5:40 p.m. in Tolvar", "March 12, 2024, 5:40 p.m."),
    ("Posted 25/02/2023 09:41 by our desk", "25/02/2023 09:41"),
    ("Tolvar, 2023-02-25. Updated 2023-02-26", "2023-02-25"),
    ("Published at 09:20, updated 11:45", None),
    ("Case 112/03/2024, page 25.02.20233", None),
]
BESIDE_NAMES = [
    ("Harbour Post, 21/10/2024", "21/10/2024"),
    ("Harbour Post, 5.6.24", "5.6.24"),
    ("Sorrin Gazette – 3rd of September, '24", "3rd of September, '24"),
    ("THE HARBOUR POST | Monday, 4 March 2024 | Page 3", "4 March 2024"),
    ("By Anna Kessel • March 4, 2024 12:25 pm • 3 min read", "March 4, 2024 12:25 pm"),
    ("09:09 GMT, 4 March 2024Updated 10:53 GMT, 5 March 2024", "4 March 2024"),
    ("Updated 5 March 2024 | Published 4 March 2024", "4 March 2024"),
    ("Updated on March 4, 2024", None),
    ("What happened on March 4, 2024", None),
    ("Ilse Korvath in Sorrin on March 4, 2024. PHOTO: Radu Pell", None),
    ("The talks were held in Sorrin, March 4, 2024", None),
]
DATELINES = [
    ("SORRIN, Velmora, March 4, 2024 (Northwire) — Ferries crossed.", "March 4, 2024"),
    ("PORT AMSEL, 4 March (MNA) - Ferries crossed.", "4 March"),
    ("Tolvar, Monday, March 4 — Ferries crossed.", "March 4"),
    ("SORRIN (MNA) - Ferries crossed on March 4.", None),
    ("SORRIN, VELMORA - MARCH 4, 2024: People wait for a ferry.", None),
    ("In May 4 – and 5 – boats sailed.", None),
]
IN_NAMES = [
    ("2024-03-04-ferries.txt", "2024-03-04"),
    ("wire_20240304T0920.txt", "20240304"),
    ("2024/03/04/ferries.txt", "2024/03/04"),
    ("2024-03-01/ferries 2024.03.04.txt", "2024.03.04"),
    ("Harbour Post, 4 March 2024.txt", "4 March 2024"),
    ("remembering-september-11-2001.txt", None),
    ("17891201.txt", None),
    ("2024-03-01 to 2024-03-31.txt", None),
]


@pytest.mark.parametrize(
    ("find", "given", "expected"),
    [(DATES.find, *case) for case in IN_LINES]
    + [(DATES.find_beside_names, *case) for case in BESIDE_NAMES]
    + [(DATES.find_dateline, *case) for case in DATELINES]
    + [(DATES.find_in_name, *case) for case in IN_NAMES],
)
def test_a_date_in_a_line_or_name(find: Callable[[str], object], given: str, expected: object) -> None:
    assert find(given) == expected


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("a.txt", f"SORRIN, March 4, 2024 (Northwire) - {BODY}", ("2024-03-04", "dateline")),
    ("a.txt", f"SORRIN, March 4 (Northwire) - {BODY}", ("no_year", "dateline")),
    ("2024/a.txt", f"SORRIN, March 4 (Northwire) - {BODY}", ("2024-03-04", "dateline+file_name")),
    ("2024-03-05.txt", f"SORRIN, March 4 (Northwire) - {BODY}", ("2024-03-04", "dateline+file_name")),
    ("2024-01-02.txt", f"SORRIN, Dec. 30 (Northwire) - {BODY}", ("2023-12-30", "dateline+file_name")),
    ("2024-11-05.txt", f"SORRIN, March 4 (Northwire) - {BODY}", ("no_year", "dateline")),
    ("2024-03-05.txt", STORY, ("2024-03-05", "file_name")),
    ("2024-03-05.txt", f"Ferries\nHarbour Post, 21/10/2024\n{STORY}", ("2024-10-21", "line")),
    ("a.txt", f"Ferries\nHarbour Post, 03/04/2024\n{STORY}", ("two_readings", "line")),
    ("a.txt", f"{FEED}\nMarch 4, 2024\nShare\n{BODY}\n{OTHER}", ("2024-03-04", "line")),
    ("a.txt", STORY, (None, None)),
])  # fmt: skip
def test_where_the_date_stands(project: Project, name: str, text: str, expected: tuple[str | None, str | None]) -> None:
    project.add(name, text)
    assert dates_of(project) == [expected]


def test_a_line_with_the_outlet_and_the_day_is_no_headline(project: Project) -> None:
    project.add("a.txt", f"Harbour Post, 5.6.24\nFerries cross again\n{STORY}")
    assert dates_of(project, date_order="day") == [("2024-06-05", "line")]
    assert project.articles[0]["text"] == f"Ferries cross again\n\n{STORY}"


@pytest.mark.parametrize(("days", "expected"), [
    (["2024-02-20", "2024-03-10"], ("2024-03-04", "dateline+neighbours")),
    (["2023-03-01", "2024-03-10"], ("no_year", "dateline")),
    (["2024-08-01"], ("no_year", "dateline")),
])  # fmt: skip
def test_the_other_dates_of_a_table_show_the_year(project: Project, days: list[str], expected: tuple[str, str]) -> None:
    dated = ({"text": f"{STORY} {OTHER} {day}", "date": day} for day in days)
    project.add("a.jsonl", json_rows(*dated, f"SORRIN, March 4 (Northwire) - {BODY}"))
    assert expected in dates_of(project)


def test_names_that_are_not_the_days_of_the_articles_are_not_used(project: Project) -> None:
    for n in range(3):
        text = f"SORRIN, March {n + 1}, 2021 (Northwire) - {BODY}" if n else STORY
        project.add(f"2024-05-0{n + 1}.txt", text)
    assert dates_of(project) == [(None, None), ("2021-03-02", "dateline"), ("2021-03-03", "dateline")]


def test_the_day_of_the_file_only_if_it_is_asked_for_and_never_that_of_an_address(project: Project) -> None:
    # On scraped news one in twelve dates of addresses was wrong.
    project.add("b.jsonl", json_rows({"text": OTHER, "url": "https://post.example/2024/03/04/sept-1-2020"}))
    path = project.add("a.txt", STORY)
    os.utime(path, (1_709_600_000, 1_709_600_000))
    assert dates_of(project) == [(None, None)] * 2
    assert dates_of(project, file_dates=True) == [("2024-03-05", "file_time"), (None, None)]
    for seconds in (0, -86_400, 2**33):  # of a clock that was not set, or of a broken archive
        os.utime(path, (seconds, seconds))
        assert dates_of(project, file_dates=True)[0] == (None, None)


def test_the_running_head_of_a_pdf_has_the_date_and_is_no_title(project: Project) -> None:
    head = (60, 790, 9, "THE HARBOUR POST   Monday, 4 March 2024   Page 3")
    lines = set_lines(*STORY.split("\n\n"))
    project.add("one.pdf", pdf_of([head, (60, 760, 20, "Ferries cross the Anse again"), *lines]))
    project.add("two.pdf", pdf_of([head, *set_lines("Ferries cross", *STORY.split("\n\n"))], [head, *set_lines(OTHER)]))
    assert dates_of(project) == [("2024-03-04", "running_head")] * 2
    assert [article["title"] for article in project.articles] == ["Ferries cross the Anse again", "Ferries cross"]


def test_a_forwarded_mail_has_the_date_of_the_mail_in_it(project: Project) -> None:
    inner = (
        "---------- Forwarded message ----------\nFrom: Northwire\nDate: Mon, 4 Mar 2024 09:20\nSubject: Ferries\n\n"
    )
    head = "From: a@post.example\nSubject: Fwd: Ferries cross\nDate: Fri, 8 Mar 2024 10:00:00 +0000\n\n"
    project.add("a.eml", f"{head}{inner}{STORY}")
    assert dates_of(project) == [("2024-03-04", "line")]


def rows(*dates: str, source: str | None = "Harbour Post") -> str:
    """Return JSON lines of different articles with these dates."""
    texts = [f"{STORY} It was day {date} of {'many ' * n}days. {OTHER * (n % 2)}" for n, date in enumerate(dates)]
    values = zip(dates, texts, strict=True)
    return json_rows(*({"text": text, "date": date, "source": source} for date, text in values))


def crawl(*pages: tuple[str, str, str]) -> bytes:
    """Return a crawl of pages, given by date, outlet and subject."""
    records = []
    for n, (day, outlet, subject) in enumerate(pages):
        head = f"<head><title>{subject}</title><meta property='og:site_name' content='{outlet}'></head>"
        text = f"<h1>{subject}</h1><span class='date'>{day}</span><p>{STORY.replace('piano', subject)}</p>"
        page = f"<html>{head}<body><article>{text}</article></body></html>"
        records.append((f"https://site{n}.example/x", http(page)))
    return warc_of(*records)


@pytest.mark.parametrize(("order", "files", "expected"), [
    # The other dates of a file.
    ("auto", {"a.jsonl": rows("03/04/2023", "25/04/2023")}, ["2023-04-03", "2023-04-25"]),
    ("auto", {"a.jsonl": rows("03/04/2023", "04/25/2023")}, ["2023-03-04", "2023-04-25"]),
    ("auto", {"a.jsonl": rows("03/04/2023", "05/06/2023")}, ["two_readings", "two_readings"]),
    ("auto", {"a.jsonl": rows("03/04/2023", "25/04/2023", "04/25/2023")},
     ["2023-04-25", "2023-04-25", "two_readings"]),
    ("auto", {"a.jsonl": rows("03/04/2023", "2 hours ago")}, ["relative", "two_readings"]),
    ("auto", {"a.jsonl": rows("03/04/2023", "2023-04-25")}, ["2023-04-25", "two_readings"]),
    # The config.
    ("month", {"a.jsonl": rows("03/04/2023", "25/04/2023")}, ["2023-03-04", "2023-04-25"]),
    # Another file, if it is of the same outlet.
    ("auto", {"a.jsonl": rows("03/04/2023", "x"), "b.jsonl": rows("25/04/2023")}, ["2023-04-03", "unknown_form"]),
    ("auto", {"a.jsonl": rows("05/04/2023", "y", source="Tolvar Courier"), "b.jsonl": rows("25/04/2023")},
     ["two_readings", "unknown_form"]),
    # Outlets of one table are written in one way, unless they show another; pages of a crawl are not.
    ("auto", {"a.jsonl": rows("25/04/2023") + rows("03/04/2023", "x", source="Tolvar Courier")},
     ["2023-04-03", "2023-04-25", "unknown_form"]),
    ("auto", {"a.jsonl": rows("25/04/2023") + rows("03/04/2023", "x", source="Tolvar Courier"),
              "b.jsonl": rows("04/25/2023", "x", "y", source="Tolvar Courier")},
     ["2023-04-25", "two_readings", "unknown_form"]),
    ("auto", {"a.warc": crawl(("25/04/2023", "Harbour Post", "Ferries"), ("03/04/2023", "Tolvar Courier", "Bread"),
                              ("03/04/2023", "Harbour Post", "Boats"))},
     ["2023-04-03", "2023-04-25", "two_readings"]),
])  # fmt: skip
def test_what_shows_the_order_of_day_and_month(project: Project, order: str, files: dict, expected: list[str]) -> None:
    """`expected` are the days, or problems, of the first file."""
    for name, content in files.items():
        project.add(name, content)
    assert days_of(project, date_order=order) == expected


def days_of(project: Project, **config: str) -> list[str | None]:
    """Return the days of the articles of the first file, or their problems, in order."""
    dates = zip(dates_of(project, **config), project.articles, strict=True)
    return sorted(day for (day, _), article in dates if article["raw_path"].startswith("a."))


def test_the_order_of_articles_does_not_matter(project: Project) -> None:
    lines = (rows("25/04/2023", "03/04/2023") + rows("04/25/2023", "05/06/2023", source="Tolvar Courier")).splitlines()
    found = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        project.add("a.jsonl", "\n".join(lines))
        found.append(days_of(project))
    assert found[0] == found[1] == found[2]


WIRE, DOMAIN = "Northwire", "northwire.example"
URL = f"https://www.{DOMAIN}/world/ferries"


@pytest.mark.parametrize(("seen", "source", "url", "expected"), [
    ([(WIRE, URL)], DOMAIN, None, WIRE),
    ([(WIRE, URL)], DOMAIN.upper(), URL, WIRE),
    ([(WIRE, URL)], None, URL, WIRE),
    ([(WIRE, URL), (WIRE, URL), ("NORTHWIRE", URL)], "NorthWire", URL, WIRE),
    ([("The Lorne Review", "http://lornereview.example/a")], "lornereview.example", None, "The Lorne Review"),
    ([("Meridian News Agency", "http://mna.example")], "mna.example", None, "Meridian News Agency"),
    ([("Harbour Post", "http://news.harbour-post.co.uk")], "news.harbour-post.co.uk", None, "Harbour Post"),
    # Not merged: nothing shows it, the name is another's, or two names claim the domain.
    ([(WIRE, None)], DOMAIN, None, DOMAIN),
    ([(WIRE, "http://[")], DOMAIN, None, DOMAIN),
    ([("Harbour Post", URL)], DOMAIN, None, DOMAIN),
    ([(WIRE, URL), ("Northwire Sport", URL)], DOMAIN, None, DOMAIN),
    ([(WIRE, URL)], "northwire.test", None, "northwire.test"),
    ([(WIRE, URL)], "Harbour Post", URL, "Harbour Post"),
    ([], None, URL, DOMAIN),
    ([], None, None, None),
    ([], "Gazeta.ru", None, "gazeta.ru"),
])  # fmt: skip
def test_outlet_names(seen: list[tuple[str, str]], source: str | None, url: str | None, expected: str | None) -> None:
    for order in (seen, seen[::-1]):
        names = OutletNames({})
        for pair in [*order, (source, url)]:
            names.add(*pair)
        assert names.name(source, url) == expected


def test_one_name_in_a_run_and_configured_outlets_come_first(project: Project) -> None:
    values = [{"text": STORY, "site": WIRE, "url": URL}, {"text": OTHER, "site": f"www.{DOMAIN}"}]
    for rows, outlet in ((values, WIRE), (values[1:], DOMAIN)):
        project.add("a.jsonl", json_rows(*rows))
        project.run()
        assert {article["source"] for article in project.articles} == {outlet}
    names = OutletNames({DOMAIN: "The Wire", "northwire": "The Wire", "www.courier.example": "Tolvar Courier"})
    for source, url in [(WIRE, URL), ("Courier", "http://courier.example")]:
        names.add(source, url)
    assert names.name(WIRE, None) == names.name(DOMAIN, None) == names.name(None, URL) == "The Wire"
    assert names.name("courier.example", None) == "Tolvar Courier"
    assert names.name("Courier", "http://courier.example") == "Courier"
