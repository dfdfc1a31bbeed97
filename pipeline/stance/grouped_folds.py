"""Split rows into folds that keep groups whole, for any number of rows, groups and classes."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

Split = tuple[np.ndarray, np.ndarray]


def split_by_group(y: np.ndarray, groups: np.ndarray, folds: int, seed: int) -> list[Split]:
    """Return folds as row numbers for training and test, stratified by class, with no group on both sides.

    Every row is tested once.

    Parameters
    ----------
    y, groups : array, shape (n,)
        Class and group of each row.
    folds : int
        Number of folds; there are fewer where there are fewer groups, or fewer rows in the largest class.
    seed : int
        Seed of the order of groups.

    Returns
    -------
    list of (train, test)
        Empty when the rows cannot be split at all (one group, or no class with two rows).
    """
    count = min(folds, len(np.unique(groups)), int(np.unique(y, return_counts=True)[1].max()))
    if count < 2:
        return []
    with warnings.catch_warnings():
        # It warns of classes with fewer rows than folds, which `complete_classes` takes care of.
        warnings.simplefilter("ignore", UserWarning)
        splits = StratifiedGroupKFold(count, shuffle=True, random_state=seed).split(y, y, groups)
        return [(train, test) for train, test in splits if len(train) and len(test)]


def complete_classes(splits: list[Split], y: np.ndarray) -> list[Split]:
    """Add to the training rows of each fold those of classes that training would lack.

    Such a class occurs in one group only. Its rows are then trained on and tested, so its probabilities are too high,
    but without them the class could not be calibrated at all. Without folds, all rows are trained on and tested.
    """
    everything = np.arange(len(y))
    if not splits:
        return [(everything, everything)]
    completed = []
    for train, test in splits:
        missing = np.setdiff1d(y, y[train])
        completed.append((np.union1d(train, np.flatnonzero(np.isin(y, missing))), test))
    return completed
