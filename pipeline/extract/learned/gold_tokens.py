"""Gold quotes in tokens, and how candidates compare with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.core.text import Span
from pipeline.extract.learned.candidates import Parts
from pipeline.extract.learned.prepared_article import Article


@dataclass(frozen=True)
class Gold:
    """Parts of a gold content, head of its cue and of its speaker mention (-1: none), in tokens."""

    parts: Parts
    cue: int
    source: int


def read_gold(x: Article, quotes: list[dict[str, Any]]) -> list[Gold]:
    """Gold of one article; a content of punctuation alone is left out."""
    view = x.view
    starts, ends = np.array(view.start), np.array(view.end)

    def tokens(span: Span) -> tuple[int, int] | None:
        first = int(np.searchsorted(ends, span[0], side="right"))
        last = int(np.searchsorted(starts, span[1], side="left")) - 1
        return (first, last) if first <= last else None

    out = []
    for quote in quotes:
        joined: list[tuple[int, int]] = []
        for part in sorted(t for span in quote["content"] if (u := tokens(span)) and (t := x.solid(*u))):
            if joined and (part[0] <= joined[-1][1] or not x.a.solid[joined[-1][1] + 1 : part[0]].any()):
                joined[-1] = (joined[-1][0], max(joined[-1][1], part[1]))
            else:
                joined.append(part)
        if not joined:
            continue
        cue = [
            i
            for span in quote["cue"]
            if (t := tokens(span))
            for i in range(t[0], t[1] + 1)
            if not view.word[i].isspace()
        ]
        source = [t for span in quote["source"][:1] if (u := tokens(span)) and (t := x.solid(*u))]
        head = min(cue, key=lambda i: _cue_order(x, i, len(cue)), default=-1)
        out.append(Gold(tuple(joined), head, x.head_of(*source[0]) if source else -1))
    return out


def _cue_order(x: Article, i: int, size: int) -> tuple[bool, bool, int, int]:
    small = x.view.pos[i] in ("AUX", "PART") and size > 1
    return (x.view.pos[i] == "PUNCT", small, int(x.a.depth[i]), i)


def overlap(one: Parts, two: Parts) -> float:
    """Tokens in both over tokens in either."""
    common = sum(max(0, min(b, d) - max(a, c) + 1) for a, b in one for c, d in two)
    return common / (sum(b - a + 1 for a, b in (*one, *two)) - common)
