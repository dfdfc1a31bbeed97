"""A date that could be two days is shown with the date of its source that decided it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.publish_config import PublishConfig
from pipeline.ingest.config import IngestConfig
from pipeline.project.input_survey import survey_input
from pipeline.project.survey_text import format_articles
from tests.project.own_articles import story
from tests.worlds.rows import write_json_lines

READ = "  date '03/04/2024' is read as "


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
         "2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 3 shows"),
        # The outlet's own date in the file, not that of another outlet before it.
        ({"a.jsonl": [("25/04/2024", "Mail"), ("03/04/2024", "Post"), ("04/25/2024", "Post")]}, "auto",
         "2024-03-04: the month first, as '04/25/2024' in a.jsonl, row 3 shows"),
        # The outlet's dates elsewhere; the other dates of the file.
        ({"a.jsonl": [("03/04/2024", "Post")], "b.jsonl": [("04/25/2024", "Post")]}, "auto",
         "2024-03-04: the month first, as '04/25/2024' in b.jsonl, row 1 shows"),
        ({"a.jsonl": [("03/04/2024", None), ("25/04/2024", "Mail")]}, "auto",
         "2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 2 shows"),
        ({"a.jsonl": [("03/04/2024", "Post")]}, "month", "2024-03-04: the month first, as `date_order` shows"),
    ],
)  # fmt: skip
def test_the_date_that_decides_is_shown_first(tmp_path, files, order, expected):
    _, first, *others = lines(tmp_path, files, order)
    assert first == READ + expected
    assert not [line for line in others if line.startswith(READ)]


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
