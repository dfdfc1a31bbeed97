"""Dates that could be two days are shown, one of each table or source, with the date of the source that decided it."""

from pathlib import Path

import pytest

from pipeline.core.language import load_language
from pipeline.core.publish_config import PublishConfig
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import DateParser
from pipeline.project.input_survey import DateEvidence, format_articles, survey_input
from tests.project.own_articles import story
from tests.worlds.rows import write_json_lines


def lines(folder: Path, files: dict[str, str], order: str) -> list[str]:
    """Return what is said of the articles of files, given as the date and the source of each row."""
    number = 0
    for name, rows in files.items():
        dated = [row.partition(" ") for row in rows.split(", ")]
        texts = [story(number + n) for n in range(len(dated))]
        number += len(dated)
        values = zip(texts, dated, strict=True)
        rows = [{"text": text, "date": date, "source": source or None} for text, (date, _, source) in values]
        write_json_lines(folder / f"{name}.jsonl", rows)
    return list(format_articles(survey_input(folder, IngestConfig(date_order=order), PublishConfig())))


@pytest.mark.parametrize(
    ("files", "order", "expected"),
    [
        ({"a": "2024-03-01 Post, 03/04/2024 Post, 25/04/2024 Post"}, "auto",
         ["a.jsonl, row 2 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 3 shows"]),
        # The outlet's own date in the file, not that of another outlet before it.
        ({"a": "25/04/2024 Mail, 03/04/2024 Post, 04/25/2024 Post"}, "auto",
         ["a.jsonl, row 2 is read as 2024-03-04: the month first, as '04/25/2024' in a.jsonl, row 3 shows"]),
        # The outlet's dates elsewhere; the other dates of the file; the config.
        ({"a": "03/04/2024 Post", "b": "04/25/2024 Post"}, "auto",
         ["a.jsonl, row 1 is read as 2024-03-04: the month first, as '04/25/2024' in b.jsonl, row 1 shows"]),
        ({"a": "03/04/2024, 25/04/2024 Mail"}, "auto",
         ["a.jsonl, row 1 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 2 shows"]),
        ({"a": "03/04/2024 Post"}, "month",
         ["a.jsonl, row 1 is read as 2024-03-04: the month first, as `date_order` shows"]),
        # One of each table, and each order in a table of several sources.
        ({"a": "03/04/2024 Mail, 05/06/2024 Mail, 25/04/2024 Mail",
          "b": "2024-03-01 Post, 03/04/2024 Post, 04/25/2024 Post", "c": "2024-03-01 Wire"}, "auto",
         ["a.jsonl, row 1 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 3 shows",
          "b.jsonl, row 2 is read as 2024-03-04: the month first, as '04/25/2024' in b.jsonl, row 3 shows"]),
        ({"a": "03/04/2024 Mail, 25/04/2024 Mail, 03/04/2024 Post, 04/25/2024 Post"}, "auto",
         ["a.jsonl, row 1 is read as 2024-04-03: the day first, as '25/04/2024' in a.jsonl, row 2 shows",
          "a.jsonl, row 3 is read as 2024-03-04: the month first, as '04/25/2024' in a.jsonl, row 4 shows"]),
        # Other dates have no reason: one reading, the same day either way, not read.
        ({"a": "2024-03-01 Post, 25/04/2024 Post"}, "auto", []),
        ({"a": "03/03/2024 Post, 25/04/2024 Post"}, "auto", []),
        ({"a": "03/04/2024 Post, 25/04/2024 Post, 04/25/2024 Post"}, "auto", []),
    ],
)  # fmt: skip
def test_the_date_that_decides_is_shown(tmp_path, files, order, expected):
    said = lines(tmp_path, files, order)
    reasons = [line for line in said if " first, as " in line]
    assert reasons == [f"  date '03/04/2024' in {line}" for line in expected]
    if expected:
        assert said[1] == reasons[0]
    assert any(" is read as " in line for line in said)


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
    assert [line.removeprefix("'03/04/2024' in ") for _, line in evidence.examples()] == [
        "a/1.html of Mail is read as 2024-04-03: the day first, as '25/04/2024' in a/3.html shows",
        "c.warc.gz, row 3 of Post is read as 2024-03-04: the month first, as '04/25/2024' in c.warc.gz, row 2 shows",
        "c.warc.gz, row 5 of Wire is read as 2024-04-03: the day first, as '25/04/2024' in c.warc.gz, row 4 shows",
    ]


def test_of_many_tables_some_are_shown_and_the_rest_counted(tmp_path):
    said = lines(tmp_path, {str(number): "03/04/2024 Post" for number in range(22)}, "day")
    assert sum(line.startswith("  date '03/04/2024' in ") for line in said) == 20
    assert "  and one of each of 2 other tables or sources" in said
