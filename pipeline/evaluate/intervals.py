"""Compute precision, recall and F1 and their bootstrap intervals.

The bootstrap draws whole articles (or other groups), because quotes of one article resemble each other.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np

DRAWS = 1000
SEED = 0


def precision_recall_f1(counts: np.ndarray) -> np.ndarray:
    """Compute precision, recall and F1, shape (..., 3), from summed counts; 0 where nothing was there.

    `counts`, shape (..., 4), are right predicted, predicted, right gold and gold.
    """
    precision = counts[..., 0] / np.maximum(counts[..., 1], 1e-12)
    recall = counts[..., 2] / np.maximum(counts[..., 3], 1e-12)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return np.stack([precision, recall, f1], axis=-1)


def score_with_interval(per_article: Sequence[Sequence[float] | np.ndarray]) -> dict[str, float]:
    """Compute precision, recall and F1 over articles, with the 95 % interval of F1 (`low`, `high`)."""
    counts = np.array(per_article, dtype=float).reshape(-1, 4)
    precision, recall, f1 = precision_recall_f1(counts.sum(axis=0))
    low, high = percentile_interval(precision_recall_f1(resample_sums(counts))[:, 2])
    values = {"precision": precision, "recall": recall, "f1": f1, "low": low, "high": high}
    return {name: round(float(value), 4) for name, value in values.items()}


def draw_groups(groups: int) -> np.ndarray:
    """Draw group numbers with replacement, shape (DRAWS, groups); the same numbers for as many groups."""
    return np.random.default_rng(SEED).integers(0, max(groups, 1), (DRAWS, groups))


def resample_sums(counts: np.ndarray) -> np.ndarray:
    """Sum the counts of the groups of each draw: from shape (groups, ...) to shape (DRAWS, ...)."""
    return np.tensordot(_times_drawn(len(counts)), np.asarray(counts, dtype=float), axes=1)


# Scores of the same groups follow each other: those of the model, the baselines, the labels.
@lru_cache(maxsize=2)
def _times_drawn(groups: int) -> np.ndarray:
    """Return how often each draw has each group, shape (DRAWS, groups)."""
    numbers = draw_groups(groups) + groups * np.arange(DRAWS)[:, None]
    times = np.bincount(numbers.ravel(), minlength=DRAWS * groups).reshape(DRAWS, groups)
    # As floats, because NumPy multiplies matrices of integers slowly.
    return times.astype(float)


def percentile_interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % percentile interval of resampled values (Efron and Tibshirani 1993, ch. 13)."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def wilson_interval(right: int, number: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share, `right` of `number` (Wilson 1927).

    Written out because `scipy.stats` takes a second to import.
    """
    z, share = NormalDist().inv_cdf(0.975), right / number
    centre = (2 * right + z**2) / (2 * (number + z**2))
    delta = z / (2 * (number + z**2)) * math.sqrt(4 * right * (1 - share) + z**2)
    return 0.0 if right == 0 else centre - delta, 1.0 if right == number else centre + delta


def bootstrap_interval(members: Sequence[np.ndarray], statistic: Callable[[np.ndarray], float]) -> tuple[float, float]:
    """Return the 95 % interval of a statistic of row numbers, no ratio of sums; `members` are those of each group."""
    if not members:
        return 0.0, 0.0
    rows, sizes = np.concatenate(members), np.array([len(member) for member in members])
    starts = np.cumsum(sizes) - sizes

    def rows_of(groups: np.ndarray) -> np.ndarray:
        """Return the rows of drawn groups, one group after the other."""
        drawn = sizes[groups]
        ends = np.cumsum(drawn)
        return rows[np.arange(ends[-1]) + np.repeat(starts[groups] - ends + drawn, drawn)]

    return percentile_interval(np.array([statistic(rows_of(groups)) for groups in draw_groups(len(members))]))


def rows_by_group(groups: Sequence[str]) -> list[np.ndarray]:
    """Return the row numbers of each group, groups sorted by name."""
    if not len(groups):
        return []
    _, numbers, sizes = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    return np.split(np.argsort(numbers, kind="stable"), np.cumsum(sizes)[:-1])


def ranks(values: np.ndarray) -> np.ndarray:
    """Return each value's rank among the distinct values, from 0, in the smallest integer type.

    Ranks sort in the same order as the values; those of 16 bits sort ten times faster, and the bootstrap sorts a
    thousand times.
    """
    distinct, numbers = np.unique(values, return_inverse=True)
    return numbers.astype(np.min_scalar_type(len(distinct)))


def rounded_interval(value: float, low: float, high: float) -> dict[str, float]:
    """Return a figure and its interval as reports keep them: `value`, `low` and `high` with four decimals."""
    return {"value": round(float(value), 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def ratio_with_interval(counts: np.ndarray) -> dict[str, float]:
    """Compute the ratio of two sums over groups and its 95 % interval; `counts` has the shape (groups, 2)."""
    ratio, *drawn = (sums[..., 0] / np.maximum(sums[..., 1], 1) for sums in (counts.sum(axis=0), resample_sums(counts)))
    return rounded_interval(ratio, *percentile_interval(*drawn))


def share_with_interval(rows: Iterable[tuple[str, bool]]) -> dict[str, float] | None:
    """Compute the share of true rows and its 95 % interval, from rows of group and truth; None without rows."""
    by_group: dict[str, list[bool]] = {}
    for group, value in rows:
        by_group.setdefault(group, []).append(value)
    if not by_group:
        return None
    return ratio_with_interval(np.array([(sum(values), len(values)) for _, values in sorted(by_group.items())]))
