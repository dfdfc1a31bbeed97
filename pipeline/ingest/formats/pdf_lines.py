"""Join the lines of a paged document to paragraphs, without running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from statistics import median
from typing import NamedTuple

# How many lines at the top and at the bottom of a page may be a running head.
EDGE_LINES = 3
# Gaps between lines, in usual gaps, from which a paragraph or a page number is set apart.
PARAGRAPH_GAP, EDGE_GAP = 1.25, 1.6
SMALL = 0.85  # of the usual size of letters
INDENT, MAX_INDENT = 0.5, 6.0  # in sizes of the letters
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\.? )?\d{1,4}(?:\W+(?:\w+ )?\d{1,4})?\W*")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
# A hyphen at the end of a line. U+2010 is one that the layout added, where the text has others.
_BROKEN = re.compile(r"(?<![^\W\d_])(?P<first>[^\W\d_]++)(?P<hyphen>[-\u2010])$")
_LONGEST_WORD = 100
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Line(NamedTuple):
    """A line of a page: its place (`y` grows upwards), the size of its letters, and its text."""

    x: float
    y: float
    size: float
    text: str


def join_lines(pages: list[list[Line]]) -> list[str]:
    """Return the paragraphs of all pages in order."""
    pages = [[line for line in page if line.text] for page in pages]
    gap = _usual_gap(pages)
    lines = [line for page in _without_running_heads(pages, gap) for line in page]
    known = _count_whole_words(line.text for line in lines)
    paragraphs: list[str] = []
    for number, line in enumerate(lines):
        if number and not _begins_paragraph(lines[number - 1], line, gap):
            paragraphs[-1] = _join(paragraphs[-1], line.text, known)
        else:
            paragraphs.append(line.text)
    return paragraphs


def _count_whole_words(lines: Iterable[str]) -> Counter[str]:
    """Count the words of lines, in small letters, without those that a hyphen breaks."""
    known: Counter[str] = Counter()
    broken = False
    for line in lines:
        words = _WORD.findall(line.lower())
        known.update(words[broken : len(words) - 1 if _BROKEN.search(line) else None])
        broken = _BROKEN.search(line) is not None
    return known


def _usual_gap(pages: Iterable[list[Line]]) -> float:
    """Return the usual distance of two lines, in sizes of their letters."""
    gaps = [(one.y - two.y) / two.size for page in pages for one, two in pairwise(page)
            if two.size and 0.5 < (one.y - two.y) / two.size < 3]  # fmt: skip
    return median(gaps) if gaps else 1.2


def _begins_paragraph(before: Line, line: Line, gap: float) -> bool:
    """Whether a paragraph begins with a line: it is set apart, indented, or in letters of another size."""
    if not line.size or abs(line.size - before.size) > 0.1 * line.size:
        return True
    distance = (before.y - line.y) / line.size
    if distance < -0.5 or distance > 4 * gap:  # the next column or page
        return _SENTENCE_END.search(before.text) is not None
    indent = (line.x - before.x) / line.size
    return distance > PARAGRAPH_GAP * gap or INDENT < indent < MAX_INDENT


def _join(text: str, line: str, known: Counter[str]) -> str:
    """Join a line to the text before it; a word that a hyphen breaks is whole again, as it stands elsewhere."""
    broken = _BROKEN.search(text, max(0, len(text) - _LONGEST_WORD))
    rest = _WORD.match(line)
    if broken is None or rest is None:
        return f"{text} {line}"
    first, second = broken["first"], rest.group()
    compound, joined = known[f"{first}-{second}".lower()], known[f"{first}{second}".lower()]
    if (
        compound == joined and broken["hyphen"] == "-"
    ):  # two words that stand elsewhere (`two-year`), or syllables (`govern-ment`)
        compound += all(known[part.lower()] for part in (first, second.split("-")[0]))
    keeps_hyphen = compound > joined or not second[0].islower()
    return f"{text[:-1]}{'-' if keeps_hyphen else ''}{line}"


def _without_running_heads(pages: list[list[Line]], gap: float) -> list[list[Line]]:
    """Return the pages without lines at their edges that come back at the same place, and without page numbers."""
    usual_size = median([line.size for page in pages for line in page] or [1.0])
    edges = [_edge_lines(page) for page in pages]
    seen = Counter(key for page in edges for key in {_head_key(line) for line in page})
    heads = {key for key, count in seen.items() if count > 1 and 2 * count >= len(pages)}
    return [
        [line for line in page
         if not (line in edge and (_head_key(line) in heads or _stands_apart(line, page, gap, usual_size)))]
        for page, edge in zip(pages, edges, strict=True)
    ]  # fmt: skip


def _edge_lines(page: list[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: line.y)
    return by_height[:EDGE_LINES] + by_height[-EDGE_LINES:]


def _head_key(line: Line) -> tuple[str, int]:
    """Return what is the same in a running head on all pages: its words, but not its figures, and its height."""
    return re.sub(r"\d+", "0", line.text), round(line.y / 4)


def _stands_apart(line: Line, page: list[Line], gap: float, usual_size: float) -> bool:
    """Whether a line above or below all others is set apart, and is a page number or in smaller letters."""
    others = [other.y for other in page if other is not line]
    if not others or min(others) < line.y < max(others):
        return False
    apart = min(abs(line.y - y) for y in others) > EDGE_GAP * gap * line.size
    return apart and (line.size < SMALL * usual_size or _PAGE_NUMBER.fullmatch(line.text) is not None)
