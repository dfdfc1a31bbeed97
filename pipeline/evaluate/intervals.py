"""Precision, recall and F1 with bootstrap intervals: whole articles are drawn, for quotes of one article are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

DRAWS = 1000
SEED = 0


def precision_recall_f1(counts: np.ndarray) -> np.ndarray:
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


def score_with_interval(per_article: Sequence[np.ndarray]) -> dict[str, float]:
    """Precision, recall, F1 and the 95 % interval of F1 over articles."""
    counts = np.array(per_article, dtype=float).reshape(-1, 4)
    precision, recall, f1 = precision_recall_f1(counts.sum(axis=0))
    low, high = percentile_interval(precision_recall_f1(resample_sums(counts))[:, 2])
    values = {"precision": precision, "recall": recall, "f1": f1, "low": low, "high": high}
    return {name: round(float(value), 4) for name, value in values.items()}


def draw_groups(groups: int) -> np.ndarray:
    """Group numbers drawn with replacement, shape (DRAWS, groups); the same for the same number of groups."""
    return np.random.default_rng(SEED).integers(0, max(groups, 1), (DRAWS, groups))


def resample_sums(counts: np.ndarray) -> np.ndarray:
    """Sums of drawn groups' counts.

    Parameters
    ----------
    counts : ndarray of shape (groups, ...)
        What adds up over groups.

    Returns
    -------
    ndarray of shape (DRAWS, ...)
    """
    times = np.array([np.bincount(drawn, minlength=len(counts)) for drawn in draw_groups(len(counts))])
    return np.tensordot(times, counts, axes=1)


def percentile_interval(values: np.ndarray) -> tuple[float, float]:
    """95 % percentile interval of resampled values (Efron and Tibshirani 1993, ch. 13)."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def bootstrap_interval(members: Sequence[np.ndarray], statistic: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """95 % interval of a statistic of rows that does not add up over groups.

    Parameters
    ----------
    members : sequence of ndarray
        Row numbers of each group.
    statistic : callable
        From row numbers to a number.
    """
    if not members:
        return 0.0, 0.0
    drawn = (np.concatenate([members[g] for g in groups]) for groups in draw_groups(len(members)))
    return percentile_interval(np.array([statistic(rows) for rows in drawn]))


def rows_by_group(groups: Sequence[str]) -> list[np.ndarray]:
    """Row numbers of each group, groups sorted by name."""
    names = np.array(groups)
    return [np.flatnonzero(names == name) for name in sorted(set(groups))]
