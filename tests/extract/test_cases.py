"""Cases of `tests/cases/en/quotes`, marked as `tests/cases/marked_text.py` says.

A line without marks must give no quote. A sign before a line says who cannot do it yet: `~` rules and reader together
(the default), `^` the rules alone, `?` both. When one can, its test fails until the sign is changed:
`python -m tests.extract.sign_cases` updates all signs and lists those that changed.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest
from spacy.tokens import Doc

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.core.quote import Quote, said
from pipeline.core.text import Span
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.parse.parser import Parser
from pipeline.reader.found_quotes import find_quotes
from pipeline.reader.quote_tagger import load_tagger
from tests.cases.marked_text import CASES, parse_quotes, read_lines

CASE_FILES = sorted((CASES / "quotes").glob("*.txt"))
SIGNS = "?~^"


class QuoteCase(NamedTuple):
    """A line of a file of cases, with its sign."""

    where: str
    path: Path
    line: str


def profile_of(path: Path) -> str:
    """Return the profile that a file tests: `attribution` if its name starts so, else `speech`."""
    return "attribution" if path.stem.startswith("attribution") else "speech"


def cases_with_sign(*signs: str) -> list[QuoteCase]:
    """Return the cases with one of the signs; "" stands for none."""
    cases = [QuoteCase(where, path, line) for path in CASE_FILES for where, line in read_lines(path)]
    return [case for case in cases if sign_of(case.line) in signs]


def each_case(*signs: str) -> pytest.MarkDecorator:
    """Return the decorator that runs a test for each case with one of the signs."""
    return pytest.mark.parametrize("case", cases_with_sign(*signs), ids=lambda case: case.where)


def sign_of(line: str) -> str:
    return line[0] if line[0] in SIGNS else ""


def without_sign(line: str) -> str:
    return line.lstrip(SIGNS + " ")


@lru_cache(maxsize=1)
def parser() -> Parser:
    return Parser(load_language("en"))


@lru_cache
def parse(path: Path) -> dict[str, Doc]:
    """Return the texts of all cases of a file: together they are parsed in a fifth of the time."""
    texts = dict.fromkeys(parse_quotes(without_sign(line))[0] for _, line in read_lines(path))
    return dict(zip(texts, parser().pipe(texts), strict=True))


@lru_cache
def extract(path: Path, read: bool) -> dict[str, list[Quote]]:
    """Return the quotes of all cases of a file by their text."""
    docs, profile = parse(path), profile_of(path)
    config = replace(load_config(ExtractConfig, CONFIGS / "extract.yaml"), profile=profile)
    rules = RuleExtractor(load_language("en"), config)
    found = {text: rules.find(doc) for text, doc in docs.items()}
    if not read:
        return {text: said(quotes) for text, quotes in found.items()}
    tagger, attitudes = load_tagger(), profile == "attribution"
    return {text: find_quotes(tagger.read(text), quotes, text, attitudes) for text, quotes in found.items()}


def describe_errors(path: Path, line: str, read: bool = False) -> str:
    """Return what is found in a line of a file where it differs from the marks; empty if it does not."""
    text, marked = parse_quotes(without_sign(line))
    quotes = extract(path, read)[text]
    spans = {
        "content": tuple([quote.content for quote in group] for group in (quotes, marked)),
        "source": tuple({quote.source for quote in group if quote.source} for group in (quotes, marked)),
        "cue": tuple({quote.cue for quote in group if quote.cue} for group in (quotes, marked)),
    }
    return "; ".join(f"{name}: {_words(text, got)}" for name, (got, expected) in spans.items() if got != expected)


def _words(text: str, spans: Iterable[Span | list[Span]]) -> str:
    """Return the words of spans and of contents, in the order of the text."""
    flat = [part for span in spans for part in (span if isinstance(span, list) else [span])]
    return " | ".join(text[start:end] for start, end in sorted(flat)) or "nothing"


@each_case("", "~")
def test_rules(case):
    assert not (errors := describe_errors(case.path, case.line)), errors


@each_case("", "^")
def test_rules_and_reader(case):
    assert not (errors := describe_errors(case.path, case.line, read=True)), errors


@each_case(*SIGNS)
def test_not_yet(case):
    signed = {"~": [True], "^": [False], "?": [False, True]}[sign_of(case.line)]
    if all(describe_errors(case.path, case.line, read) for read in signed):
        pytest.xfail("cannot be done yet")
    pytest.fail("can be done now: run `python -m tests.extract.sign_cases`")


def test_no_false_quote_among_the_negatives():
    assert [case.line for case in cases_with_sign("?", "~") if "⟦" not in case.line] == []
