"""Columns of tables, found by their names or values; dates that could be two days, with the date that decided it."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.language import load_language
from pipeline.core.publish_config import PublishConfig
from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.ingest.dates import DateParser
from pipeline.project.column_guesses import SAMPLE_ROWS, guess_columns, read_sample
from pipeline.project.input_survey import DateEvidence, format_articles, survey_input
from tests.project.own_articles import story
from tests.worlds.rows import write_json_lines

TEXT = "It rained in the harbour of Port Amsel all day long, and the ferries stayed where they were. " * 3
WORDS = ("net", "quay", "cod", "gull")


def rows(**columns: object) -> list[dict]:
    """Return four rows; a value with {} differs from row to row."""
    return [
        {name: value.format(word) if isinstance(value, str) else value for name, value in columns.items()}
        for word in WORDS
    ]


@pytest.mark.parametrize(("columns", "expected"), [
    ({"Volltext": TEXT, "Überschrift": "Kein {}", "Datum": "25.02.2023", "Zeitung": "Abendblatt"},
     {"text": "Volltext", "title": "Überschrift", "published_at": "Datum", "source": "Zeitung"}),
    ({"titre": "Le {}", "contenu": TEXT, "auteur": "A. Wrede"},
     {"text": "contenu", "title": "titre", "author": "auteur"}),
    # The first line is an article.
    ({TEXT: f"{TEXT} {{}}", "2031-01-01": "2031-01-02"}, {}),
    ({"Volltext": TEXT, f"Do you agree with this? {TEXT}": "Yes, {}"}, {"text": "Volltext"}),
    # An object whose values are the articles.
    ({"1.text": TEXT, "1.date": "2031-01-01", "2.text": TEXT, "2.date": "2031-01-02"}, {}),
    ({"article.text": TEXT, "article.day": "2031-01-01", "summary.text": "{}"}, {"text": "article.text",
      "published_at": "article.day"}),
    # A number that begins like a year.
    ({"nr": "2031-25", "story": TEXT, "day": "2031-01-02"}, {"text": "story", "published_at": "day"}),
    # Known names are left as they are.
    ({"Body": TEXT, "headline": "No {}"}, {}),
    # By their values alone.
    ({"a": "{}", "b": TEXT + "{}", "c": "The long way of the {} to Kolm", "d": "Feb. 25, 2023", "e": "https://a.example/{}"},
     {"text": "b", "title": "c", "published_at": "d", "url": "e"}),
    # `data` is a date only where its values may be.
    ({"text": TEXT, "data": "25/02/2023"}, {"published_at": "data"}),
    ({"text": TEXT, "data": "the {}"}, {}),
    # The same words in each row are no headlines, short texts no articles, numbers no dates.
    ({"x": "All about ferries and boats", "n": 2023}, {}),
    ({"meta.site": "Harbour Post", "text": TEXT}, {"source": "meta.site"}),
    # A config cannot have half a character.
    ({"\udc00": TEXT, "when": "25/02/2023"}, {"published_at": "when"}),
])  # fmt: skip
def test_guesses(columns, expected):
    assert guess_columns(rows(**columns), COLUMNS) == expected
    once = guess_columns(rows(inhalt=TEXT, content=TEXT), COLUMNS | {"text": ["text"]})
    assert once == {"text": "inhalt"}  # no column is used twice


@pytest.mark.parametrize(("name", "data", "expected"), [
    ("a.csv", b"a;b\n1;2\n", [{"a": "1", "b": "2"}]),
    ("a.tsv", "Über\tb\n1\t2\n".encode(), [{"Über": "1", "b": "2"}]),
    ("a.csv", b"a,b\n1\n3,4\n", [{"a": "3", "b": "4"}]),
    ("a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0), [{"a": "1", "b": "2"}]),
    ("a.jsonl", b'{"a": {"b": 1}}\n{"a": 2}\n', [{"a.b": 1}, {"a": 2}]),
    ("a.json", b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    # The rows before what is broken.
    ("a.jsonl", b'{"a": 1}\n{"a": \x01}\n{"a": 3}\n', [{"a": 1}]),
    ("a.parquet", b"PAR1 no", []),
    ("a.jsonl", b'{"a": 1}\n' + b'{"a":' * 100_000, [{"a": 1}]),
    ("a.jsonl", b'{"a": ' + b"1" * 5000 + b"}", []),
    ("a.csv", b"\xff\xfe\x00", []),
    ("a.txt", b"a,b\n1,2\n", []),
])  # fmt: skip
def test_rows_by_column(tmp_path: Path, name: str, data: bytes, expected: list[dict]) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert read_sample(path, IngestConfig()) == expected
    pq.write_table(pa.table({"n": range(1000), "of": [{"site": "x"}] * 1000}), tmp_path / "long.parquet")
    first = [{"n": n, "of.site": "x"} for n in range(SAMPLE_ROWS)]
    assert read_sample(tmp_path / "long.parquet", IngestConfig()) == first


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


@pytest.mark.parametrize(("files", "order", "expected"), [
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
    # Other dates have no reason: one reading, the same day either way, not read.
    ({"a": "2024-03-01 Post, 25/04/2024 Post"}, "auto", []),
    ({"a": "03/03/2024 Post, 25/04/2024 Post"}, "auto", []),
    ({"a": "03/04/2024 Post, 25/04/2024 Post, 04/25/2024 Post"}, "auto", []),
])  # fmt: skip
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
        ("a/3.html", None, "Mail", "25/04/2024", "2024-04-25"),
        ("c.warc.gz", 1, "Mail", "03/04/2024", "2024-04-03"),
        ("c.warc.gz", 2, "Post", "04/25/2024", "2024-04-25"),
        ("c.warc.gz", 3, "Post", "03/04/2024", "2024-03-04"),
    ]:
        evidence.add(path, {"row": row, "source": source, "date_given": given, "published_at": read})
    assert [line.removeprefix("'03/04/2024' in ") for _, line in evidence.examples()] == [
        "a/1.html of Mail is read as 2024-04-03: the day first, as '25/04/2024' in a/3.html shows",
        "c.warc.gz, row 3 of Post is read as 2024-03-04: the month first, as '04/25/2024' in c.warc.gz, row 2 shows",
    ]


def test_of_many_tables_some_are_shown_and_the_rest_counted(tmp_path):
    said = lines(tmp_path, {str(number): "03/04/2024 Post" for number in range(22)}, "day")
    assert sum(line.startswith("  date '03/04/2024' in ") for line in said) == 20
    assert "  and one of each of 2 other tables or sources" in said
