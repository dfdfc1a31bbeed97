"""When not to rely on a label: selective classification with a bounded error (Geifman and El-Yaniv 2017)."""

from __future__ import annotations

import numpy as np

# Above every probability: nothing is kept.
ALWAYS_ABSTAIN = 2.0


def choose_threshold(confidence: np.ndarray, right: np.ndarray, error: float) -> float:
    """Lowest confidence to keep so that at most a share `error` of the kept rows is wrong.

    Parameters
    ----------
    confidence : array of float, shape (n,)
        Probability of the label that was given, for rows that were not trained on.
    right : array of bool, shape (n,)
        Whether that label was right.
    error : float
        Share allowed, 0 to 1.

    Returns
    -------
    float
        `ALWAYS_ABSTAIN` when no set of the most confident rows is good enough, 0 when all rows are.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    wrong = np.cumsum(~right[order]) / np.arange(1, len(ranked) + 1)
    # Rows of equal confidence are kept together or not at all.
    last_of_ties = np.append(ranked[1:] < ranked[:-1], True)
    good = np.flatnonzero(last_of_ties & (wrong <= error)) if len(ranked) else np.array([], dtype=int)
    if not len(good):
        return ALWAYS_ABSTAIN
    return 0.0 if good[-1] == len(ranked) - 1 else float(ranked[good[-1]])


def abstain_by_fold(confidence: np.ndarray, right: np.ndarray, fold: np.ndarray, error: float) -> np.ndarray:
    """Whether each row is abstained from, by a threshold chosen on the other folds; shape (n,)."""
    abstained = np.zeros(len(fold), dtype=bool)
    for number in np.unique(fold):
        here = fold == number
        abstained[here] = confidence[here] < choose_threshold(confidence[~here], right[~here], error)
    return abstained
