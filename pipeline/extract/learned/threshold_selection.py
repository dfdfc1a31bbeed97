"""Scores of extraction against gold in tokens, to select a threshold and for the model card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.extract.learned.candidate_labels import largest_overlap
from pipeline.extract.learned.candidate_quotes import parts_without_that
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.feature_rows import FeatureRows
from pipeline.extract.learned.gold_tokens import GoldTokens, token_overlap
from pipeline.extract.learned.prepared_article import Parts, PreparedArticle
from pipeline.extract.learned.ranking import choose_candidates

THRESHOLDS = tuple(round(0.2 + 0.05 * k, 2) for k in range(9))
_HALF = 0.5


class TrainingItem(NamedTuple):
    """An article with its gold, its candidates, and their features; None where there is no candidate.

    `optional` are contents that count neither as found nor as missed.
    """

    article: PreparedArticle
    gold: list[GoldTokens]
    optional: list[GoldTokens]
    candidates: list[Candidate]
    rows: FeatureRows | None


def score_extraction(
    items: Sequence[TrainingItem],
    scores: Sequence[np.ndarray],
    threshold: float,
    parts: bool = False,
    that: bool = True,
) -> dict[str, float]:
    """Return F1 of exact contents and of contents that overlap by half, and the numbers of predicted and gold ones.

    With `parts` each part counts by itself; with `that` contents keep the `that` which opens them.
    """
    exact = match = predicted = wanted = 0
    for item, score in zip(items, scores, strict=True):
        chosen = choose_candidates(item.candidates, score, threshold)
        extracted = [
            item.candidates[k].parts if that else parts_without_that(item.article, item.candidates[k])
            for k in np.array(chosen, dtype=int)[counted_candidates(item, chosen)]
        ]
        contents = [quote.parts for quote in item.gold]
        if parts:
            extracted, contents = _single_parts(extracted), _single_parts(contents)
        exact += len(set(extracted) & set(contents))
        match += _count_matches(extracted, contents)
        predicted, wanted = predicted + len(extracted), wanted + len(contents)
    total = max(predicted + wanted, 1)
    return {"exact": 2 * exact / total, "match": 2 * match / total, "predicted": predicted, "gold": wanted}


def counted_candidates(item: TrainingItem, places: Sequence[int]) -> np.ndarray:
    """Return which of some candidates count: not those that overlap an optional content by half, and no other."""
    optional, gold = ([quote.parts for quote in quotes] for quotes in (item.optional, item.gold))

    def counts(parts: Parts) -> bool:
        return largest_overlap(parts, optional) < _HALF or largest_overlap(parts, gold) >= _HALF

    return np.array([counts(item.candidates[k].parts) for k in places], dtype=bool)


def best_threshold(items: Sequence[TrainingItem], scores: Sequence[np.ndarray]) -> float:
    """Return the threshold with the largest sum of both F1."""
    return max(THRESHOLDS, key=lambda threshold: f1_sum(score_extraction(items, scores, threshold)))


def f1_sum(row: dict[str, float]) -> float:
    """Return the sum of both F1."""
    return row["exact"] + row["match"]


def _single_parts(contents: list[Parts]) -> list[Parts]:
    return [(part,) for content in contents for part in content]


def _count_matches(extracted: list[Parts], contents: list[Parts]) -> int:
    """Return the number of one-to-one pairs that overlap by half, taken by largest overlap first."""
    pairs = [(-token_overlap(a, b), i, k) for i, a in enumerate(extracted) for k, b in enumerate(contents)]
    left, right = set(), set()
    for score, i, k in sorted(pairs):
        if -score >= _HALF and i not in left and k not in right:
            left.add(i)
            right.add(k)
    return len(left)
