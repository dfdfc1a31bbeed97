"""Precision, recall and F1 with bootstrap intervals: whole articles are drawn, for quotes of one article are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

DRAWS = 1000
SEED = 0


def scores(counts: np.ndarray) -> np.ndarray:
    """Precision, recall and F1 of summed counts.

    Parameters
    ----------
    counts : ndarray of shape (..., 4)
        Right predicted, predicted, right gold, gold.

    Returns
    -------
    ndarray of shape (..., 3)
        Between 0 and 1; 0 where nothing was there.
    """
    precision = counts[..., 0] / np.maximum(counts[..., 1], 1e-12)
    recall = counts[..., 2] / np.maximum(counts[..., 3], 1e-12)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return np.stack([precision, recall, f1], axis=-1)


def score(per_article: Sequence[np.ndarray]) -> dict[str, float]:
    """Precision, recall, F1 and the 95 % interval of F1 over articles."""
    counts = np.array(per_article, dtype=float).reshape(-1, 4)
    precision, recall, f1 = scores(counts.sum(axis=0))
    low, high = interval(len(counts), lambda drawn: float(scores(counts[drawn].sum(axis=0))[2]))
    values = {"precision": precision, "recall": recall, "f1": f1, "low": low, "high": high}
    return {name: round(float(value), 4) for name, value in values.items()}


def interval(groups: int, statistic: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """95 % percentile interval of a statistic of drawn group numbers (Efron and Tibshirani 1993, ch. 13)."""
    if groups == 0:
        return 0.0, 0.0
    rng = np.random.default_rng(SEED)
    values = [statistic(rng.integers(0, groups, groups)) for _ in range(DRAWS)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
