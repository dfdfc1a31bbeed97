r"""Spans as marks in the passage, for spreadsheets: `⟨source⟩ ‹cue› ⟦content⟧`, as in the cases of the tests.

A mark or backslash of the text itself has a backslash before it.
"""

from __future__ import annotations

import re

from pipeline.annotate.task import Spans
from pipeline.core.errors import DataError

OPEN = {"content": "⟦", "cue": "‹", "source": "⟨"}
CLOSE = {"content": "⟧", "cue": "›", "source": "⟩"}
_NAMES = {mark: name for marks in (OPEN, CLOSE) for name, mark in marks.items()}
_SPECIAL = re.compile(rf"[\\{''.join(_NAMES)}]")


def marked(passage: str, spans: Spans) -> str:
    """The passage with its spans in marks."""
    marks: dict[int, list[str]] = {}
    for start, end, name in spans.named():
        # What ends here stands before what starts here.
        marks.setdefault(end, []).insert(0, CLOSE[name])
        marks.setdefault(start, []).append(OPEN[name])
    edges = sorted({0, *marks, len(passage)})
    pieces = []
    for start, end in zip(edges, [*edges[1:], len(passage)], strict=True):
        pieces += marks.get(start, [])
        pieces.append(_SPECIAL.sub(r"\\\g<0>", passage[start:end]))
    return "".join(pieces)


def unmarked(text: str, where: str) -> tuple[str, Spans]:
    """The passage without marks, and the spans.

    Raises
    ------
    DataError
        On a mark that is not closed, not opened, or opened twice.
    """
    passage: list[str] = []
    opened: dict[str, int] = {}
    spans: list[tuple[int, int, str]] = []
    at, length = 0, 0
    while at < len(text):
        sign = text[at]
        if sign == "\\" and at + 1 < len(text):
            at += 1
            passage.append(text[at])
            length += 1
        elif sign in OPEN.values():
            if _NAMES[sign] in opened:
                raise DataError(f"{sign} is opened twice", where=where, fix=f"close it with {CLOSE[_NAMES[sign]]}")
            opened[_NAMES[sign]] = length
        elif sign in CLOSE.values():
            name = _NAMES[sign]
            if opened.get(name, length) == length:
                raise DataError(f"{sign} closes nothing", where=where, fix=f"put {OPEN[name]} before the words")
            spans.append((opened.pop(name), length, name))
        else:
            passage.append(sign)
            length += 1
        at += 1
    if opened:
        name = min(opened)
        raise DataError(f"{OPEN[name]} is not closed", where=where, fix=f"put {CLOSE[name]} after the words")
    return "".join(passage), Spans.of(spans, where)
