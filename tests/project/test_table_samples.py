"""The first rows of tables are read by column, as far as a file is not broken."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.ingest.config import IngestConfig
from pipeline.project.column_guesses import SAMPLE_ROWS, read_sample


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
