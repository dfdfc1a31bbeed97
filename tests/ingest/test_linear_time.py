"""Long repetitions take time with their length, not with its square: in readers, in cleaning, in each pattern."""

import importlib
import io
import pkgutil
import re
import string
import time
from collections.abc import Callable, Iterator

import pytest
from ingest_inputs import OTHER, STORY

import pipeline.ingest
from pipeline.core.language import load_language
from pipeline.ingest import boilerplate, time_budget
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.boilerplate import BoilerplateFinder, load_boilerplate
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.dates import MAX_DATE_CHARACTERS, DateParser
from pipeline.ingest.formats import jsonl, warc
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.ingest.time_budget import TimeBudget

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
    assert seconds_of(lambda: list(jsonl.iterate_values(io.BytesIO(b"[" + b"1," * 300_000 + b"1]"), 1000))) < SECONDS


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
