r"""Mark spans inside a text, for spreadsheets: `⟨source⟩ ‹cue› ⟦content⟧`, as in the test cases.

A backslash escapes a bracket or backslash that is part of the text.
"""

from __future__ import annotations

import re

from pipeline.annotate.task import TaskSpans
from pipeline.core.errors import DataError

OPEN = {"content": "⟦", "cue": "‹", "source": "⟨"}
CLOSE = {"content": "⟧", "cue": "›", "source": "⟩"}
_NAMES = {bracket: name for brackets in (OPEN, CLOSE) for name, bracket in brackets.items()}
_SPECIAL = re.compile(rf"[\\{''.join(_NAMES)}]")


def add_marks(passage: str, spans: TaskSpans) -> str:
    """Return the passage with brackets around its spans."""
    brackets: dict[int, list[str]] = {}
    for start, end, name in spans.to_triples():
        # The bracket that closes one span comes before the bracket that opens the next.
        brackets.setdefault(end, []).insert(0, CLOSE[name])
        brackets.setdefault(start, []).append(OPEN[name])
    edges = sorted({0, *brackets, len(passage)})
    pieces = []
    for start, end in zip(edges, [*edges[1:], len(passage)], strict=True):
        pieces += brackets.get(start, [])
        pieces.append(_SPECIAL.sub(r"\\\g<0>", passage[start:end]))
    return "".join(pieces)


def parse_marks(text: str, where: str) -> tuple[str, TaskSpans]:
    """Return the passage without brackets, and the spans of its one quote."""
    passage, spans = parse_spans(text, where)
    return passage, TaskSpans.from_triples(spans, where)


def parse_spans(text: str, where: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the passage without brackets, and (start, end, name) of each span in the order of the closing brackets.

    Raises
    ------
    DataError
        If a bracket is not closed, not opened, or opened twice.
    """
    passage: list[str] = []
    opened: dict[str, int] = {}
    spans: list[tuple[int, int, str]] = []
    position, length = 0, 0
    while position < len(text):
        char = text[position]
        if char == "\\" and position + 1 < len(text):
            position += 1
            passage.append(text[position])
            length += 1
        elif char in OPEN.values():
            if _NAMES[char] in opened:
                raise DataError(f"{char} is opened twice", where=where, fix=f"close it with {CLOSE[_NAMES[char]]}")
            opened[_NAMES[char]] = length
        elif char in CLOSE.values():
            name = _NAMES[char]
            if opened.get(name, length) == length:
                raise DataError(f"{char} closes nothing", where=where, fix=f"put {OPEN[name]} before the words")
            spans.append((opened.pop(name), length, name))
        else:
            passage.append(char)
            length += 1
        position += 1
    if opened:
        name = min(opened)
        raise DataError(f"{OPEN[name]} is not closed", where=where, fix=f"put {CLOSE[name]} after the words")
    return "".join(passage), spans
