"""Limits of time and memory: what each lets pass and what it rejects."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_inputs import OTHER, STORY, Project

from pipeline.core.config import build_config
from pipeline.core.errors import ConfigError
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import file_opening, parquet, tabular, warc
from pipeline.ingest.formats.html import MAX_ATTRIBUTES

ROW = json.dumps({"text": STORY})
LINE = json.dumps({"text": OTHER})


@pytest.mark.parametrize("limit", [name for name, default in asdict(IngestConfig()).items() if type(default) is int])
def test_limits_are_positive(limit: str) -> None:
    assert getattr(build_config(IngestConfig, {limit: 1}), limit) == 1
    with pytest.raises(ConfigError, match=limit):
        build_config(IngestConfig, {limit: 0})


def read_parquet_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read Parquet in this process, which has other limits than the child process would."""
    monkeypatch.setattr(parquet, "read_in_child", lambda task, path, config: task(path, config))


@pytest.mark.parametrize(
    ("name", "head", "filling"),
    [
        ("a.jsonl.gz", ROW + "\n", "{}\n"),
        ("a.json.gz", ROW + "\n", "{}\n"),
        ("a.csv.gz", "text\n", "guns\n"),
        ("a.parquet.gz", "PAR1", "\0"),
        ("a.warc.gz", "WARC/1.0\r\n", "\r\n"),
        ("a.txt.gz", STORY, " guns"),
        ("a.html.gz", "<p>", "<p>guns</p>"),
    ],
)
def test_a_decompression_bomb_is_rejected(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str, head: str, filling: str
) -> None:
    monkeypatch.setattr(file_opening, "ALWAYS_ALLOWED_BYTES", 50_000)
    read_parquet_here(monkeypatch)
    project.config["max_unpacked_ratio"] = 10
    project.add("b.txt", OTHER)
    project.add(name, head + filling * (200_000 // len(filling)))
    project.run()
    assert OTHER in [row["text"] for row in project.articles]
    details = {row["reason"]: row["detail"] for row in project.rejects}
    assert "`max_unpacked_ratio`" in details["unpacks_too_far"]


def test_small_files_are_read_at_any_compression_ratio(project: Project) -> None:
    project.config["max_unpacked_ratio"] = 1
    project.add("a.txt.gz", STORY + "\n" * 5000)
    assert project.run() == {"articles": 1, "rejected": 0}


@pytest.mark.parametrize("end", ["\n", ""])
@pytest.mark.parametrize("over", [0, 1])
def test_long_rows_of_json_lines(project: Project, over: int, end: str) -> None:
    project.config["max_row_bytes"] = len(ROW) + len(end) - over
    project.add("a.jsonl", LINE[:50] + "\n" + ROW + end)
    project.add("b.txt", OTHER)
    assert project.run()["articles"] == 2 - over
    assert ("a.jsonl", 2, "too_long") in project.reasons() or not over


def test_the_rest_of_a_long_row_is_skipped(project: Project) -> None:
    project.config["max_row_bytes"] = 1000
    project.add("a.jsonl", f"[{'1,' * 5000}1]\n{ROW}\n")
    project.add("b.csv", f'text\n{"guns " * 5000}\n"{OTHER}"\n')
    assert project.run()["articles"] == 2
    assert project.reasons() == [("a.jsonl", 1, "too_long"), ("b.csv", 2, "too_long")]


def test_a_long_json_value_ends_the_file(project: Project) -> None:
    project.config["max_row_bytes"] = 1_100_000  # above the chunk that is read at once
    long = json.dumps({"text": "guns " * 600_000})
    project.add("a.json", f"[{ROW},\n{long},\n{LINE}]")
    assert project.run()["articles"] == 1
    assert project.reasons() == [("a.json", 2, "too_long")]


def test_unclosed_quotation_marks_in_csv(project: Project) -> None:
    # Whatever line is taken for the first of a row, the row has no end.
    project.config["max_row_bytes"] = 500
    project.add("a.csv", "text,title\n" + 'a","\n' * 5000)
    project.add("b.txt", STORY)
    project.run()
    reasons = project.reasons()
    assert {reason for _, _, reason in reasons} == {"bad_row"}
    assert len(reasons) < 200
    assert "nothing is read from here on" in project.rejects[-1]["detail"]


def test_reread_lines_count_towards_the_limit() -> None:
    source = tabular.LineReader(io.StringIO("one\n"), longest=4)
    for _ in range(tabular.MAX_REREADS + 2):
        assert not source.exhausted
        assert source.next() == "one\n"
        source.put_back(["one\n"])
    assert source.exhausted


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<br>" * 300, "too_many_tags"),
        (f"<p {' '.join(f'a{n}=1' for n in range(MAX_ATTRIBUTES + 10))}>x</p>", "too_many_tags"),
        ('<p x=">" ' + "".join(f'a{n}="1"' for n in range(MAX_ATTRIBUTES + 10)) + ">x</p>", "too_many_tags"),
        (f"<p data-x=\"{'a=1 ' * 3000}\" title='{'guns ' * 3000}'>x</p>", None),
        (f"<p>{'guns and bread = nothing / ' * 300}</p>", None),
    ],
)
def test_tags_and_attributes(project: Project, inside: str, reason: str | None) -> None:
    project.config["max_page_tags"] = 200
    body = "".join(f"<p>{p}</p>" for p in STORY.split("\n\n"))
    project.add("a.html", f"<html><body><article>{body}{inside}</article></body></html>")
    project.add("b.txt", OTHER)
    project.run()
    assert project.reasons() == ([("a.html", None, reason)] if reason else [])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": STORY + " " + "x" * 100}, None),
        ({"text": STORY + " " + "x" * 101}, "long_word"),
        ({"text": STORY + " " + ", " * 300}, "too_long"),
        ({"text": STORY, "title": "x " * 100}, None),
        ({"text": STORY, "author": "x " * 101}, "bad_row"),
        ({"text": STORY * 60}, "too_long"),
    ],
)
def test_articles(project: Project, fields: dict[str, Any], reason: str | None) -> None:
    project.config |= {"max_word_characters": 100, "max_tokens": 350, "max_field_characters": 200}
    project.config["max_characters"] = 2000
    project.add("a.jsonl", json.dumps(fields))
    project.add("b.txt", OTHER)
    project.run()
    assert project.reasons() == ([("a.jsonl", 1, reason)] if reason else [])


def test_values_of_parquet(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.config["max_row_bytes"] = 2000
    shared = pa.DictionaryArray.from_arrays(pa.array([0, 1, 0, None], pa.int32()), pa.array(["guns " * 401, STORY]))
    table = pa.table({"text": shared, "by": [{"name": "x"}] * 4, "author": [["Anna", "Marlo"]] * 4})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    project.add("a.parquet", sink.getvalue())
    assert project.run()["articles"] == 1
    assert project.reasons() == [("a.parquet", 1, "too_long"), ("a.parquet", 3, "too_long"), ("a.parquet", 4, "empty")]
    monkeypatch.setattr(parquet, "ALWAYS_ALLOWED_BYTES", 1000)
    read_parquet_here(monkeypatch)
    project.config["max_unpacked_ratio"] = 1
    project.add("a.parquet", sink.getvalue())
    project.add("b.txt", OTHER)
    project.run()
    assert project.reasons() == [("a.parquet", None, "unpacks_too_far")]


A, B = (f"WARC/1.0\r\nContent-Length: {len(body)}\r\n\r\n{body}" for body in ("one", "two\r\n\r\nmore"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("no record", []),
        (A, [A]),
        (f"{A}\r\n\r\n{B}\r\n\r\n", [A, B]),
        (f"junk\r\n{A}\n\n{B}", [A, B]),
        (A.replace(": 3", ": 2") + f"\r\n\r\n{B}", ["bad_row", B]),
        (A.replace(": 3", ": 30") + f"\r\n\r\n{B}", ["bad_row", B]),
        (A.replace(": 3", ": 300") + f"\r\n\r\n{B}", ["too_long", B]),
        (A.replace(": 3", ": -3") + f"\r\n\r\n{B}", ["bad_row", B]),
        (A.replace(": 3", ": " + "9" * 5000) + f"\r\n\r\n{B}", ["bad_row", B]),
        (A.replace("Content-Length", "Length") + f"\r\n\r\n{B}", ["bad_row", B]),
        (B[:-4], ["bad_row"]),
        ("WARC/1.0\r\n" * 3 + A, ["WARC/1.0\r\n" * 3 + A]),
        ("WARC/1.0\r\n" + "a: b\r\n" * 20_000 + f"\r\n\r\n{A}", ["bad_row", A]),
    ],
)
def test_records_of_a_crawl(text: str, expected: list[str]) -> None:
    records = [
        item if isinstance(item, bytes) else item[0] for item in warc.split_records(io.BytesIO(text.encode()), 100)
    ]
    assert [item.decode() if isinstance(item, bytes) else item for item in records] == expected
