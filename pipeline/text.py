"""Plain helpers over article text: paragraphs, spans, hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

Span = tuple[int, int]
_PARAGRAPH = re.compile(r"[^\n]+")


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


def covering(spans: list[Span], start: int, end: int) -> Span:
    """Smallest run of `spans` (sorted, apart) that holds start to end; start and end themselves where none does."""
    held = [span for span in spans if span[0] < end and span[1] > start]
    return (min(held[0][0], start), max(held[-1][1], end)) if held else (start, end)


def joined(text: str, parts: Iterable[Span]) -> str:
    """Text of the parts, joined by a space: what the column `content` says."""
    return " ".join(text[start:end] for start, end in parts)
