"""How well predicted quotes fit gold ones: content, source and cue spans of one text.

Before anything is compared, each part is stripped at both ends of what is no letter, digit or currency sign, empty
parts are dropped, and parts with no letter or digit between them are joined: whether a quotation mark or a full stop
belongs to a span never matters.

References
----------
Newell, Margolin and Ruths (2018), "An Attribution Relations Corpus for Political News" (PolNeAR).
Pareti, O'Keefe, Konstas, Curran and Koprinska (2013), "Automatically Detecting and Attributing Indirect Quotations".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import numpy as np

from pipeline.core.text import Span

Parts = tuple[Span, ...]
T = TypeVar("T")
IOU = 0.5
METRICS = ("content_exact", "segment_exact", "content_match", "content_overlap", "attribution", "cue", "speaker")
_CUT = re.compile(
    r"[,()\[\]:;—–]|\s-+\s|\b(?:of|in|at|for|from|with|on|to|who|whom|whose|that|which|and|or|during|by|as|about|near)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:[.'’&-]\w+)*")


@dataclass(frozen=True)
class QuoteSpans:
    """One quote, as far as scoring needs it."""

    content: Sequence[Span]
    cue: Span | None = None
    source: Span | None = None
    speaker: str | None = None
    type: str = ""
    # What reports slice by, slice to value: no score asks for it.
    about: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass
class Tally:
    """Counts that add up over texts: right and all, on the predicted and on the gold side."""

    right_predicted: float = 0.0
    predicted: float = 0.0
    right_gold: float = 0.0
    gold: float = 0.0

    def array(self) -> np.ndarray:
        """The four counts, in the order of the fields."""
        return np.array([self.right_predicted, self.predicted, self.right_gold, self.gold])


class ComparableText:
    """A text with what the comparison of spans needs of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.weight = np.concatenate([[0], np.cumsum([c.isalnum() for c in text], dtype=np.int64)])

    def normal(self, spans: Sequence[Span]) -> Parts:
        """Parts stripped, joined and sorted (see the module)."""
        out: list[Span] = []
        for start, end in sorted(spans):
            while start < end and not _solid(self.text[start]):
                start += 1
            while end > start and not _solid(self.text[end - 1]):
                end -= 1
            if start == end:
                continue
            if out and self.weight[start] <= self.weight[out[-1][1]]:
                out[-1] = (out[-1][0], max(out[-1][1], end))
            else:
                out.append((start, end))
        return tuple(out)

    def size(self, parts: Parts) -> int:
        """Letters and digits in the parts."""
        return int(sum(self.weight[end] - self.weight[start] for start, end in parts))

    def common(self, one: Parts, other: Parts) -> int:
        """Letters and digits in both."""
        return sum(
            int(self.weight[min(a[1], b[1])] - self.weight[max(a[0], b[0])])
            for a in one
            for b in other
            if max(a[0], b[0]) < min(a[1], b[1])
        )

    def iou(self, one: Parts, other: Parts) -> float:
        """Intersection over union of letters and digits."""
        common = self.common(one, other)
        return common / (self.size(one) + self.size(other) - common) if common else 0.0

    def head(self, source: Span) -> Span:
        """Last word of a source before its first comma, preposition or relative word: no parser is asked."""
        start, end = source
        part = self.text[start:end]
        cut = next((m.start() for m in _CUT.finditer(part) if _WORD.search(part[: m.start()])), len(part))
        words = list(_WORD.finditer(part[:cut])) or list(_WORD.finditer(part))
        words = [w for w in words if w.group().lower() not in ("s", "'s", "’s")] or words
        return (start + words[-1].start(), start + words[-1].end()) if words else source


def _solid(char: str) -> bool:
    return char.isalnum() or char in "$%£€#@"


def match_contents(text: ComparableText, gold: Sequence[Parts], predicted: Sequence[Parts]) -> list[tuple[int, int]]:
    """One-to-one pairs of contents with an IoU of at least a half, best first."""
    scored = [(text.iou(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)]
    return _one_to_one(sorted((-iou, i, j) for iou, i, j in scored if iou >= IOU))


def _one_to_one(ranked: list[tuple[float, int, int]]) -> list[tuple[int, int]]:
    left, right, out = set(), set(), []
    for _, i, j in ranked:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            out.append((i, j))
    return out


def tally_quotes(text: str, gold: Sequence[QuoteSpans], predicted: Sequence[QuoteSpans]) -> dict[str, Tally]:
    """Tallies of one text, by metric.

    Returns
    -------
    dict
        `content_exact` (all parts equal), `segment_exact` (single parts), `content_match` (IoU at least a half),
        `content_overlap` (letters), `attribution` (a content match whose source covers the head of the gold source),
        `cue` (cues that share a letter), `speaker` (a content match with the same resolved name).
    """
    doc = ComparableText(text)
    gold = [q for q in gold if doc.normal(q.content)]
    predicted = [q for q in predicted if doc.normal(q.content)]
    g, p = [doc.normal(q.content) for q in gold], [doc.normal(q.content) for q in predicted]
    matched = match_contents(doc, g, p)
    return {
        "content_exact": _equal(g, p),
        "segment_exact": _equal([s for parts in g for s in parts], [s for parts in p for s in parts]),
        "content_match": Tally(len(matched), len(p), len(matched), len(g)),
        "content_overlap": _overlap(doc, g, p),
        "attribution": _attribution(doc, gold, predicted, matched),
        "cue": _cue(doc, gold, predicted),
        "speaker": _speaker(gold, predicted, matched),
    }


def _equal(gold: list, predicted: list) -> Tally:
    same = sum((Counter(gold) & Counter(predicted)).values())
    return Tally(same, len(predicted), same, len(gold))


def _overlap(doc: ComparableText, gold: list[Parts], predicted: list[Parts]) -> Tally:
    in_gold, in_predicted = doc.normal([s for q in gold for s in q]), doc.normal([s for q in predicted for s in q])
    return Tally(
        sum(doc.common(q, in_gold) for q in predicted),
        sum(map(doc.size, predicted)),
        sum(doc.common(q, in_predicted) for q in gold),
        sum(map(doc.size, gold)),
    )


def covers_head(doc: ComparableText, wanted: Span, given: Span) -> bool:
    """Whether a source covers the head of the gold one."""
    start, end = doc.head(wanted)
    return given[0] <= start and end <= given[1]


def same_name(wanted: str, given: str) -> bool:
    """Whether two names are the same, folded."""
    return fold_name(wanted) == fold_name(given)


def _attribution(
    doc: ComparableText, gold: Sequence[QuoteSpans], predicted: Sequence[QuoteSpans], matched: list[tuple[int, int]]
) -> Tally:
    return _claimed([q.source for q in gold], [q.source for q in predicted], matched, partial(covers_head, doc))


def _speaker(gold: Sequence[QuoteSpans], predicted: Sequence[QuoteSpans], matched: list[tuple[int, int]]) -> Tally:
    return _claimed([q.speaker for q in gold], [q.speaker for q in predicted], matched, same_name)


def _claimed(
    gold: Sequence[T | None],
    predicted: Sequence[T | None],
    matched: list[tuple[int, int]],
    right: Callable[[T, T], bool],
) -> Tally:
    """Right among matched quotes; a claim is not judged where gold names nothing, and no claim is no wrong claim."""
    both = [(gold[i], predicted[j]) for i, j in matched]
    hits = sum(right(wanted, given) for wanted, given in both if wanted is not None and given is not None)
    unjudged = sum(wanted is None and given is not None for wanted, given in both)
    claims = sum(given is not None for given in predicted) - unjudged
    return Tally(hits, claims, hits, sum(wanted is not None for wanted in gold))


def _cue(doc: ComparableText, gold: Sequence[QuoteSpans], predicted: Sequence[QuoteSpans]) -> Tally:
    g = [doc.normal([q.cue]) for q in gold if q.cue]
    p = [doc.normal([q.cue]) for q in predicted if q.cue]
    shared = [(-doc.common(a, b), i, j) for i, a in enumerate(g) for j, b in enumerate(p)]
    right = len(_one_to_one(sorted(s for s in shared if s[0] < 0)))
    return Tally(right, len(p), right, len(g))


def fold_name(name: str) -> str:
    """A name for comparison: case, article, possessive and punctuation aside."""
    words = re.findall(r"\w+", re.sub(r"['’]s\b", "", name.casefold()))
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)
