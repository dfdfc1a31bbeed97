"""Limits of time and memory: what each lets pass and what it rejects; long repetitions take linear time."""

import contextlib
import importlib
import io
import json
import pkgutil
import re
import string
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest
from ingest_inputs import OTHER, STORY, Project, json_rows, parquet_of

import pipeline.ingest
from pipeline.core.language import load_language
from pipeline.ingest import boilerplate, run, time_budget
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.boilerplate import BoilerplateFinder, load_boilerplate
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import MAX_DATE_CHARACTERS, DateParser
from pipeline.ingest.formats import file_opening, jsonl, parquet, warc
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
    ("no record", []),
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


# Of the processor. Linear work takes a twentieth of this, and work with the square of the length several times it.
SECONDS = 1.5
CHARACTERS, PATTERN_SECONDS = 10_000, 0.4


def seconds_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


@pytest.mark.parametrize("record", [b"WARC/1.0\n", b"WARC/1.0\nA: b\n\n", b"WARC/1.0\nContent-Length: 9000000\n\n"])
def test_tiny_records_of_a_crawl(record: bytes) -> None:
    records = warc.split_records(io.BytesIO(record * 10_000), IngestConfig().max_page_bytes)
    assert seconds_of(lambda: list(records)) < SECONDS


def test_tiny_values_of_json() -> None:
    values = jsonl.iterate_values(io.BytesIO(b"[" + b"1," * 300_000 + b"1]"), 1000)
    assert seconds_of(lambda: list(values)) < SECONDS


@pytest.mark.parametrize("line", [
    "«" * 50_000, "“" * 50_000, "'a " * 30_000, "1" * 300, "Ab/" * 90 + "9", "Ab C. " * 40 + "Cd/Ef9;",
    "11." * 20 + "!",  # a million readings
    "11:11," * 8_000 + "!", "published " + "11.11" * 30 + "!", "published " + "1 " * 17 + "x", "a | " * 12 + "9",
    "By " + "A. " * 14 + "!", "sign up for " + "our newsletter," * 3_000, "sign up to us! " * 12,
    "more a " * 10 + "on " * 12, "help collection " * 14,
], ids=lambda line: line[:12])  # fmt: skip
def test_lines_of_an_article(line: str) -> None:
    cleaner = ArticleCleaner(IngestConfig(max_word_characters=10**6))
    text = "\n\n".join([line, STORY, line, "PHOTO: Radu Pell", OTHER, line])
    assert seconds_of(lambda: cleaner.clean(RawDocument(None, text, headline_in_text=True))) < SECONDS


def patterns() -> Iterator[tuple[str, re.Pattern, str, int, int]]:
    """Yield each pattern of ingest with its name, how it is applied, and to how many characters and words at most."""
    dates = load_language("en").dates
    rules = BoilerplateFinder(load_boilerplate("en"), dates)
    for number, (rule, pattern) in enumerate(rules.rules):
        yield f"rule {number} {rule.name}", pattern, "fullmatch", boilerplate.MAX_RULE_CHARACTERS, rule.max_words
    for name, value in vars(rules).items():
        if isinstance(value, re.Pattern):
            how = "search" if name in ("not_caption", "signature") else "fullmatch"
            longest = CHARACTERS if name == "signature" else boilerplate.MAX_RULE_CHARACTERS
            yield name, value, how, longest, CHARACTERS
    for name, value in vars(DateParser(dates)).items():
        for number, form in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(form, re.Pattern):
                longest = CHARACTERS if name in ("_inside", "_clock_after") else MAX_DATE_CHARACTERS
                yield f"DateParser.{name}[{number}]", form, "search", longest, CHARACTERS
    for module in pkgutil.walk_packages(pipeline.ingest.__path__, "pipeline.ingest."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value, "fullmatch" if name in WHOLE else "search", CHARACTERS, CHARACTERS


# `contains_quotation` gives it no « that nothing closes; the lines above try that.
KNOWN = {("pipeline.ingest.boilerplate._QUOTATION", "«")}
WORDS = ("", "a", "A", "1", "11", "ab ")
MARKS = set(string.punctuation + " \n“”‘’«»…–—·•©\u0301")
# Patterns that are only matched against a whole value.
WHOLE = ("_DOMAIN", "_PAGE_NUMBER", "_UNIX_SECONDS", "_UNIX_MILLISECONDS", "_WINDOWS_1252_TEXT")


@pytest.mark.parametrize(
    ("name", "pattern", "how", "longest", "words"), [pytest.param(*p, id=p[0]) for p in patterns()]
)
def test_each_pattern_on_its_own_characters(name, pattern, how, longest, words, monkeypatch):
    monkeypatch.setattr(time_budget, "TICK_SECONDS", 0.1)
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    marks = sorted(MARKS & set(source))
    for unit in (word + mark for word in WORDS for mark in ["", *marks]):
        if not unit or (name, unit) in KNOWN:
            continue
        text = (unit * longest)[: longest - 1] + "\0"
        if len(text.split()) > words:
            continue
        data = text if isinstance(pattern.pattern, str) else text.encode("utf-8")[:longest]
        budget = TimeBudget(PATTERN_SECONDS)
        with budget.ticking():
            found = budget.spend("pattern", lambda data=data: getattr(pattern, how)(data))
        assert not isinstance(found, Reject), f"{name} on {unit!r} repeated"
