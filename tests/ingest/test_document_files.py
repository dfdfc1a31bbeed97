"""Word, PDF and Parquet files: what is read of them, which are rejected; a child process reads, whatever it does."""

import datetime
import gzip
import io
import os
import resource
import signal
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from document_files import docx_of, pdf_of, saved, set_lines
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from ingest_inputs import OTHER, STORY, Project, parquet_of

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import child_process, docx, parquet, pdf, read_file
from pipeline.ingest.formats.child_process import read_in_child
from pipeline.ingest.formats.pdf import Line, join_lines
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.project.column_guesses import read_sample

CONFIG = IngestConfig()
TITLE = "Ferries cross the Anse again"
HEAD = (240.0, 780.0, 8.0, "HARBOUR POST 25 February 2023")


def text_of(article: RawDocument | Reject) -> str:
    assert isinstance(article, RawDocument)
    return article.text


@pytest.mark.parametrize("style", ["Title", "Heading 1"])
def test_a_first_paragraph_styled_as_a_headline_is_the_title(style: str) -> None:
    article = docx.extract_article(docx_of("", ("Ferries cross.", style), "They sailed.", title="Template 7"), CONFIG)
    assert article == RawDocument(None, "They sailed.", title="Ferries cross.")


def test_word_text_is_that_of_a_reader_who_accepts_all_changes() -> None:
    document: Any = Document()
    paragraph = document.add_paragraph("They sailed ")
    for tag, text in (("w:ins", "at noon"), ("w:del", "at dawn")):
        change = OxmlElement(tag)
        run = paragraph.add_run(text)._r
        if tag == "w:del":
            run.find(qn("w:t")).tag = qn("w:delText")
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run(" note to the desk").font.hidden = True
    paragraph.add_run(".")
    table = document.add_table(1, 2)
    for cell, text in zip(table.rows[0].cells, ("Ostry", "Tolvar"), strict=True):
        cell.text = text
    document.sections[0].header.paragraphs[0].text = "Harbour Post"
    box = OxmlElement("w:txbxContent")
    box.append(document.add_paragraph("A pull quote")._p)
    document.add_paragraph("It rained.")._p.append(box)
    assert text_of(docx.extract_article(saved(document), CONFIG)).split("\n\n") == [
        "They sailed at noon.", "Ostry", "Tolvar", "It rained.",
    ]  # fmt: skip


def zip_of(**parts: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return sink.getvalue()


def test_lines_of_a_pdf_become_paragraphs() -> None:
    page = [(60.0, 750.0, 20.0, TITLE), *set_lines(*STORY.split("\n\n"))]
    article = pdf.extract_article(pdf_of(page, title=TITLE), CONFIG)
    assert article == RawDocument(None, STORY, title=TITLE)
    article = pdf.extract_article(pdf_of(page, title="story-7.indd"), CONFIG)
    assert article == RawDocument(None, f"{TITLE}\n\n{STORY}", headline_in_text=True)
    lines = [pdf.Line(60, 700, 11, "A truce"), pdf.Line(60, 686, 11, "Ostry, 2 May 2031")]
    assert pdf.join_lines([lines])[0] == ["A truce", "Ostry, 2 May 2031"]


def test_columns_pages_and_running_heads_of_a_pdf() -> None:
    story, other = STORY.split("\n\n"), OTHER.split("\n\n")
    left = set_lines(*story, width=30)
    right = set_lines(other[0], width=30, x=330)
    second = set_lines(other[1], width=30)
    feet = [(300.0, 20.0, 9.0, f"Page {n} of 2") for n in (1, 2)]
    pages = [[HEAD, *left, *right, feet[0]], [HEAD, *second, feet[1]]]
    assert text_of(pdf.extract_article(pdf_of(*pages), CONFIG)).split("\n\n") == [*story, *other]
    (page, *_) = pages
    assert text_of(pdf.extract_article(pdf_of(page), CONFIG)).split("\n\n") == [*story, other[0]]
    text = "The boats sailed at noon on Monday and came back to the harbour of Ostry in the evening"
    words = text.split()
    lines = [(60.0 + 240 * (n // 3), 700.0 - 14 * (n % 3), 11.0, " ".join(words[n * 3 : n * 3 + 3])) for n in range(6)]
    assert text_of(pdf.extract_article(pdf_of(lines), CONFIG)) == text


@pytest.mark.parametrize(("first", "second", "expected"), [
    ("the govern-", "ment of Tarr", "the government of Tarr"),
    ("a ten-", "day halt", "a ten-day halt"),
    ("a cease-", "fire held", "a cease-fire held"),
    ("the Anse-", "Ostry line", "the Anse-Ostry line"),
    ("it ended -", "they say", "it ended - they say"),
    ("from 2020-", "2023 on", "from 2020- 2023 on"),
])  # fmt: skip
def test_words_broken_at_the_end_of_a_line(first: str, second: str, expected: str) -> None:
    known = ["A cease-fire, ten boats, one day.", "The talks"]
    lines = [*known, first, second]
    found = join_lines([[Line(60, 700 - 14 * n, 11, text) for n, text in enumerate(lines)]])
    assert found == ([" ".join([*known, expected])], "")


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(0, 800), st.floats(0.1, 40), st.text(max_size=20)), max_size=12))
def test_no_line_inside_a_page_is_lost(values: list[tuple[float, float, float, str]]) -> None:
    lines = [Line(*value) for value in values]
    inside = sorted((line for line in lines if line.text), key=lambda line: line.y)[3:-3]
    found = "".join(join_lines([lines])[0])
    for line in inside:
        assert line.text.rstrip("-\u2010") in found


def pdf_that_unpacks_to_a_gigabyte() -> bytes:
    packer = zlib.compressobj(1)
    packed = [packer.compress(b"0 0 m 9 9 l S\n" * 1_000_000) for _ in range(70)]
    return pdf_of([], contents=zlib.compress(b"".join([*packed, packer.flush()])), filters=2)


@pytest.mark.parametrize(("kind", "data", "reason", "words"), [
    (docx, b"\xd0\xcf\x11\xe0" + b"x" * 600, "bad_file", "password"),
    (docx, docx_of("x")[:2000], "bad_file", "not a whole .docx"),
    (docx, zip_of(a=b"x"), "bad_file", "not a whole .docx"),
    (docx, docx_of(""), "no_text", "without text"),
    (docx, zip_of(**{"word/document.xml": b" " * 11_000_000}), "too_long", "max_page_bytes"),
    (docx, zip_of(**{f"media{n}": bytes(30_000_000) for n in range(4)}), "unpacks_too_far", "120000000 bytes"),
    (pdf, b"%PDF-1.4 and nothing else", "bad_file", "not a whole PDF"),
    (pdf, pdf_of([]), "no_text", "ocrmypdf"),
    (pdf, pdf_of(*[set_lines("It rained.")] * 101), "too_long", "max_pdf_pages"),
    (pdf, pdf_of(set_lines(STORY * 60)), "too_long", "characters; one PDF is one article"),
    (pdf, pdf_that_unpacks_to_a_gigabyte(), "bad_file", "crashed"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_files_that_are_rejected(kind: Any, data: bytes, reason: str, words: str) -> None:
    reject = kind.extract_article(data, IngestConfig(max_characters=1000))
    assert isinstance(reject, Reject)
    assert reject.reason == reason
    assert words in reject.detail


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
    assert f"after row {len(rows) + 1} or lacked memory (SIGABRT)" in last.detail
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


@pytest.mark.parametrize(("zone", "expected", "nested"), [
    ("PST", "2023-11-14T22:13:20+00:00", False),
    ("Europe/Kyiv", "2023-11-15T00:13:20+02:00", True),
    (None, "2023-11-14T22:13:20", False),
])  # fmt: skip
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
    watched = lambda batch, *more: sizes.append(batch.get_total_buffer_size()) or read(batch, *more)  # noqa: E731
    monkeypatch.setattr(parquet, "_rows_of_batch", watched)
    long = "guns " * 1000
    value = {pa.large_string(): long, pa.list_(pa.string()): [long]}.get(kind, {"x": long})
    path = write(tmp_path / "a.parquet", pa.table({"text": pa.array([value] * 50, kind)}))
    assert len(list(parquet.read_here(path, CONFIG))) == 50
    assert max(sizes) < 20_000


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
