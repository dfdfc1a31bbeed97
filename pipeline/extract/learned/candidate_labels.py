"""Labels of candidates against gold: is it a gold content, does it overlap one by half or more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.extract.learned.candidate_quotes import spoken
from pipeline.extract.learned.candidates import Candidate, Parts
from pipeline.extract.learned.gold_tokens import Gold, overlap
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.learned.token_arrays import Floats

HALF = 0.5


def attribution_labels(x: Article, gold: Sequence[Gold], found: Sequence[Candidate]) -> tuple[Floats, Floats]:
    """For the profile `attribution`: exact for the same cue, and any overlap."""
    by_cue = {g.cue: g.parts for g in gold if g.cue >= 0}
    contents = [g.parts for g in gold]
    exact, match = [], []
    for one in found:
        own = by_cue.get(one.cue)
        exact.append(own == one.parts or (one.cue < 0 and one.parts in contents))
        match.append(best_overlap(one.parts, contents) >= HALF)
    return np.array(exact, dtype=float), np.array(match, dtype=float)


def speech_labels(x: Article, gold: Sequence[Gold], found: Sequence[Candidate]) -> tuple[Floats, Floats]:
    """For the profile `speech`: parts count each by itself, for some annotators cut an interrupted quote in two.

    Of a cue's contents only those with most right parts are right: not the half of an interrupted quote.
    """
    contents = [g.parts for g in gold]
    pieces = [((part,), g.cue) for g in gold for part in g.parts]
    exact, match = np.zeros(len(found)), np.zeros(len(found))
    for k, one in enumerate(found):
        said = spoken(x, one)
        near = [(p, cue) for p, cue in pieces if p[0][0] <= said[-1][1] and p[0][1] >= said[0][0]]
        if one.cue >= 0 and not any(cue in (one.cue, -1) for _, cue in near):
            continue
        parts: list[Parts] = [(part,) for part in said]
        overlaps = sum(best_overlap(part, [p for p, _ in near]) >= HALF for part in parts)
        if said in contents or all(part in [p for p, _ in near] for part in parts):
            exact[k] = len(parts)
        if best_overlap(said, contents) >= HALF or overlaps > len(parts) / 2:
            match[k] = max(overlaps, 1)
    for score in (exact, match):
        best: dict[int, float] = {}
        for k, one in enumerate(found):
            best[one.cue] = max(best.get(one.cue, 0), score[k])
        score[:] = [score[k] > 0 and (one.cue < 0 or score[k] == best[one.cue]) for k, one in enumerate(found)]
    return exact, match


def best_overlap(parts: Parts, contents: Sequence[Parts]) -> float:
    """Largest overlap with any of the contents."""
    near = (c for c in contents if c[0][0] <= parts[-1][1] and c[-1][1] >= parts[0][0])
    return max((overlap(parts, c) for c in near), default=0.0)
