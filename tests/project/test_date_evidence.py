"""Dates that could be two days are shown, one of each table or source, with the date of the source that decided it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.language import load_language
from pipeline.core.publish_config import PublishConfig
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import DateParser
from pipeline.project.input_survey import DateEvidence, format_articles, survey_input
from tests.project.own_articles import story
from tests.worlds.rows import write_json_lines

DATE = "  date '03/04/2024' in "


def lines(folder: Path, files: dict[str, list[tuple[str, str | None]]], order: str) -> list[str]:
    """Return what is said of the articles of files, given as the date and source of each row."""
    number = 0
    for name, dates in files.items():
        rows = []
        for date, source in dates:
            rows.append({"text": story(number), "date": date, "source": source})
            number += 1
        write_json_lines(folder / name, rows)
    return list(format_articles(survey_input(folder, IngestConfig(date_order=order), PublishConfig())))


@pytest.mark.parametrize(
    ("files", "order", "expected"),
    [
        ({"a.jsonl": [("2024-03-01", "Post"), ("03/04/2024", "Post"), ("25/04/2024", "Post")]}, "auto",
         "a.jsonl, row 2 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 3 shows"),
        # The outlet's own date in the file, not that of another outlet before it.
        ({"a.jsonl": [("25/04/2024", "Mail"), ("03/04/2024", "Post"), ("04/25/2024", "Post")]}, "auto",
         "a.jsonl, row 2 is read as 2024-03-04: the month first, as '04/25/2024' in a.jsonl, row 3 shows"),
        # The outlet's dates elsewhere; the other dates of the file.
        ({"a.jsonl": [("03/04/2024", "Post")], "b.jsonl": [("04/25/2024", "Post")]}, "auto",
         "a.jsonl, row 1 is read as 2024-03-04: the month first, as '04/25/2024' in b.jsonl, row 1 shows"),
        ({"a.jsonl": [("03/04/2024", None), ("25/04/2024", "Mail")]}, "auto",
         "a.jsonl, row 1 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 2 shows"),
        ({"a.jsonl": [("03/04/2024", "Post")]}, "month",
         "a.jsonl, row 1 is read as 2024-03-04: the month first, as `date_order` shows"),
    ],
)  # fmt: skip
def test_the_date_that_decides_is_shown_first(tmp_path, files, order, expected):
    _, first, *others = lines(tmp_path, files, order)
    assert first == DATE + expected
    assert not [line for line in others if "'03/04/2024'" in line]


def test_each_table_is_named(tmp_path):
    files = {
        "a.jsonl": [("03/04/2024", "Mail"), ("05/06/2024", "Mail"), ("25/04/2024", "Mail")],
        "b.jsonl": [("2024-03-01", "Post"), ("03/04/2024", "Post"), ("04/25/2024", "Post")],
        "c.jsonl": [("2024-03-01", "Wire")],
    }
    assert [line for line in lines(tmp_path, files, "auto") if " first, as " in line] == [
        DATE + "a.jsonl, row 1 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 3 shows",
        DATE + "b.jsonl, row 2 is read as 2024-03-04: the month first, as '04/25/2024' in b.jsonl, row 3 shows",
    ]


def test_each_order_in_a_table_of_several_sources_is_shown(tmp_path):
    dates = [("03/04/2024", "Mail"), ("25/04/2024", "Mail"), ("03/04/2024", "Post"), ("04/25/2024", "Post")]
    assert [line for line in lines(tmp_path, {"a.jsonl": dates}, "auto") if " first, as " in line] == [
        DATE + "a.jsonl, row 1 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 2 shows",
        DATE + "a.jsonl, row 3 is read as 2024-03-04: the month first, as '04/25/2024' in a.jsonl, row 4 shows",
    ]


def test_pages_are_shown_by_their_source():
    evidence = DateEvidence(DateParser(load_language("en").dates), "auto")
    for path, row, source, given, read in [
        ("a/1.html", None, "Mail", "03/04/2024", "2024-04-03"),
        ("a/2.html", None, "Mail", "05/06/2024", "2024-06-05"),
        ("a/3.html", None, "Mail", "25/04/2024", "2024-04-25"),
        ("c.warc.gz", 1, "Mail", "03/04/2024", "2024-04-03"),
        ("c.warc.gz", 2, "Post", "04/25/2024", "2024-04-25"),
        ("c.warc.gz", 3, "Post", "03/04/2024", "2024-03-04"),
        ("c.warc.gz", 4, "Wire", "25/04/2024", "2024-04-25"),
        ("c.warc.gz", 5, "Wire", "03/04/2024", "2024-04-03"),
    ]:
        evidence.add(path, {"row": row, "source": source, "date_given": given, "published_at": read})
    assert [(date.place, date.why) for date in evidence.examples()] == [
        ("a/1.html of Mail", "the day first, as '25/04/2024' in a/3.html shows"),
        ("c.warc.gz, row 3 of Post", "the month first, as '04/25/2024' in c.warc.gz, row 2 shows"),
        ("c.warc.gz, row 5 of Wire", "the day first, as '25/04/2024' in c.warc.gz, row 4 shows"),
    ]


def test_of_many_tables_some_are_shown_and_the_rest_counted(tmp_path):
    said = lines(tmp_path, {f"{number}.jsonl": [("03/04/2024", "Post")] for number in range(22)}, "day")
    assert sum(line.startswith(DATE) for line in said) == 20
    assert "  and one of each of 2 other tables or sources" in said


@pytest.mark.parametrize(
    "dates",
    [
        ["2024-03-01", "25/04/2024"],
        ["03/03/2024", "25/04/2024"],  # the same day either way
        ["03/04/2024", "25/04/2024", "04/25/2024"],  # not read
    ],
)
def test_other_dates_are_shown_without_a_reason(tmp_path, dates):
    said = lines(tmp_path, {"a.jsonl": [(date, "Post") for date in dates]}, "auto")
    assert not [line for line in said if " first, as " in line]
    assert [line for line in said if " is read as " in line]
