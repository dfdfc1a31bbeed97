"""Limits of time and memory: what each lets pass and what it rejects."""

import contextlib
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from ingest_inputs import OTHER, STORY, Project, json_rows, parquet_of

from pipeline.ingest import run, time_budget
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.formats import file_opening, parquet, warc
from pipeline.ingest.formats.html import MAX_ATTRIBUTES
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.ingest.time_budget import TimeBudget

ROW, LINE = (json.dumps({"text": text}) for text in (STORY, OTHER))


def filled(head: str, filling: str) -> str:
    return head + filling * (200_000 // len(filling))


@pytest.mark.parametrize(("name", "data"), [
    ("a.jsonl.gz", filled(ROW + "\n", "{}\n")),
    ("a.json.gz", filled(ROW + "\n", "{}\n")),
    ("a.csv.gz", filled("text\n", "guns\n")),
    ("a.parquet.gz", filled("PAR1", "\0")),
    ("a.parquet", parquet_of({"text": [filled("", "guns ")]})),
    ("a.warc.gz", filled("WARC/1.0\r\n", "\r\n")),
    ("a.txt.gz", filled(STORY, " guns")),
    ("a.html.gz", filled("<p>", "<p>guns</p>")),
])  # fmt: skip
def test_a_decompression_bomb_is_rejected(project: Project, monkeypatch, name: str, data: str | bytes) -> None:
    for module in (file_opening, parquet):
        monkeypatch.setattr(module, "ALWAYS_ALLOWED_BYTES", 50_000)
    # The child process would have the limits that nobody changed.
    monkeypatch.setattr(parquet, "read_in_child", lambda task, path, config: task(path, config))
    _, rejects = project.read(name, data, max_unpacked_ratio=10)
    assert "unpacks_too_far" in [reason for _, reason in rejects]


SHARED = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, None], pa.int32()), pa.array(["guns " * 401, STORY]))
MANY = " ".join(f'a{n}="1"' for n in range(MAX_ATTRIBUTES + 10))


def page(inside: str) -> str:
    return f"<html><body><article><p>{STORY}</p>{inside}</article></body></html>"


@pytest.mark.parametrize(("config", "name", "data", "taken", "rejects"), [
    # A small file may be packed as well as it can be.
    ({"max_unpacked_ratio": 1}, "a.txt.gz", STORY + "\n" * 5000, 1, []),
    *(
        ({"max_row_bytes": len(ROW + end) - over}, "a.jsonl", f"{LINE[:50]}\n{ROW}{end}", 1 - over,
         [(1, "bad_row"), *[(2, "too_long")] * over])
        for end in ("\n", "") for over in (0, 1)
    ),
    ({"max_row_bytes": 1000}, "a.jsonl", f"[{'1,' * 5000}1]\n{ROW}\n", 1, [(1, "too_long")]),
    ({"max_row_bytes": 1000}, "a.csv", f'text\n{"guns " * 5000}\n"{OTHER}"\n', 1, [(2, "too_long")]),
    # Above the chunk that is read at once; what follows is not read.
    ({"max_row_bytes": 1_100_000}, "a.json", f"[{ROW},\n{json_rows('guns ' * 600_000)},\n{LINE}]", 1,
     [(2, "too_long")]),
    ({"max_row_bytes": 2000}, "a.parquet", parquet_of({"text": SHARED, "by": [{"name": "x"}] * 4}), 1,
     [(1, "too_long"), (3, "too_long"), (4, "empty")]),
    *(
        ({"max_page_tags": 200}, "a.html", page(inside), not reason, [(None, reason)] if reason else [])
        for inside, reason in [
            ("<br>" * 300, "too_many_tags"),
            (f"<p {MANY.replace(chr(34), '')}>x</p>", "too_many_tags"),
            (f'<p x=">" {MANY}>x</p>', "too_many_tags"),
            (f"<p data-x=\"{'a=1 ' * 3000}\" title='{'guns ' * 3000}'>x</p>", None),
            (f"<p>{'guns and bread = nothing / ' * 300}</p>", None),
        ]
    ),
])  # fmt: skip
def test_a_limit(project: Project, config: dict[str, Any], name: str, data: Any, taken: int, rejects: list) -> None:
    texts, found = project.read(name, data, **config)
    assert (len(texts), found) == (taken, rejects)


def test_unclosed_quotation_marks_in_csv(project: Project) -> None:
    # Whatever line is taken for the first of a row, the row has no end.
    _, rejects = project.read("a.csv", "text,title\n" + 'a","\n' * 5000, max_row_bytes=500)
    assert {reason for _, reason in rejects} == {"bad_row"}
    assert len(rejects) < 200
    assert "nothing is read from here on" in project.rejects[-1]["detail"]


A, B = (f"WARC/1.0\r\nContent-Length: {len(body)}\r\n\r\n{body}" for body in ("one", "two\r\n\r\nmore"))


@pytest.mark.parametrize(("text", "expected"), [
    ("", []),
    ("no record", []),
    (A, [A]),
    (f"{A}\r\n\r\n{B}\r\n\r\n", [A, B]),
    (f"junk\r\n{A}\n\n{B}", [A, B]),
    *(
        (f"{A.replace(': 3', f': {length}')}\r\n\r\n{B}", [reason, B])
        for length, reason in [
            ("2", "bad_row"), ("30", "bad_row"), ("300", "too_long"), ("-3", "bad_row"), ("9" * 5000, "bad_row"),
        ]
    ),
    (A.replace("Content-Length", "Length") + f"\r\n\r\n{B}", ["bad_row", B]),
    (B[:-4], ["bad_row"]),
    ("WARC/1.0\r\n" * 3 + A, ["WARC/1.0\r\n" * 3 + A]),
    ("WARC/1.0\r\n" + "a: b\r\n" * 20_000 + f"\r\n\r\n{A}", ["bad_row", A]),
])  # fmt: skip
def test_records_of_a_crawl(text: str, expected: list[str]) -> None:
    records = warc.split_records(io.BytesIO(text.encode()), 100)
    assert [item.decode() if isinstance(item, bytes) else item[0] for item in records] == expected


def spin() -> None:
    """Work for ever, as a regular expression with two readings of each letter does, and as a library that goes on."""
    while True:
        with contextlib.suppress(Exception):  # as libraries do
            re.fullmatch("(?:a|a)*b", "a" * 40)


@pytest.fixture(autouse=True)
def short_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_budget, "TICK_SECONDS", 0.02)


def test_work_is_broken_off_what_was_read_stays_and_the_next_file_has_its_own_time() -> None:
    budget = TimeBudget(0.1)
    with budget.ticking():
        assert budget.spend("a", lambda: 1) == 1
        reject = budget.spend("a", spin, 7)
        assert isinstance(reject, Reject)
        assert (reject.reason, reject.row) == ("too_costly", 7)
        assert isinstance(budget.spend("a", lambda: 1), Reject)
        assert budget.spend("b", lambda: 1) == 1

    def documents() -> Iterator[int]:
        yield from (1, 2)
        spin()

    budget = TimeBudget(0.1)
    with budget.ticking():
        *read, last = budget.read_all("a", documents())
    assert read == [1, 2]
    assert isinstance(last, Reject)
    assert "`max_file_seconds`" in last.detail


def test_the_stage_keeps_what_it_read_and_tries_the_rest_again(project: Project, monkeypatch) -> None:
    clean = ArticleCleaner.clean

    def slow(self: ArticleCleaner, document: RawDocument) -> Any:
        return spin() if "piano" in document.text else clean(self, document)

    monkeypatch.setattr(ArticleCleaner, "clean", slow)
    monkeypatch.setattr(run, "TimeBudget", lambda seconds: TimeBudget(0.1))
    project.add("a.jsonl", json_rows(STORY))
    project.add("b.txt", OTHER)
    assert project.run() == {"articles": 1, "rejected": 1}
    assert project.reasons() == [("a.jsonl", 1, "too_costly")]
    monkeypatch.setattr(ArticleCleaner, "clean", clean)
    assert project.run() == {"articles": 2, "rejected": 0}
