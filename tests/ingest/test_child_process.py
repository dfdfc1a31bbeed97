"""Parquet is read in a child process: whatever that does, the run goes on, and the rows before are kept."""

import datetime
import gzip
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_inputs import OTHER, STORY, Project, parquet_of

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import child_process, parquet, read_file
from pipeline.ingest.formats.child_process import read_in_child
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.project.column_guesses import read_sample

CONFIG = IngestConfig()


def write(path: Path, rows: list[dict[str, Any]] | pa.Table, **options: Any) -> Path:
    pq.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), path, **options)
    return path


def start_reading(path: Path) -> tuple[Iterator[Any], Any]:
    """Return the rows of a file and the process that reads it, after the first row."""
    documents: Any = read_in_child(parquet.read_here, path, CONFIG)
    assert next(documents).row == 1
    return documents, documents.gi_frame.f_locals["process"]


def hang(path: Path, config: IngestConfig) -> None:
    time.sleep(600)


def die(path: Path, config: IngestConfig) -> None:
    """As when the library ends the process: `terminate called after throwing`."""
    os.abort()


def test_a_process_that_dies_at_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("read_here", "_read_records_here"):
        monkeypatch.setattr(parquet, name, die)
    assert project.read("a.parquet", parquet_of({"text": [STORY]})) == ([], [(None, "bad_file")])
    assert read_sample(project.raw / "a.parquet", CONFIG) == []


def test_rows_before_a_crash_are_kept_and_the_next_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"text": f"{OTHER} {row}" * 50} for row in range(500)])
    documents, process = start_reading(path)
    os.kill(process.pid, signal.SIGABRT)
    *rows, last = documents
    assert [row.row for row in rows] == list(range(2, len(rows) + 2))
    assert last.reason == "bad_file"
    assert f"after row {len(rows) + 1} (SIGABRT)" in last.detail
    assert len(list(read_file(path, CONFIG))) == 500


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    (last,) = read_in_child(hang, tmp_path, IngestConfig(max_file_seconds=1))
    assert last.reason == "too_costly"


def test_one_process_reads_all_files_unless_a_reader_leaves_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"text": OTHER}] * 500)
    list(read_file(path, CONFIG))
    (first,) = child_process._idle
    list(read_file(path, CONFIG))
    assert child_process._idle == [first]
    documents, process = start_reading(path)
    documents.close()
    assert process.exitcode is not None
    assert child_process._idle == []


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("PST", "2023-11-14T22:13:20+00:00"),
        ("Europe/Kyiv", "2023-11-15T00:13:20+02:00"),
        ("+02:00", "2023-11-15T00:13:20+02:00"),
        (None, "2023-11-14T22:13:20"),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_time_zones(tmp_path: Path, zone: str | None, expected: str, nested: bool) -> None:
    times = pa.array([datetime.datetime(2023, 11, 14, 22, 13, 20)], pa.timestamp("us")).cast(pa.timestamp("us", zone))
    column = pa.StructArray.from_arrays([times], ["at"]) if nested else times
    path = write(tmp_path / "a.parquet", pa.table({"text": [STORY], "date": column}))
    config = IngestConfig(columns={"text": ["text"], "published_at": ["date.at" if nested else "date"]})
    (document,) = read_file(path, config)
    assert isinstance(document, RawDocument)
    assert document.published_at == expected


@pytest.mark.parametrize("kind", [pa.large_string(), pa.list_(pa.string()), pa.struct({"x": pa.string()})])
def test_a_value_that_all_rows_share_is_not_copied_for_each(tmp_path: Path, monkeypatch, kind: pa.DataType) -> None:
    monkeypatch.setattr(parquet, "MAX_COPIED_BYTES", 10_000)
    read, sizes = parquet._rows_of_batch, []
    monkeypatch.setattr(
        parquet,
        "_rows_of_batch",
        lambda batch, *more: sizes.append(batch.get_total_buffer_size()) or read(batch, *more),
    )
    long = "guns " * 1000
    value = {pa.large_string(): long, pa.list_(pa.string()): [long]}.get(kind, {"x": long})
    path = write(tmp_path / "a.parquet", pa.table({"text": pa.array([value] * 50, kind)}))
    assert len(list(parquet.read_here(path, CONFIG))) == 50
    assert max(sizes) < 20_000


def test_values_pass_unchanged(tmp_path: Path) -> None:
    rows = [{"text": text, "title": "é\u2028“x”"} for text in (STORY, "", "\0", "\U0001f600\n\r", '{"a": 1}')]
    path = write(tmp_path / "a.parquet", rows)
    assert list(read_file(path, CONFIG)) == list(parquet.read_here(path, CONFIG))


def test_a_date_out_of_range_costs_no_other_row(tmp_path: Path) -> None:
    days = pa.array(np.array([19_800, 2**31 - 1, -(2**31), 19_801], np.int32)).view(pa.date32())
    path = write(tmp_path / "a.parquet", pa.table({"text": [STORY] * 4, "date": days}))
    read = list(read_file(path, CONFIG))
    assert [getattr(item, "published_at", None) for item in read] == ["2024-03-18", None, None, "2024-03-19"]
    assert [getattr(item, "reason", None) for item in read] == [None, "bad_row", "bad_row", None]
    assert [record["date"] for record in parquet.read_records(path, CONFIG)] == ["2024-03-18", "2024-03-19"]


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child unpacks 70 MB to a temporary file, and no file may be longer than 1 MB."""
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress(bytes(70_000_000), 1))
    monkeypatch.setattr(child_process, "_idle", [])  # a child that was started earlier has no such limit
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            list(read_file(tmp_path / "a.parquet.gz", CONFIG))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    monkeypatch.setattr(child_process, "_idle", [])
    (found,) = read_file(tmp_path / "a.parquet.gz", CONFIG)
    assert isinstance(found, Reject)
    assert "not a whole Parquet file" in found.detail
