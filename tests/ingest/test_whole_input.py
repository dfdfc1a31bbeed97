"""What the whole input shows of its articles: the order of day and month, and the names of outlets."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from ingest_inputs import OTHER, STORY, Project
from test_formats import http, warc_of

from pipeline.ingest.whole_input import OutletNames


def rows(*dates: str, source: str | None = "Harbour Post") -> str:
    """Return JSON lines of different articles with these dates."""
    texts = [f"{STORY} It was day {date} of {'many ' * n}days. {OTHER * (n % 2)}" for n, date in enumerate(dates)]
    values = zip(dates, texts, strict=True)
    return "".join(json.dumps({"text": text, "date": date, "source": source}) + "\n" for date, text in values)


def page(date: str, outlet: str, subject: str) -> str:
    head = f"<head><title>{subject}</title><meta property='og:site_name' content='{outlet}'></head>"
    text = f"<h1>{subject}</h1><span class='date'>{date}</span><p>{STORY.replace('piano', subject)}</p>"
    return f"<html>{head}<body><article>{text}</article></body></html>"


def dates_of(project: Project, **config: Any) -> dict[str, list[str | None]]:
    """Return the day of every article, or its problem, by file."""
    project.config |= {"near_duplicate_threshold": 1, **config}
    project.run()
    found: dict[str, list[str | None]] = {}
    for article in project.articles:
        found.setdefault(article["raw_path"], []).append(article["published_at"] or article["date_problem"])
    return {path: sorted(map(str, values)) for path, values in found.items()}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["03/04/2023", "25/04/2023"], ["2023-04-03", "2023-04-25"]),
        (["03/04/2023", "04/25/2023"], ["2023-03-04", "2023-04-25"]),
        (["03/04/2023", "05/06/2023"], ["two_readings", "two_readings"]),
        (["03/04/2023", "25/04/2023", "04/25/2023"], ["2023-04-25", "2023-04-25", "two_readings"]),
        (["03/04/2023", "2 hours ago"], ["relative", "two_readings"]),
        (["03/04/2023", "2023-04-25"], ["2023-04-25", "two_readings"]),
    ],
)
def test_the_other_dates_of_a_file_show_the_order(project: Project, dates: list[str], expected: list[str]) -> None:
    project.add("a.jsonl", rows(*dates))
    assert dates_of(project) == {"a.jsonl": expected}


def test_the_config_sets_the_order(project: Project) -> None:
    project.add("a.jsonl", rows("03/04/2023", "25/04/2023"))
    assert dates_of(project, date_order="month") == {"a.jsonl": ["2023-03-04", "2023-04-25"]}
    assert dates_of(project, date_order="day") == {"a.jsonl": ["2023-04-03", "2023-04-25"]}


def test_dates_of_another_file_show_the_order_of_the_same_outlet_only(project: Project) -> None:
    project.add("a.jsonl", rows("25/04/2023"))
    project.add("b.jsonl", rows("03/04/2023", "x"))
    project.add("c.jsonl", rows("05/04/2023", "y", "z", source="Tolvar Courier"))
    found = dates_of(project)
    assert found["b.jsonl"] == ["2023-04-03", "unknown_form"]
    assert found["c.jsonl"] == ["two_readings", "unknown_form", "unknown_form"]


def test_outlets_of_one_table_are_written_in_one_way_unless_they_show_another(project: Project) -> None:
    project.add("a.jsonl", rows("25/04/2023") + rows("03/04/2023", "x", source="Tolvar Courier"))
    assert dates_of(project)["a.jsonl"] == ["2023-04-03", "2023-04-25", "unknown_form"]
    project.add("b.jsonl", rows("04/25/2023", "x", "y", source="Tolvar Courier"))
    assert dates_of(project)["a.jsonl"] == ["2023-04-25", "two_readings", "unknown_form"]


def test_pages_of_one_crawl_are_not_written_in_one_way(project: Project) -> None:
    pages = [page("25/04/2023", "Harbour Post", "Ferries"), page("03/04/2023", "Tolvar Courier", "Bread"),
             page("03/04/2023", "Harbour Post", "Boats")]  # fmt: skip
    crawl = [(f"https://site{n}.example/x", http(text)) for n, text in enumerate(pages)]
    project.add("a.warc", warc_of(*crawl))
    assert dates_of(project)["a.warc"] == ["2023-04-03", "2023-04-25", "two_readings"]


def test_the_order_of_articles_does_not_matter(project: Project) -> None:
    lines = (rows("25/04/2023", "03/04/2023") + rows("04/25/2023", "05/06/2023", source="Tolvar Courier")).splitlines()
    found = []
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        project.add("a.jsonl", "\n".join(lines))
        found.append(dates_of(project))
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
    project.add("a.jsonl", "\n".join(map(json.dumps, values)))
    project.run()
    assert {article["source"] for article in project.articles} == {WIRE}
    project.add("a.jsonl", json.dumps(values[1]))
    project.run()
    assert [article["source"] for article in project.articles] == [DOMAIN]
