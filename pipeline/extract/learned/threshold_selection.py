"""Scores of chosen candidates against gold in tokens, for choosing a limit and for the model card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.extract.learned.candidate_quotes import spoken
from pipeline.extract.learned.candidates import Parts
from pipeline.extract.learned.gold_tokens import overlap
from pipeline.extract.learned.ranking import decode

LIMITS = tuple(round(0.2 + 0.05 * k, 2) for k in range(9))
_HALF = 0.5


def measure(
    items: Sequence[Any], scores: Sequence[np.ndarray], least: float, parts: bool = False, that: bool = True
) -> dict[str, float]:
    """F1 of exact contents and of contents that overlap by half, one to one.

    With `parts`, each part by itself; without `that`, contents as `speech` gives them out, the opening "that" left off.
    """
    exact = match = predicted = wanted = 0
    for (x, gold, found, _), score in zip(items, scores, strict=True):
        kept = [found[k] for k in decode(found, score, least)] if found else []
        chosen = [one.parts if that else spoken(x, one) for one in kept]
        contents = [g.parts for g in gold]
        if parts:
            chosen, contents = _apart(chosen), _apart(contents)
        exact += len(set(chosen) & set(contents))
        match += _matches(chosen, contents)
        predicted, wanted = predicted + len(chosen), wanted + len(contents)
    total = max(predicted + wanted, 1)
    return {"exact": 2 * exact / total, "match": 2 * match / total, "predicted": predicted, "gold": wanted}


def best_limit(items: Sequence[Any], scores: Sequence[np.ndarray], parts: bool = False) -> float:
    """The limit with the largest sum of both F1."""
    return max(LIMITS, key=lambda least: total(measure(items, scores, least, parts)))


def total(row: dict[str, float]) -> float:
    """Sum of both F1."""
    return row["exact"] + row["match"]


def _apart(contents: list[Parts]) -> list[Parts]:
    return [(part,) for content in contents for part in content]


def _matches(chosen: list[Parts], contents: list[Parts]) -> int:
    """One-to-one pairs that overlap by half, largest overlap first."""
    pairs = [(-overlap(a, b), i, k) for i, a in enumerate(chosen) for k, b in enumerate(contents)]
    left, right = set(), set()
    for score, i, k in sorted(pairs):
        if -score >= _HALF and i not in left and k not in right:
            left.add(i)
            right.add(k)
    return len(left)
