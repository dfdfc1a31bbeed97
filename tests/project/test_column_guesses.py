"""Columns of tables are found by their names in several languages, or by their values."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.ingest.config import COLUMNS, IngestConfig
from pipeline.project.column_guesses import SAMPLE_ROWS, guess_columns, read_sample

TEXT = "It rained in the harbour of Port Amsel all day long, and the ferries stayed where they were. " * 3
WORDS = ("net", "quay", "cod", "gull")


def rows(**columns: object) -> list[dict]:
    """Return four rows; a value with {} differs from row to row."""
    return [
        {name: value.format(word) if isinstance(value, str) else value for name, value in columns.items()}
        for word in WORDS
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Volltext": TEXT, "Überschrift": "Kein {}", "Datum": "25.02.2023", "Zeitung": "Abendblatt"},
         {"text": "Volltext", "title": "Überschrift", "published_at": "Datum", "source": "Zeitung"}),
        ({"titre": "Le {}", "contenu": TEXT, "auteur": "A. Wrede"},
         {"text": "contenu", "title": "titre", "author": "auteur"}),
        # The first line is an article.
        ({TEXT: f"{TEXT} {{}}", "2031-01-01": "2031-01-02"}, {}),
        ({"Volltext": TEXT, f"Do you agree with this? {TEXT}": "Yes, {}"}, {"text": "Volltext"}),
        # An object whose values are the articles.
        ({"1.text": TEXT, "1.date": "2031-01-01", "2.text": TEXT, "2.date": "2031-01-02"}, {}),
        ({"1.text": TEXT, "1.date": "2031-01-01", "2.text": TEXT, "count": "2"}, {}),
        ({"a.text": TEXT, "b.text": TEXT, "made": "2031-01-01"}, {}),
        ({"article.text": TEXT, "article.day": "2031-01-01"}, {"text": "article.text", "published_at": "article.day"}),
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
        ({"text": TEXT, "date": None, "when": "25/02/2023"}, {}),
    ],
)  # fmt: skip
def test_guesses(columns, expected):
    assert guess_columns(rows(**columns), COLUMNS) == expected


def test_no_column_is_used_twice():
    guesses = guess_columns(rows(inhalt=TEXT, content=TEXT), COLUMNS | {"text": ["text"]})
    assert guesses == {"text": "inhalt"}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.csv", b"a;b\n1;2\n", [{"a": "1", "b": "2"}]),
        ("a.tsv", "Über\tb\n1\t2\n".encode(), [{"Über": "1", "b": "2"}]),
        ("a.csv", b"a,b\n1\n3,4\n", [{"a": "3", "b": "4"}]),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0), [{"a": "1", "b": "2"}]),
        ("a.jsonl", b'{"a": {"b": 1}}\n{"a": 2}\n', [{"a.b": 1}, {"a": 2}]),
        ("a.json", b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        # The rows before what is broken.
        ("a.jsonl", b'{"a": 1}\n{"a": \x01}\n{"a": 3}\n', [{"a": 1}]),
        ("a.jsonl.gz", gzip.compress(b'{"a": 1}\n' * 3, mtime=0)[:-9], []),
        ("a.parquet", b"PAR1 no", []),
        ("a.jsonl", b'{"a": 1}\n' + b'{"a":' * 100_000, [{"a": 1}]),
        ("a.json", b'[{"a": 1}, ' + b"[" * 100_000, [{"a": 1}]),
        ("a.jsonl", b'{"a": ' + b"1" * 5000 + b"}", []),
        ("a.csv", b"", []),
        ("a.csv", b"\xff\xfe\x00", []),
        ("a.txt", b"a,b\n1,2\n", []),
        ("a.html", b"<p>a</p>", []),
    ],
)
def test_rows_by_column(tmp_path: Path, name: str, data: bytes, expected: list[dict]) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert read_sample(path, IngestConfig()) == expected


def test_of_a_long_table_the_first_rows_are_read(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": range(1000), "of": [{"site": "x"}] * 1000}), tmp_path / "a.parquet")
    rows = read_sample(tmp_path / "a.parquet", IngestConfig())
    assert rows == [{"n": n, "of.site": "x"} for n in range(SAMPLE_ROWS)]
