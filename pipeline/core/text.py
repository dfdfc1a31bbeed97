"""Plain helpers over article text: paragraphs, spans, hashes, and what of it a terminal may show."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

Span = tuple[int, int]
_PARAGRAPH = re.compile(r"[^\n]+")
# Marks that turn the direction of writing: they can hide what a line says.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])|\x9b[0-?]*[ -/]*[@-~]")
# What JSON leaves as it is and a terminal must not get: C1 controls, turned directions, line separators, surrogates.
_UNSHOWN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_INSTEAD = {"\t": " ", "\u2028": "\n", "\u2029": "\n"}


def article_id(text: str) -> str:
    """First 16 hex digits of the SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def paragraphs(text: str) -> list[Span]:
    """Start and end of every line that holds something, white space at its ends left out."""
    spans = []
    for match in _PARAGRAPH.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.end() - (len(line) - len(line.rstrip()))
        if start < end:
            spans.append((start, end))
    return spans


def enclosing_span(spans: list[Span], start: int, end: int) -> Span:
    """Smallest run of `spans` (sorted, apart) that holds start to end; start and end themselves where none does."""
    held = [span for span in spans if span[0] < end and span[1] > start]
    return (min(held[0][0], start), max(held[-1][1], end)) if held else (start, end)


def join_parts(text: str, parts: Iterable[Span]) -> str:
    """Text of the parts, joined by a space: what the column `content` says."""
    return " ".join(text[start:end] for start, end in parts)


def printable(text: str) -> str:
    """The text as a terminal may show it: no escape sequences, control characters or turned directions."""
    return "".join(map(_shown, _DIRECTION.sub("", _ESCAPE.sub("", text))))


def printable_line(text: str) -> str:
    """The same on one line: a line break could make one line of a listing look like two."""
    return printable(text).replace("\n", " ")


def printable_json(json_text: str) -> str:
    """JSON in which a terminal finds nothing to obey: what `plain` would take out is written as an escape."""
    return _UNSHOWN.sub(lambda sign: f"\\u{ord(sign.group()):04x}", json_text)


def _shown(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Cs":
        return "\ufffd"
    return "" if kind == "Cc" and sign not in "\n\t" else _INSTEAD.get(sign, sign)
