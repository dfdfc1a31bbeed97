"""Which words are a quote, its cue and its source, by the lower layers of MPNet (Song et al. 2020).

An article is read once, in windows: the article's beginning, what stands before, what is read now, what follows. Each
word piece gets the probabilities of being outside, at the begin of or inside a span (Ramshaw and Marcus 1995).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.core.text import Span, paragraphs
from pipeline.reader.network_file import NetworkFile, probabilities
from pipeline.reader.word_pieces import CLS, GAP, SEP, WordPieces

WEIGHTS_FOLDER = Path(__file__).parent / "tagger_weights"
FORMAT = 1
# Word pieces of a window, of the article's beginning in it, of what stands before and after what is read now.
MAX_PIECES, MAX_HEAD, MAX_BEFORE, MAX_AFTER = 384, 40, 96, 32
# What is tagged: contents of reported speech, sources, cues, contents of beliefs and plans.
TAGGED = ("content", "source", "cue", "attitude")
OUTSIDE, BEGIN, INSIDE = range(3)
# A longer text is no article: it would take minutes, and is left to the rules.
LONGEST = 30_000  # word pieces


class Window(NamedTuple):
    """What is read at once.

    `pieces` are numbers of word pieces; `places` says for each which piece of the article it is, -1 for marks; `first`
    and `last` are the pieces of the article that are read now (the end is not included).
    """

    pieces: list[int]
    places: list[int]
    first: int
    last: int


class TextPieces(NamedTuple):
    """Numbers of the word pieces of a text, the span of the word of each, and the pieces that begin paragraphs."""

    pieces: list[int]
    spans: list[Span]
    paragraph_starts: list[int]

    def of(self, content: Iterable[Span]) -> list[int]:
        """Return which pieces share a letter with one of some spans."""
        found: list[int] = []
        for start, end in content:
            first = bisect_right(self.spans, start, key=lambda span: span[1])
            found += range(first, bisect_left(self.spans, end, key=lambda span: span[0]))
        return found


class Tags(NamedTuple):
    """An article that was read: its pieces, and the probabilities of tags, shape (n, 4, 3)."""

    text: TextPieces
    shares: np.ndarray


class QuoteTagger:
    """The network of a language, whose weights are in a folder."""

    def __init__(self, language: str = "en", folder: Path = WEIGHTS_FOLDER) -> None:
        self._file = NetworkFile(folder, language, FORMAT)
        self.is_available = self._file.exists

    def read(self, text: str) -> Tags | None:
        """Read an article; None if it is too long."""
        pieces = self._file.pieces
        whole = split_text(text, pieces)
        if len(whole.pieces) > LONGEST:
            return None
        shares = np.zeros((len(whole.pieces), len(TAGGED), 3))
        for window in windows_of(whole, pieces):
            logits = self._file.run(window.pieces).astype(np.float64)
            now = window.places.index(window.first)
            own = logits[now : now + window.last - window.first].reshape(-1, len(TAGGED), 3)
            shares[window.first : window.last] = probabilities(own, axis=2)
        return Tags(whole, shares)


load_tagger = cache(QuoteTagger)  # once in each process


def split_text(text: str, pieces: WordPieces) -> TextPieces:
    """Return the word pieces of a text."""
    numbers, spans = pieces.split_text(text)
    edges = [start for start, _ in paragraphs(text)]
    starts = np.searchsorted([start for start, _ in spans], edges).tolist() if spans else []
    return TextPieces(numbers, spans, starts)


def windows_of(text: TextPieces, pieces: WordPieces, largest: int = MAX_PIECES) -> list[Window]:
    """Return what is read one after the other; a window ends with a paragraph where one ends in its second half."""
    windows: list[Window] = []
    first, n = 0, len(text.pieces)
    while first < n:
        head = min(MAX_HEAD, max(0, first - MAX_BEFORE))
        before = min(MAX_BEFORE, first)
        room = largest - 3 - head - before
        last = n
        if n - first > room:
            room -= MAX_AFTER
            ends = [start for start in text.paragraph_starts if first + room // 2 < start <= first + room]
            last = ends[-1] if ends else first + room
        after = min(MAX_AFTER, n - last)
        places = [-1, *range(head), *([-1] if head else []), *range(first - before, last + after), -1]
        marks = [pieces.numbers[CLS], *([pieces.numbers[GAP]] if head else []), pieces.numbers[SEP]]
        numbers = [text.pieces[place] if place >= 0 else marks.pop(0) for place in places]
        windows.append(Window(numbers, places, first, last))
        first = last
    return windows
