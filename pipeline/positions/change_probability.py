"""How likely it is that a change is real: both labels right, and both quotes of the speaker that they are given to.

Two labels that differ are wrong more often than one label alone: most holders keep their stance, so that a wrong label
nearly always looks like a change. For quotes b and a with the published stances i and k,

    P(labels right) = p_b(i) p_a(k) (1 - s) / ((1 - s) + s * sum over stances j of p_b(j) p_a(j) / m(j))

by Bayes' rule, if a holder keeps its stance with probability s, and else takes one as often as all holders do, m. The
adjustment of calibrated probabilities to another base rate is that of Saerens, Latinne and Decaestecker (2002).

p(i), of the published stance, is the model's calibrated probability, but no more than the share of such labels that are
right on real quotes (`ErrorRates.right`); what this takes away goes to the other labels in proportion. s is estimated
from the pairs of the run (`keeping_share`). P(real) is P(labels right) times the certainties of both speakers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.positions.readings import Reading

# What is assumed before any pair is seen: of ten pairs, holders kept their stance in eight.
ASSUMED_PAIRS, ASSUMED_KEPT = 10, 8
_GRID = np.arange(0.0, 1.0, 0.01)


def lowered_probabilities(reading: Reading, right: Mapping[str, float], stances: Sequence[str]) -> np.ndarray:
    """Return the probability of each stance, that of the published one `right` at most.

    Returns
    -------
    ndarray of shape (stances,)
        The sum is below 1 by the probability that the quote is unrelated to the target.
    """
    lowered = min(reading.probabilities[reading.label], right[reading.label])
    # What a model that is sure takes for impossible is not: without other labels, all get the same.
    rest = sum(value for name, value in reading.probabilities.items() if name != reading.label)
    even = 1 / (len(reading.probabilities) - 1)
    share = {name: value / rest if rest > 1e-6 else even for name, value in reading.probabilities.items()}
    return np.array([lowered if name == reading.label else (1 - lowered) * share[name] for name in stances])


def stance_shares(probabilities: Sequence[np.ndarray]) -> np.ndarray:
    """Return how often all holders take each stance: the mean of the probabilities, one quote added."""
    stacked = np.array(probabilities)
    sums = stacked.sum(axis=0) + 1 / stacked.shape[1]
    return sums / sums.sum()


def same_stance_ratio(before: np.ndarray, after: np.ndarray, shares: np.ndarray) -> float:
    """Return by how much two quotes fit one stance better than two stances taken independently."""
    return float((before * after / shares).sum())


def keeping_share(ratios: Sequence[float]) -> float:
    """Return the estimated share of pairs of consecutive quotes between which the holder kept its stance.

    It is the most probable value given the `same_stance_ratio` of each pair, and `ASSUMED_PAIRS` before them, which
    matter where pairs are few.
    """
    fits = np.log(1 - _GRID + _GRID * np.array(ratios).reshape(-1, 1)).sum(axis=0)
    assumed = ASSUMED_KEPT * np.log(np.maximum(_GRID, 1e-12)) + (ASSUMED_PAIRS - ASSUMED_KEPT) * np.log(1 - _GRID)
    return float(_GRID[int((fits + assumed).argmax())])


def both_labels_right(
    before: Reading,
    after: Reading,
    right: Mapping[str, float],
    stances: Sequence[str],
    shares: np.ndarray,
    keeping: float,
) -> float:
    """Return the probability that both labels are right, for labels that differ; the formula is above."""
    first, second = (lowered_probabilities(reading, right, stances) for reading in (before, after))
    both = first[stances.index(before.label)] * second[stances.index(after.label)]
    ratio = same_stance_ratio(first, second, shares)
    return float(both * (1 - keeping) / (1 - keeping + keeping * ratio))
