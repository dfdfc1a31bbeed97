"""Compare predicted quotes with gold ones: content, source and cue spans of one text.

Spans are normalised before they are compared: each part is stripped at both ends of characters other than letters,
digits and currency signs, empty parts are dropped, and parts with no letter or digit between them are joined. So it
never matters whether a quotation mark or a full stop belongs to a span.

References
----------
Newell, Margolin and Ruths (2018), "An Attribution Relations Corpus for Political News" (PolNeAR).
Pareti, O'Keefe, Konstas, Curran and Koprinska (2013), "Automatically Detecting and Attributing Indirect Quotations".
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, chain
from typing import Any, NamedTuple, TypeVar

from pipeline.core.quote import row_parts, row_span
from pipeline.core.text import Span
from pipeline.gold.quote_annotations import GoldQuote

Parts = tuple[Span, ...]
T = TypeVar("T")
IOU = 0.5
# Signs that spans keep at their ends, beside letters and digits.
KEPT_SIGNS = "$%£€#@"
METRICS = ("content_exact", "segment_exact", "content_match", "content_overlap", "attribution", "cue", "speaker")
_CUT = re.compile(
    r"[,()\[\]:;—–]|\s-+\s|\b(?:of|in|at|for|from|with|on|to|who|whom|whose|that|which|and|or|during|by|as|about|near)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:[.'’&-]\w+)*")


@dataclass(frozen=True)
class QuoteSpans:
    """The spans, speaker and type of one quote, as scoring needs them."""

    content: Sequence[Span]
    cue: Span | None = None
    source: Span | None = None
    speaker: str | None = None
    type: str = ""
    quote_id: str = ""  # of an annotated quote


class Tally(NamedTuple):
    """Counts of right and of all items on the predicted and on the gold side; they add up over texts."""

    right_predicted: float
    predicted: float
    right_gold: float
    gold: float


class ComparableText:
    """A text that normalises spans and compares them by their letters and digits."""

    def __init__(self, text: str) -> None:
        self.text = text
        # A list, because single elements of an array are slow to read.
        self._letters_before = list(accumulate(map(int, map(str.isalnum, text)), initial=0))

    def normalise(self, spans: Sequence[Span]) -> Parts:
        """Strip, join and sort the parts of a content, as the module says."""
        out: list[Span] = []
        for start, end in sorted(spans):
            while start < end and not (self.text[start].isalnum() or self.text[start] in KEPT_SIGNS):
                start += 1
            while end > start and not (self.text[end - 1].isalnum() or self.text[end - 1] in KEPT_SIGNS):
                end -= 1
            if start == end:
                continue
            if out and self._letters_before[start] <= self._letters_before[out[-1][1]]:
                out[-1] = (out[-1][0], max(out[-1][1], end))
            else:
                out.append((start, end))
        return tuple(out)

    def count_letters(self, parts: Parts) -> int:
        """Count the letters and digits of the parts."""
        return sum(self._letters_before[end] - self._letters_before[start] for start, end in parts)

    def count_shared(self, first: Parts, second: Parts) -> int:
        """Count the letters and digits that both contents have."""
        return sum(
            self._letters_before[min(a[1], b[1])] - self._letters_before[max(a[0], b[0])]
            for a in first
            for b in second
            if max(a[0], b[0]) < min(a[1], b[1])
        )

    def iou(self, first: Parts, second: Parts) -> float:
        """Compute the intersection over union of two contents in letters and digits."""
        shared = self.count_shared(first, second)
        return shared / (self.count_letters(first) + self.count_letters(second) - shared) if shared else 0.0

    def head(self, source: Span) -> Span:
        """Return the head of a source: the last word before the first comma, preposition or relative word."""
        start, end = source
        part = self.text[start:end]
        cut = next((m.start() for m in _CUT.finditer(part) if _WORD.search(part[: m.start()])), len(part))
        words = list(_WORD.finditer(part[:cut])) or list(_WORD.finditer(part))
        words = [w for w in words if w.group().lower() not in ("s", "'s", "’s")] or words
        return (start + words[-1].start(), start + words[-1].end()) if words else source


def match_contents(text: ComparableText, gold: Sequence[Parts], predicted: Sequence[Parts]) -> list[tuple[int, int]]:
    """Pair contents one to one that have an IoU of at least 0.5, the highest first."""
    scored = [(text.iou(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)]
    return pair_one_to_one(sorted((-iou, i, j) for iou, i, j in scored if iou >= IOU))


def pair_one_to_one(ranked: list[tuple[float, int, int]]) -> list[tuple[int, int]]:
    """Take pairs in the order of their rank, each gold and each predicted item once."""
    left, right, out = set(), set(), []
    for _, i, j in ranked:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            out.append((i, j))
    return out


def tally_quotes(text: str, gold: Sequence[QuoteSpans], predicted: Sequence[QuoteSpans]) -> dict[str, Tally]:
    """Count what is right in the predicted quotes of one text, for each of `METRICS`.

    These are `content_exact` (all parts equal), `segment_exact` (single parts), `content_match` (IoU of at least 0.5),
    `content_overlap` (letters), `attribution` (a content match whose source covers the head of the gold source), `cue`
    (cues that share a letter), `speaker` (a content match with the same resolved name).
    """
    comparable = ComparableText(text)
    gold = [q for q in gold if comparable.normalise(q.content)]
    predicted = [q for q in predicted if comparable.normalise(q.content)]
    g, p = [comparable.normalise(q.content) for q in gold], [comparable.normalise(q.content) for q in predicted]
    matched = match_contents(comparable, g, p)
    return {
        "content_exact": _equal(g, p),
        "segment_exact": _equal(chain(*g), chain(*p)),
        "content_match": Tally(len(matched), len(p), len(matched), len(g)),
        "content_overlap": _overlap(comparable, g, p),
        "attribution": _tally_matched(
            [q.source for q in gold], [q.source for q in predicted], matched, partial(covers_head, comparable)
        ),
        "cue": _cue(comparable, gold, predicted),
        "speaker": _tally_matched([q.speaker for q in gold], [q.speaker for q in predicted], matched, same_name),
    }


def _equal(gold: Iterable[Any], predicted: Iterable[Any]) -> Tally:
    g, p = Counter(gold), Counter(predicted)
    same = (g & p).total()
    return Tally(same, p.total(), same, g.total())


def _overlap(text: ComparableText, gold: list[Parts], predicted: list[Parts]) -> Tally:
    in_gold, in_predicted = text.normalise([*chain(*gold)]), text.normalise([*chain(*predicted)])
    return Tally(
        sum(text.count_shared(q, in_gold) for q in predicted),
        sum(map(text.count_letters, predicted)),
        sum(text.count_shared(q, in_predicted) for q in gold),
        sum(map(text.count_letters, gold)),
    )


def covers_head(text: ComparableText, gold: Span, predicted: Span) -> bool:
    """Return True if a predicted source covers the head of the gold one."""
    start, end = text.head(gold)
    return predicted[0] <= start and end <= predicted[1]


def same_name(first: str, second: str) -> bool:
    """Return True if two names are equal after folding."""
    return fold_name(first) == fold_name(second)


def _tally_matched(
    gold: list[T | None], predicted: list[T | None], matched: list[tuple[int, int]], right: Callable[[T, T], bool]
) -> Tally:
    """Count right sources or speakers of matched quotes; one that gold has not, and a missing one, are no errors."""
    both = [(gold[i], predicted[j]) for i, j in matched]
    hits = sum(right(g, p) for g, p in both if g is not None and p is not None)
    without_gold = sum(g is None and p is not None for g, p in both)
    counted = sum(p is not None for p in predicted) - without_gold
    return Tally(hits, counted, hits, sum(g is not None for g in gold))


def _cue(text: ComparableText, gold: Sequence[QuoteSpans], predicted: Sequence[QuoteSpans]) -> Tally:
    g = [text.normalise([q.cue]) for q in gold if q.cue]
    p = [text.normalise([q.cue]) for q in predicted if q.cue]
    shared = [(-text.count_shared(a, b), i, j) for i, a in enumerate(g) for j, b in enumerate(p)]
    right = len(pair_one_to_one(sorted(s for s in shared if s[0] < 0)))
    return Tally(right, len(p), right, len(g))


@lru_cache(maxsize=10_000)  # few names, compared over and over
def fold_name(name: str) -> str:
    """Fold a name for comparison: without case, leading article, possessive and punctuation."""
    words = re.findall(r"\w+", re.sub(r"['’]s\b", "", name.casefold()))
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


def gold_by_article(gold: Iterable[GoldQuote], texts: Mapping[str, str]) -> dict[str, list[QuoteSpans]]:
    """Return the annotated quotes of each article of the run."""
    found: dict[str, list[QuoteSpans]] = {}
    for quote in gold:
        if quote.article_id in texts:
            spans = QuoteSpans(quote.content, quote.cue, quote.source, quote.speaker, quote.type, quote.quote_id)
            found.setdefault(quote.article_id, []).append(spans)
    return found


def predicted_by_article(rows: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, list[QuoteSpans]]:
    """Return the predicted quotes of each annotated article, from rows of quotes."""
    found: dict[str, list[QuoteSpans]] = {}
    for row in rows:
        if row["article_id"] in texts:
            cue, source = row_span(row, "cue"), row_span(row, "source")
            quote = QuoteSpans(row_parts(row), cue, source, row.get("speaker"), row["type"])
            found.setdefault(row["article_id"], []).append(quote)
    return found
