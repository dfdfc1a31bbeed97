"""Gold quotes in tokens, and the overlap of contents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipeline.core.text import Span
from pipeline.extract.learned.prepared_article import Parts, PreparedArticle
from pipeline.extract.rules.document_view import TokenRange
from pipeline.extract.rules.span_candidate import is_that_conjunction


@dataclass(frozen=True)
class GoldTokens:
    """A gold quote: parts of its content, and heads of its cue and its speaker mention, -1 for none.

    `is_speech` is false for what somebody believes, plans or wishes without saying so; `optional` is true where
    annotators may rightly mark it or not.
    """

    parts: Parts
    cue: int
    source: int
    is_speech: bool = True
    optional: bool = False


def align_gold(article: PreparedArticle, quotes: list[dict[str, Any]]) -> list[GoldTokens]:
    """Return the gold quotes of an article in tokens; a content of punctuation alone is left out."""
    view = article.view
    starts, ends = np.array(view.start), np.array(view.end)

    def tokens(span: Span) -> TokenRange | None:
        first = int(np.searchsorted(ends, span[0], side="right"))
        last = int(np.searchsorted(starts, span[1], side="left")) - 1
        return (first, last) if first <= last else None

    def trimmed(spans: list[Span]) -> list[TokenRange]:
        return [part for span in spans if (inside := tokens(span)) and (part := article.trim(*inside))]

    aligned = []
    for quote in quotes:
        parts = article.join(sorted(trimmed(quote["content"])))
        if not parts:
            continue
        ranges = [inside for span in quote["cue"] if (inside := tokens(span))]
        cue = [i for first, last in ranges for i in range(first, last + 1) if not view.word[i].isspace()]
        head = min(cue, key=lambda i: _cue_order(article, i, len(cue)), default=-1)
        source = trimmed(quote["source"][:1])
        speaker = article.head_of(*source[0]) if source else -1
        is_speech, optional = quote.get("act", "speech") == "speech", quote.get("optional", False)
        aligned.append(GoldTokens(parts, head, speaker, is_speech, optional))
    return aligned


def with_that(article: PreparedArticle, gold: GoldTokens) -> GoldTokens:
    """Return a quote with the `that` which opens its clause: candidates have it, and not all annotators mark it."""
    first, last = gold.parts[0]
    before = np.flatnonzero(article.arrays.wordlike[:first])
    if not len(before) or not 0 <= gold.cue < before[-1] or not is_that_conjunction(article.view, int(before[-1])):
        return gold
    return replace(gold, parts=((int(before[-1]), last), *gold.parts[1:]))


def _cue_order(article: PreparedArticle, i: int, size: int) -> tuple[bool, bool, int, int]:
    """Return a sort key by which the head of a cue comes first: a full verb or noun, high in the parse tree."""
    is_small = article.view.pos[i] in ("AUX", "PART") and size > 1
    return (article.view.pos[i] == "PUNCT", is_small, int(article.arrays.depth[i]), i)


def token_overlap(one: Parts, two: Parts) -> float:
    """Return the tokens that two contents share as a share of the tokens in either."""
    common = sum(max(0, min(b, d) - max(a, c) + 1) for a, b in one for c, d in two)
    return common / (sum(b - a + 1 for a, b in (*one, *two)) - common)
