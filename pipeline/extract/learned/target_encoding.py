"""Target encoding: a category as the smoothed log-odds of a label given the category, since trees split on numbers.

Micci-Barreca (2001), A preprocessing scheme for high-cardinality categorical attributes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.learned.token_arrays import Floats, Keys


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
