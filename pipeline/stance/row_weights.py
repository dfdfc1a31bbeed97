"""Weights of classes and of training rows: what they count in training the linear model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.stance.target_terms import IN_PARAGRAPH, IN_QUOTE


def class_weights(codes: np.ndarray, power: float) -> dict[int, float]:
    """Return the weight of each class: inverse to its frequency, to a power of 0 (no weights) to 1 (full weights)."""
    counts = np.bincount(codes)
    return dict(enumerate(((len(codes) / len(counts) / counts) ** power).tolist()))


def row_weights(flag_texts: Iterable[str], related: np.ndarray, implied_share: Sequence[float]) -> np.ndarray:
    """Return weights that bring quotes without a term of the target to their share in the texts to be labelled.

    Importance weighting (Shimodaira 2000, `Improving predictive inference under covariate shift by weighting the
    log-likelihood function`): quotes that are written to be hard imply a target far more often than news do.

    Parameters
    ----------
    flag_texts : iterable of str
        The flags of each row (`target_terms.FLAGS`), with spaces between.
    related : array of bool, shape (n,)
        Whether the row's label is about the target.
    implied_share : sequence of two float
        Expected share of related quotes among those that have none of the terms: first where the paragraph has one,
        then where it has none either.

    Returns
    -------
    array of float, shape (n,)
        Weights from 0 to 1.
    """
    flags = [set(text.split()) for text in flag_texts]
    in_quote, in_paragraph = (np.array([flag in row for row in flags]) for flag in (IN_QUOTE, IN_PARAGRAPH))
    weights = np.ones(len(flags))
    for rows, share in zip((~in_quote & in_paragraph, ~in_quote & ~in_paragraph), implied_share, strict=True):
        on_target, off_target = rows & related, rows & ~related
        if on_target.any() and off_target.any():
            weights[on_target] = min(1.0, share / (1 - share) * off_target.sum() / on_target.sum())
    return weights
