"""The usual baseline of stance: a linear SVM on word n-grams of the quote (Mohammad et al. 2016), out of fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy import sparse


def predict_out_of_fold(texts: Sequence[str], gold: Sequence[str], fold: Sequence[int]) -> list[str]:
    """A label for each quote by a model of the other folds' quotes.

    Parameters
    ----------
    texts, gold, fold : sequences of length n
        Contents, labels and the folds that test them.
    """
    # Imported here, for most runs remember the labels.
    from sklearn.feature_extraction.text import TfidfVectorizer

    # A mark is a token too: no text is without one.
    numbers = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|\S").fit_transform(texts)
    y, folds, given = np.array(gold), np.array(fold), [""] * len(texts)
    for number in np.unique(folds):
        test, train = np.flatnonzero(folds == number), np.flatnonzero(folds != number)
        labels = _predict(numbers[train], y[train], numbers[test])
        for row, label in zip(test.tolist(), labels, strict=True):
            given[row] = label
    return given


def _predict(train: sparse.csr_matrix, y: np.ndarray, test: sparse.csr_matrix) -> list[str]:
    from sklearn.svm import LinearSVC

    if len(np.unique(y)) < 2:
        return [str(y[0])] * test.shape[0]
    return LinearSVC(class_weight="balanced", random_state=0).fit(train, y).predict(test).tolist()
