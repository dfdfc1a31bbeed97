"""Target encoding: a category as the smoothed log-odds of a label given the category, since trees split on numbers.

Micci-Barreca (2001), A preprocessing scheme for high-cardinality categorical attributes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.token_arrays import Floats, Keys

MIN_COUNT = 25
_PRIOR = 20.0


@dataclass(frozen=True)
class TargetEncoder:
    """Values of the known categories, whose keys are sorted; any other category has the value `rest`."""

    keys: Keys
    values: NDArray
    rest: float

    def __call__(self, keys: Keys) -> Floats:
        """Return the values of categories."""
        if not len(self.keys):
            return np.full(len(keys), self.rest)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, self.values[at], self.rest)


def fit_target_encoder(keys: Keys, labels: Floats) -> TargetEncoder:
    """Fit an encoder to labels; categories seen fewer than `MIN_COUNT` times share one value."""
    unique, at, counts = np.unique(keys, return_inverse=True, return_counts=True)
    right = np.bincount(at, weights=labels, minlength=len(unique))
    base = labels.mean() if len(labels) else 0.5
    share = (right + _PRIOR * base) / (counts + _PRIOR)
    values = np.log(share + 1e-4) - np.log(1 - share + 1e-4)
    often = counts >= MIN_COUNT
    rare = (right[~often].sum() + _PRIOR * base) / (counts[~often].sum() + _PRIOR)
    rest = float(np.log(rare + 1e-4) - np.log(1 - rare + 1e-4))
    return TargetEncoder(unique[often], np.round(values[often], 4), round(rest, 4))
