"""Predict stances by a linear SVM on word n-grams, the usual trained baseline (Mohammad et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC


def predict_ngrams(texts: Sequence[str], gold: Sequence[str], folds: Sequence[int]) -> list[str]:
    """Predict a label for each quote by a model that was trained on the quotes of the other folds."""
    features = _features(tuple(texts))
    labels, fold_numbers, predicted = np.array(gold), np.array(folds), np.array(gold)
    for fold in np.unique(fold_numbers):
        test = fold_numbers == fold
        predicted[test] = _fit_and_predict(features[~test], labels[~test], features[test])
    return [str(label) for label in predicted]


# Targets mostly share their texts, and the features take as long as the models.
@lru_cache(maxsize=1)
def _features(texts: tuple[str, ...]) -> sparse.csr_matrix:
    # Every mark is a token too, so that no text is without one.
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+|\S")
    features: sparse.csr_matrix = vectorizer.fit_transform(texts)
    return features


def _fit_and_predict(train: sparse.csr_matrix, labels: np.ndarray, test: sparse.csr_matrix) -> np.ndarray:
    if len(np.unique(labels)) < 2:
        return np.repeat(labels[:1], test.shape[0])
    predicted: np.ndarray = LinearSVC(class_weight="balanced", random_state=0).fit(train, labels).predict(test)
    return predicted
