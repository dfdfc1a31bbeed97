"""Which rows are trained on, and how much each counts: folds that keep groups whole, weights of classes and rows."""

import warnings
from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from pipeline.stance.text_features import IN_PARAGRAPH, IN_QUOTE

Split = tuple[np.ndarray, np.ndarray]


def split_by_group(y: np.ndarray, groups: np.ndarray, folds: int, seed: int) -> list[Split]:
    """Return folds as row numbers for training and test, stratified by class, with no group on both sides.

    Every row is tested once. There are fewer folds where there are fewer groups, or fewer rows in the largest class;
    none when the rows cannot be split at all (one group, or no class with two rows). `y` and `groups`, shape (n,), are
    the class and group of each row, `seed` that of the order of groups.
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
    return [
        (np.union1d(train, np.flatnonzero(~np.isin(y, y[train]))), test)
        for train, test in splits or [(everything, everything)]
    ]


def class_weights(codes: np.ndarray, power: float) -> dict[int, float]:
    """Return the weight of each class: inverse to its frequency, to a power of 0 (no weights) to 1 (full weights)."""
    counts = np.bincount(codes)
    return dict(enumerate(((len(codes) / len(counts) / counts) ** power).tolist()))


def row_weights(flag_texts: Iterable[str], related: np.ndarray, implied_share: Sequence[float]) -> np.ndarray:
    """Return weights, 0 to 1, that bring quotes without a term of the target to their share in texts to be labelled.

    Importance weighting (Shimodaira 2000, `Improving predictive inference under covariate shift by weighting the
    log-likelihood function`): quotes that are written to be hard imply a target far more often than news do.

    `flag_texts` are the flags of each row (`text_features.FLAGS`) with spaces between, `related`, shape (n,), whether
    its label is about the target. `implied_share` is the expected share of related quotes among those that have none of
    the terms: first where the paragraph has one, then where it has none either.
    """
    flags = [set(text.split()) for text in flag_texts]
    in_quote, in_paragraph = (np.array([flag in row for row in flags]) for flag in (IN_QUOTE, IN_PARAGRAPH))
    weights = np.ones(len(flags))
    for rows, share in zip((~in_quote & in_paragraph, ~in_quote & ~in_paragraph), implied_share, strict=True):
        on_target, off_target = rows & related, rows & ~related
        if on_target.any() and off_target.any():
            weights[on_target] = min(1.0, share / (1 - share) * off_target.sum() / on_target.sum())
    return weights
