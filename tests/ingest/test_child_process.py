"""Parquet is read in a child process: whatever that does, the run goes on, and the rows before are kept."""

from __future__ import annotations

import base64
import datetime
import gzip
import os
import resource
import signal
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_inputs import OTHER, STORY, Project

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import child_process, parquet, read_file
from pipeline.ingest.formats.child_process import read_in_child
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.project.column_guesses import read_sample

CONFIG = IngestConfig()
# A table in whose footer one byte is changed. The library ends the process: `terminate called after throwing`.
ABORTS = (
    "c-"
    "oaz%}yFo6u$S)fH<{833oEnupo_2FhyI97}MCqJ0fU1ra(fC%Rwfn;je%NyXvwFmwk#pLKjV!jp?FK(5L9Ci>Bw?ff=eU+8c82&p"
    "F@sogbhiDr;Qji#+3S#z}&ZL_SUkX<W4XX}4WZ*Lt2?=Y%J?p5+>!=TRO_ZIVp<?+D|@ePIDeX44F;MyW<XL*wy@Mr59XV{`{C9T"
    "{{q4Q4(#$qffK1Z#^3cG1*;;UTxO;0_sT26ZLF!j1wq@{u7?QlW4HiW1*(KoOZTDkZa&u-"
    "O@vDEDLAD)CojyaT(=AB6cCv5Cis(eX(qnLA#k{=JM}zM{M@Kn><qju_GY$*I?Jd5rM6C1$7tZ!}mUP6`5Z%wV-"
    "k&c>d$+wwvWZ9?m!&NkjuLv5b*2b0Jduj#eC_JoG3h_1T>Zz<_qB~n>GP0dW1jzv;@&dibMyy;7Grfd2as(+=HW5xb$u4Wbof$9Y"
    "M!pOFMMa`&b5e;;v6f#hatU`+P^taY8YJI2EQ@%~50n;YANwr0rvgAprz?cM8{R6drGwYg7&;2%M(zG<qEZ~=5Osh_MfNhfLy<_@"
    "MYJF0zAIkrY`Ig*rVcZJ+b41syn0_50X3CfomCDPbr~dejZ^~m_Yr+;nl!d=u2r(3PLllH)h~0*KvmxLR54%Df$cJzrL-RvCoukQ"
    "1&>ot@67Zv^+>!kILA<{tzF0Y}7prhMM*br1{yGrH0e)DOp&{N5M5ML*c&cLj#yOZRd@o499p)nfyxpxAUk&7SALAblu@&gZS0w*"
    "&Sl?clG*T6x=b#e}j9(A(tCnx%H&tKmw00!Z7nc}664=}Wl(2_>U-v?gZCB)e66%LZK+YTW;9j2gKO;uE>-"
    "Jt>c!QObZg<7)^*Y1!8?V<t>$KDBo2yS&*G&9v1|JfKznT*K_5K0CRQ)p"
)


def write(path: Path, rows: list[dict[str, Any]] | pa.Table, **options: Any) -> Path:
    pq.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), path, **options)
    return path


def start_reading(path: Path, config: IngestConfig = CONFIG) -> tuple[Iterator[Any], Any]:
    """Return the rows of a file and the process that reads it, after the first row."""
    documents: Any = read_in_child(parquet.read_here, path, config)
    assert next(documents).row == 1
    return documents, documents.gi_frame.f_locals["child"]


def test_a_footer_on_which_the_library_aborts(project: Project) -> None:
    data = zlib.decompress(base64.b85decode("".join(ABORTS)))
    project.add("a.parquet", data)
    project.add("b.txt", STORY)
    assert project.run() == {"articles": 1, "rejected": 1}
    assert project.reasons() == [("a.parquet", None, "bad_file")]
    assert read_sample(project.raw / "a.parquet", CONFIG) == []


def test_rows_before_a_crash_are_kept_and_the_next_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"text": f"{OTHER} {row}" * 50} for row in range(2000)])
    documents, child = start_reading(path)
    os.kill(child._process.pid, signal.SIGABRT)
    *rows, last = documents
    assert [row.row for row in rows] == list(range(2, len(rows) + 2))
    assert last.reason == "bad_file"
    assert f"after row {len(rows) + 1} (SIGABRT)" in last.detail
    assert len(list(read_file(path, CONFIG))) == 2000


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"text": OTHER * 50} for _ in range(2000)])
    documents, child = start_reading(path, IngestConfig(max_file_seconds=1))
    os.kill(child._process.pid, signal.SIGSTOP)
    *_, last = documents
    assert last.reason == "too_costly"
    assert child._process.returncode == -signal.SIGKILL


def test_one_process_reads_all_files(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", [{"text": OTHER}])
    list(read_file(path, CONFIG))
    (first,) = child_process._idle
    list(read_file(path, CONFIG))
    assert child_process._idle == [first]


def test_a_reader_that_is_left_ends_its_process(tmp_path: Path) -> None:
    documents, child = start_reading(write(tmp_path / "a.parquet", [{"text": OTHER}] * 500))
    documents.close()
    assert child._process.returncode is not None
    assert child not in child_process._idle


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC+2", "2023-11-14T22:13:20+00:00"),
        ("PST", "2023-11-14T22:13:20+00:00"),
        ("local", "2023-11-14T22:13:20+00:00"),
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


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["guns " * 1000] * 50, pa.large_string()),
        pa.array([["guns " * 1000]] * 50),
        pa.array([{"x": "guns " * 1000}] * 50),
    ],
    ids=["large", "list", "object"],
)
def test_a_value_that_all_rows_share_is_not_copied_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: pa.Array
) -> None:
    monkeypatch.setattr(parquet, "MAX_COPIED_BYTES", 10_000)
    read, sizes = parquet._rows_of_batch, []

    def rows_of_batch(batch: pa.RecordBatch, config: IngestConfig) -> Iterator[Any]:
        sizes.append(batch.get_total_buffer_size())
        return read(batch, config)

    monkeypatch.setattr(parquet, "_rows_of_batch", rows_of_batch)
    path = write(tmp_path / "a.parquet", pa.table({"text": column}))
    assert len(list(parquet.read_here(path, CONFIG))) == 50
    assert max(sizes) < 20_000


def test_a_file_that_takes_too_much_memory_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(parquet, "_read_rows", fail)
    (reject,) = parquet.read_here(write(tmp_path / "a.parquet", [{"text": OTHER}]), CONFIG)
    assert isinstance(reject, Reject)
    assert reject.reason == "too_costly"


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
