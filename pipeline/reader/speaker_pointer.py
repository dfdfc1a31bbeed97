"""Who says a quote, by MPNet (Song et al. 2020) as in extractive question answering (Devlin et al. 2019, 4.2).

The network reads a window of the article with the quote between two marks, and points to the first and to the last
word of its speaker's name. Pointing to the first piece of the window stands for nobody.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.core.text import Span
from pipeline.reader.network_file import DECIMALS, NetworkFile, probabilities
from pipeline.reader.word_pieces import CLS, GAP, QUOTE_END, QUOTE_START, SEP, WordPieces

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 1
# Word pieces of a window, of the article's beginning in it, of the quote, and of what follows the quote.
MAX_PIECES, MAX_HEAD, MAX_QUOTE, MAX_AFTER = 256, 64, 108, 44
MAX_NAME_WORDS = 8
# Words at which the best name is looked for.
_BEST_STARTS = 12


Content = tuple[Span, ...]  # the parts of a quote


class Window(NamedTuple):
    """Numbers of word pieces, and for each the span of its word; None for marks."""

    pieces: list[int]
    spans: list[Span | None]


@dataclass(frozen=True)
class Pointing:
    """The probabilities that the speaker's name begins or ends at an offset of the text, and that it is nobody."""

    starts: dict[int, float]
    ends: dict[int, float]
    nobody: float

    def probability(self, spans: Iterable[Span]) -> float:
        """Return the probability that one of the spans, mentions of one name, is the speaker."""
        starts, ends = ({span[side] for span in spans} for side in (0, 1))
        first = sum(self.starts.get(offset, 0.0) for offset in sorted(starts))
        last = sum(self.ends.get(offset, 0.0) for offset in sorted(ends))
        return round(math.sqrt(first * last), DECIMALS)

    def best_span(self) -> Span | None:
        """Return the most probable name, None for nobody."""
        best, span = self.nobody**2, None
        words = sorted(self.ends)
        for start in sorted(self.starts, key=lambda offset: (-self.starts[offset], offset))[:_BEST_STARTS]:
            for end in [word for word in words if word > start][:MAX_NAME_WORDS]:
                if (product := self.starts[start] * self.ends[end]) > best:
                    best, span = product, (start, end)
        return span


class SpeakerPointer:
    """A network that points from a quote to its speaker's name; its weights are in a folder."""

    def __init__(self, language: str = "en", folder: Path = WEIGHTS_FOLDER) -> None:
        self._file = NetworkFile(folder, language, FORMAT)
        self.is_available = self._file.exists

    def read(self, text: str, contents: Iterable[Content]) -> dict[Content, Pointing]:
        """Return whom the network points to, for each content of a text."""
        pieces = self._file.pieces
        whole = split_text(text, pieces)
        return {content: self._point(window(whole, content, pieces)) for content in contents}

    def _point(self, part: Window) -> Pointing:
        shares = probabilities(self._file.run(part.pieces).astype(np.float64), axis=0)
        starts: dict[int, float] = {}
        ends: dict[int, float] = {}
        for (first, last), span in zip(shares.tolist(), part.spans, strict=True):
            if span is not None and first:
                starts[span[0]] = starts.get(span[0], 0.0) + first
            if span is not None and last:
                ends[span[1]] = ends.get(span[1], 0.0) + last
        return Pointing(starts, ends, round(math.sqrt(shares[0, 0] * shares[0, 1]), DECIMALS))


load_pointer = cache(SpeakerPointer)  # once in each process


def split_text(text: str, pieces: WordPieces) -> Window:
    """Return the word pieces of a whole text."""
    numbers, spans = pieces.split_text(text)
    return Window(numbers, list(spans))


def window(text: Window, content: Sequence[Span], pieces: WordPieces) -> Window:
    """Return what is read for a quote: the article's beginning, what stands before the quote, the quote, what follows.

    A quote of several parts reaches from the first to the last.
    """
    cls, sep, gap, opening, closing = (pieces.numbers[mark] for mark in (CLS, SEP, GAP, QUOTE_START, QUOTE_END))
    start, end = content[0][0], content[-1][1]
    ends = [span[1] if span else 0 for span in text.spans]
    first = next((i for i, stop in enumerate(ends) if stop > start), 0)
    last = next((i for i in range(len(ends) - 1, -1, -1) if (text.spans[i] or (0, 0))[0] < end), first) + 1
    last = min(max(last, first), first + MAX_QUOTE)
    after = min(MAX_AFTER, len(text.pieces) - last)
    low = max(0, first - (MAX_PIECES - 4 - (last - first) - after))
    head = min(MAX_HEAD, low)
    low += head + 1 if low else 0
    read = list(zip(text.pieces, text.spans, strict=True))
    before = [*read[:head], *([(gap, None)] if head else []), *read[low:first]]
    quote = [(opening, None), *read[first:last], (closing, None)]
    parts = [(cls, None), *before, *quote, *read[last : last + after]][: MAX_PIECES - 1]
    return Window([*(number for number, _ in parts), sep], [*(span for _, span in parts), None])
