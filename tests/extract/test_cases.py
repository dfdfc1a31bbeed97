"""One-line cases of `tests/cases/en`: ⟦content⟧, ⟦+further part⟧, ⟨source⟩, ‹cue›, ¶ for a new paragraph.

A line without marks must give no quote. A sign before a line says who cannot do it yet: `~` the learned extractor (the
default), `^` the rules alone, `?` both. When one can, its test fails until the sign is changed:
`python -m tests.extract.sign_cases` sets all signs anew and lists those that changed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from spacy.tokens import Doc

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.language import load_language
from pipeline.extract.config import ExtractConfig
from pipeline.extract.quote_extractor import QuoteExtractor
from pipeline.parse.parser import Parser

CASES = Path(__file__).parent.parent / "cases" / "en"
OPENING, CLOSING = "⟦⟨‹", "⟧⟩›"
SIGNS = "?~^"
Spans = tuple[tuple[tuple[int, int], ...], ...]


def read_cases() -> list[tuple[str, str]]:
    """(profile, line) of every case; files named `attribution_*` use that profile."""
    found = []
    for path in sorted(CASES.glob("*.txt")):
        profile = "attribution" if path.stem.startswith("attribution") else "speech"
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                found.append((profile, line))
    return found


def read_marks(line: str) -> tuple[str, list[list[tuple[int, int]]], set[tuple[int, int]], set[tuple[int, int]]]:
    """Plain text, contents, sources and cues of a marked line."""
    text, further = "", False
    starts: dict[str, int] = {}
    contents: list[list[tuple[int, int]]] = []
    others: dict[str, set[tuple[int, int]]] = {"⟨": set(), "‹": set()}
    for piece in re.split("([⟦⟧⟨⟩‹›])", line.replace("¶", "\n\n")):
        if piece and piece in OPENING:
            starts[piece] = len(text)
        elif piece and piece in CLOSING:
            kind = OPENING[CLOSING.index(piece)]
            span = (starts[kind], len(text))
            if kind in others:
                others[kind].add(span)
            elif further:
                contents[-1].append(span)
            else:
                contents.append([span])
        else:
            further = piece.startswith("+")
            text += piece.removeprefix("+")
    return text, contents, others["⟨"], others["‹"]


@lru_cache(maxsize=1)
def parser() -> Parser:
    return Parser(load_language("en"))


@lru_cache(maxsize=1024)
def parsed(text: str) -> Doc:
    return next(parser().pipe([text]))


@lru_cache(maxsize=4)
def extractor(profile: str, learned: bool) -> QuoteExtractor:
    config = load_config(ExtractConfig, CONFIGS / "extract.yaml")
    return QuoteExtractor(load_language("en"), replace(config, profile=profile, learned=learned))


def wrong(profile: str, line: str, learned: bool = False) -> str:
    """What differs, in words; empty where the extractor does as the line says."""
    text, contents, sources, cues = read_marks(unsigned(line))
    quotes = extractor(profile, learned)(parsed(text))
    found = {
        "content": ([quote.content for quote in quotes], contents),
        "source": ({quote.source for quote in quotes if quote.source}, sources),
        "cue": ({quote.cue for quote in quotes if quote.cue}, cues),
    }
    return "; ".join(f"{name}: {_words(text, got)}" for name, (got, wanted) in found.items() if got != wanted)


def _words(text: str, spans) -> str:
    flat = [part for span in spans for part in (span if isinstance(span, list) else [span])]
    return " | ".join(text[start:end] for start, end in sorted(flat)) or "nothing"


def sign(line: str) -> str:
    return line[0] if line[0] in SIGNS else ""


def unsigned(line: str) -> str:
    return line.lstrip(SIGNS + " ")


def lines(*signs: str) -> list[tuple[str, str]]:
    """Cases with one of the signs; "" stands for none."""
    return [(profile, line) for profile, line in read_cases() if sign(line) in signs]


@pytest.mark.parametrize(("profile", "line"), lines("", "~"))
def test_rules(profile, line):
    assert not (difference := wrong(profile, line)), difference


@pytest.mark.parametrize(("profile", "line"), lines("", "^"))
def test_learned(profile, line):
    assert not (difference := wrong(profile, line, learned=True)), difference


@pytest.mark.parametrize(("profile", "line"), lines(*SIGNS))
def test_not_yet(profile, line):
    who = {"~": [True], "^": [False], "?": [False, True]}[sign(line)]
    if all(wrong(profile, line, learned) for learned in who):
        pytest.xfail("cannot be done yet")
    pytest.fail("can be done now: run `python -m tests.extract.sign_cases`")


def test_no_false_quote_among_the_negatives():
    assert [line for _, line in lines("?", "~") if "⟦" not in line] == []
