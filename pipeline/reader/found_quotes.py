"""Which quotes an article has, by what the network tagged and by what the rules found.

The network decides what is a quote and where indirect speech begins and ends. The rules know quotation marks, the parts
of an interrupted quote, turns of transcripts, and what is announced but not said.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from pipeline.core.quote import ANNOUNCED, Quote, said
from pipeline.core.text import Span
from pipeline.gold.quote_annotations import classify_type
from pipeline.reader.quote_tagger import BEGIN, INSIDE, OUTSIDE, TAGGED, Tags

READER = "reader"  # the published name of the rule where the network alone found a quote
# From which probability on a piece is inside a span; least mean probability of a quote that only the network found, and
# of one that only the rules found.
INSIDE_FROM, NEW_FROM, KEPT_FROM = 0.5, 0.8, 0.35
BOUNDS_FROM = 0.95  # least mean probability of a content for its bounds to be better than those of the rules
# From which share of what both cover together two contents are the same quote.
SAME_FROM = 0.3
# Pieces between two spans that are one, if none of them is a source or a cue.
LONGEST_HOLE = 12
# Least words of a quote that only the network found; of one in quotation marks: shorter ones are names and titles.
MIN_WORDS, MIN_WORDS_IN_MARKS = 2, 4
_SENTENCE_BEGINS = re.compile(r"[.!?][\"'’”)\]]*\s+[\"'‘“(\[]*(?=[A-ZÀ-Þ])")


class Found(NamedTuple):
    """A span of pieces, the end not included, and the mean probability that they are inside."""

    first: int
    last: int
    probability: float


def find_quotes(tags: Tags, of_rules: Sequence[Quote], text: str, attitudes: bool = False) -> list[Quote]:
    """Return the quotes of an article, sorted by their first offset; `attitudes`: beliefs and plans too.

    `of_rules` has what the rules find, and what is announced but not said: it is no quote for the network either.
    """
    inside, begins = _content_tags(tags, attitudes)
    spans = _contents(tags, inside, begins)
    found = [set(range(span.first, span.last)) for span in spans]
    kept: list[Quote] = []
    announced = {i for quote in of_rules if quote.rule == ANNOUNCED for i in tags.text.of(quote.content)}
    used = {k for k, span in enumerate(found) if span & announced}
    for quote in said(of_rules):
        own = set(tags.text.of(quote.content))
        score = round(float(inside[sorted(own)].mean()), 4) if own else 0.0
        overlapping = [k for k, other in enumerate(found) if own & other]
        both = {i for k in overlapping for i in found[k]}
        if overlapping and len(own & both) >= SAME_FROM * len(own | both):
            # Where beliefs are quotes too, contents keep the `that` of a clause, of which the network knows nothing.
            if not attitudes and quote.type != "direct" and len(overlapping) == len(quote.content) == 1:
                span = spans[overlapping[0]]
                if span.probability >= BOUNDS_FROM and not used & {*overlapping}:
                    content = [_words(tags, span)]
                    quote = replace(quote, content=content, type=classify_type(text, content))
            used.update(overlapping)
        elif score < KEPT_FROM and quote.type != "direct":
            continue
        kept.append(replace(quote, speech_score=score))
    taken = {i for quote in kept for i in tags.text.of(quote.content)}
    sources, cues = (_spans_of(tags, name, text) for name in ("source", "cue"))
    for k, span in enumerate(spans):
        content = [_words(tags, span)]
        is_new = k not in used and span.probability >= NEW_FROM and not found[k] & taken
        cue, source = (_nearest(span, of, tags) if is_new else None for of in (cues, sources))
        if cue and source:
            first, second = sorted((cue, source))
            if _SENTENCE_BEGINS.search(text, first[1], second[0] + 1):
                source = None  # it is that of another quote: two of three speakers were wrong
        kind = classify_type(text, content)
        least = MIN_WORDS_IN_MARKS if kind == "direct" else MIN_WORDS
        if cue is not None and len(text[slice(*content[0])].split()) >= least:
            score = round(span.probability, 4)
            kept.append(Quote(text, content, kind, READER, score, cue, source, speech_score=score))
    by_start = {quote.content[0][0]: quote for quote in reversed(kept)}
    return [by_start[start] for start in sorted(by_start)]


def _content_tags(tags: Tags, attitudes: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return for each piece the probability that it is inside a content, and whether one is likelier to begin there."""
    kinds = [TAGGED.index(name) for name in ("content", "attitude")[: 1 + attitudes]]
    shares = tags.shares[:, kinds]
    chosen = shares[np.arange(len(shares)), shares[:, :, OUTSIDE].argmin(axis=1)]
    return 1 - chosen[:, OUTSIDE], chosen[:, BEGIN] > chosen[:, INSIDE]


def _contents(tags: Tags, inside: np.ndarray, begins: np.ndarray) -> list[Found]:
    """Return the contents: runs of pieces that are inside, joined where only a few other words are between."""
    others = 1 - tags.shares[:, [TAGGED.index("source"), TAGGED.index("cue")], OUTSIDE].min(axis=1)
    starts = set(tags.text.paragraph_starts)
    joined: list[list[int]] = []
    for first, last in _runs(tags, inside, begins):
        gap = range(joined[-1][1], first) if joined else range(0)
        is_hole = bool(gap) and len(gap) <= LONGEST_HOLE and not begins[first] and others[gap].max() < INSIDE_FROM
        if is_hole and not starts & {*gap, first}:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    return [Found(first, last, float(inside[first:last].mean())) for first, last in joined]


def _runs(tags: Tags, inside: np.ndarray, begins: np.ndarray) -> list[list[int]]:
    """Return first and last piece, the end not included, of runs inside a paragraph in which no other one begins."""
    spans, starts = tags.text.spans, set(tags.text.paragraph_starts)
    runs: list[list[int]] = []
    is_open = False
    for i, probability in enumerate(inside):
        if probability < INSIDE_FROM:
            is_open = False
        elif is_open and i not in starts and not (begins[i] and spans[i] != spans[i - 1]):
            runs[-1][1] = i + 1
        else:
            runs.append([i, i + 1])
            is_open = True
    return runs


def _spans_of(tags: Tags, name: str, text: str) -> list[Found]:
    """Return the sources or the cues, without signs that were taken for one."""
    shares = tags.shares[:, TAGGED.index(name)]
    inside = 1 - shares[:, OUTSIDE]
    runs = _runs(tags, inside, shares[:, BEGIN] > shares[:, INSIDE])
    found = [Found(first, last, float(inside[first:last].mean())) for first, last in runs]
    return [span for span in found if re.search(r"\w", text[slice(*_words(tags, span))])]


def _nearest(content: Found, spans: Sequence[Found], tags: Tags) -> Span | None:
    """Return the span of a source or cue that is nearest to a content in its paragraph; None if it has none."""
    starts = tags.text.paragraph_starts
    low = max((start for start in starts if start <= content.first), default=0)
    high = min((start for start in starts if start >= content.last), default=len(tags.text.pieces))
    beside = [
        (max(content.first - span.last, span.first - content.last), span)
        for span in spans
        if low <= span.first and span.last <= high and (span.last <= content.first or span.first >= content.last)
    ]
    return _words(tags, min(beside)[1]) if beside else None


def _words(tags: Tags, span: Found) -> Span:
    return tags.text.spans[span.first][0], tags.text.spans[span.last - 1][1]
