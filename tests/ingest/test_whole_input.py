"""What the whole input shows of its articles: the order of day and month, and the names of outlets."""

import random

import pytest
from ingest_inputs import OTHER, STORY, Project, json_rows
from test_formats import http, warc_of

from pipeline.ingest.whole_input import OutletNames


def rows(*dates: str, source: str | None = "Harbour Post") -> str:
    """Return JSON lines of different articles with these dates."""
    texts = [f"{STORY} It was day {date} of {'many ' * n}days. {OTHER * (n % 2)}" for n, date in enumerate(dates)]
    values = zip(dates, texts, strict=True)
    return json_rows(*({"text": text, "date": date, "source": source} for date, text in values))


def crawl(*pages: tuple[str, str, str]) -> bytes:
    """Return a crawl of pages, given by date, outlet and subject."""
    records = []
    for n, (date, outlet, subject) in enumerate(pages):
        head = f"<head><title>{subject}</title><meta property='og:site_name' content='{outlet}'></head>"
        text = f"<h1>{subject}</h1><span class='date'>{date}</span><p>{STORY.replace('piano', subject)}</p>"
        page = f"<html>{head}<body><article>{text}</article></body></html>"
        records.append((f"https://site{n}.example/x", http(page)))
    return warc_of(*records)


@pytest.mark.parametrize(
    ("order", "files", "expected"),
    [
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
        ("day", {"a.jsonl": rows("03/04/2023", "25/04/2023")}, ["2023-04-03", "2023-04-25"]),
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
    ],
)  # fmt: skip
def test_what_shows_the_order_of_day_and_month(project: Project, order: str, files: dict, expected: list[str]) -> None:
    """`expected` are the days, or problems, of the first file."""
    for name, content in files.items():
        project.add(name, content)
    assert days_of(project, date_order=order) == expected


def days_of(project: Project, **config: str) -> list[str]:
    """Return the days of the articles of the first file, or their problems, in order."""
    project.config |= {"near_duplicate_threshold": 1, **config}
    project.run()
    articles = [article for article in project.articles if article["raw_path"].startswith("a.")]
    return sorted(article["published_at"] or article["date_problem"] for article in articles)


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


@pytest.mark.parametrize(
    ("seen", "source", "url", "expected"),
    [
        ([(WIRE, URL)], DOMAIN, None, WIRE),
        ([(WIRE, URL)], f"https://www.{DOMAIN}/", None, WIRE),
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
    ],
)
def test_outlet_names(seen: list[tuple[str, str]], source: str | None, url: str | None, expected: str | None) -> None:
    for order in (seen, seen[::-1]):
        names = OutletNames({})
        for pair in [*order, (source, url)]:
            names.add(*pair)
        assert names.name(source, url) == expected


def test_configured_outlets_come_first() -> None:
    names = OutletNames({DOMAIN: "The Wire", "northwire": "The Wire", "www.courier.example": "Tolvar Courier"})
    for source, url in [(WIRE, URL), ("Courier", "http://courier.example")]:
        names.add(source, url)
    assert names.name(WIRE, None) == names.name(DOMAIN, None) == names.name(None, URL) == "The Wire"
    assert names.name("courier.example", None) == "Tolvar Courier"
    assert names.name("Courier", "http://courier.example") == "Courier"


def test_one_name_in_a_run(project: Project) -> None:
    values = [{"text": STORY, "site": WIRE, "url": URL}, {"text": OTHER, "site": f"www.{DOMAIN}"}]
    for rows, outlet in ((values, WIRE), (values[1:], DOMAIN)):
        project.add("a.jsonl", json_rows(*rows))
        project.run()
        assert {article["source"] for article in project.articles} == {outlet}
