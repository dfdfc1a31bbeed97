"""Choose when to abstain: selective classification with a bounded error (Geifman and El-Yaniv 2017)."""

from __future__ import annotations

import numpy as np

# Above every probability.
ALWAYS_ABSTAIN = 2.0


def choose_threshold(confidence: np.ndarray, right: np.ndarray, error: float) -> float:
    """Return the lowest confidence from which on at most a share `error` of the labels is wrong.

    Parameters
    ----------
    confidence : array of float, shape (n,)
        Probability of the predicted label, for rows that were not trained on.
    right : array of bool, shape (n,)
        Whether the predicted label is right.
    error : float
        Allowed share, 0 to 1.

    Returns
    -------
    float
        `ALWAYS_ABSTAIN` when no set of the most confident rows is good enough, 0 when the set of all rows is.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    wrong = np.cumsum(~right[order]) / np.arange(1, len(ranked) + 1)
    # Rows of equal confidence are accepted together or not at all.
    last_of_ties = np.append(ranked[1:] < ranked[:-1], True)
    good = np.flatnonzero(last_of_ties & (wrong <= error)) if len(ranked) else np.array([], dtype=int)
    if not len(good):
        return ALWAYS_ABSTAIN
    return 0.0 if good[-1] == len(ranked) - 1 else float(ranked[good[-1]])


def abstain_by_fold(
    confidence: np.ndarray, right: np.ndarray, counted: np.ndarray, fold: np.ndarray, error: float
) -> np.ndarray:
    """Return for each row whether to abstain, by a threshold chosen on the `counted` rows of the other folds."""
    abstained = np.zeros(len(fold), dtype=bool)
    for number in np.unique(fold):
        tested, others = fold == number, (fold != number) & counted
        abstained[tested] = confidence[tested] < choose_threshold(confidence[others], right[others], error)
    return abstained
