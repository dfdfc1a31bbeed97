"""Helpers for article text: ids, paragraphs, spans, and text that is safe on a terminal or in a spreadsheet."""

import hashlib
import re
import reprlib
from collections.abc import Iterable
from itertools import pairwise
from operator import add
from typing import Any

Span = tuple[int, int]
# Of a wrapped text: the longest line, and how many line ends, and which share of them, were not written by its author.
MAX_WRAPPED, MIN_WRAPPED, MIN_WRAPPED_SHARE = 120, 3, 0.6
_PARAGRAPH = re.compile(r"\S(?:[^\n]*\S)?")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]")
# What JSON does not escape and a terminal must not get: C1 controls, bidi controls, line separators, surrogates.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# What spreadsheets may take for a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_BRIEF = reprlib.Repr()
_BRIEF.maxlevel, _BRIEF.maxlist, _BRIEF.maxdict, _BRIEF.maxstring, _BRIEF.maxother = 2, 5, 5, 200, 200
# Control characters, bidirectional ones (they can hide what a line says), half characters and line separators.
_PRINTABLE: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F])
_PRINTABLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_PRINTABLE |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd") | {0x9: " ", 0xA: "\n", 0x2028: "\n", 0x2029: "\n"}


def article_id(text: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def paragraphs(text: str) -> list[Span]:
    """Return the span of every line that is not blank, without white space at its ends."""
    return [match.span() for match in _PARAGRAPH.finditer(text)]


def find_broken(lines: list[str]) -> list[bool]:
    """Return after which of the lines but the last a paragraph goes on: they were broken at a fixed width.

    The first word of the next line did not fit there. Where this is not so for most lines, none was broken. A line that
    is set in begins a paragraph.
    """
    edge = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    pairs = [(one.rstrip(), two.strip() if two[edge : edge + 1].strip() else "") for one, two in pairwise(lines)]
    width = max(len(line.rstrip()) for line in lines)
    broken = [bool(one and two) and len(one) + 1 + len(two.split()[0]) > width for one, two in pairs]
    least = max(MIN_WRAPPED, MIN_WRAPPED_SHARE * sum(bool(one and two) for one, two in pairs))
    return broken if width <= MAX_WRAPPED and sum(broken) >= least else [False] * len(pairs)


def unwrap(text: str) -> str:
    """Return a text with a space for each line end at which a line was broken; offsets stay what they are."""
    lines = text.replace("\r\n", " \n").split("\n")
    return "".join(map(add, lines, [*(" " if is_broken else "\n" for is_broken in find_broken(lines)), ""]))


def widen_to_spans(spans: list[Span], start: int, end: int) -> Span:
    """Extend the span from start to end so that it contains each of `spans` (sorted, disjoint) that it overlaps."""
    reached = [(start, end), *(span for span in spans if span[0] < end and span[1] > start)]
    return min(first for first, _ in reached), max(last for _, last in reached)


def join_parts(text: str, parts: Iterable[Span]) -> str:
    """Return the text of the parts joined by a space, as in the column `content`."""
    return " ".join(text[start:end] for start, end in parts)


def shortened(value: Any) -> str:
    """Return a value as Python writes it, cut where it is long or nested: a few bytes of YAML can mean gigabytes."""
    return _BRIEF.repr(value)


def printable(text: str) -> str:
    """Return the text without escape sequences, control characters and bidi controls, safe for a terminal."""
    return _ESCAPE.sub("", text).translate(_PRINTABLE)


def printable_line(text: str) -> str:
    """Return `printable` text on one line: a line break could make one line of a listing look like two."""
    return printable(text).replace("\n", " ")


def printable_json(json_text: str) -> str:
    """Return JSON that is safe for a terminal: what `printable` would remove is written as an escape."""
    return _UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign.group()):04x}", json_text)


def escape_cell(text: str) -> str:
    """Return the text of a CSV cell, with an apostrophe in front if a spreadsheet could run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_cell(text: str) -> str:
    """Return the text of a cell without the apostrophe of `escape_cell`, with `\\n` as line ends."""
    text = text.replace("\r\n", "\n")
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
