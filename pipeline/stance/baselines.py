"""The baselines of stance: keywords, and a linear SVM on word n-grams, the usual one (Mohammad et al. 2016)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from pipeline.core.targets import Target, term_pattern
from pipeline.stance.classifier_input import ClassifierInput


def predict_keywords(items: Sequence[ClassifierInput], target: Target, rules: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a label for each quote by the words of its content and cue.

    A quote that has none of the target's relevance terms is unrelated. Of the others, the first rule with a word in the
    quote decides; where there is none, the quote is neutral. The last label stands in for labels that the target lacks.
    The rules are `stance.keyword_rules` of the language: words by the role of the label that they speak for, in order.
    """
    terms = term_pattern(target.relevance_terms)
    patterns = {role: term_pattern(words) for role, words in rules.items()}

    def find_role(text: str) -> str:
        if not (terms and terms.search(text)):
            return "unrelated"
        return next((role for role, words in patterns.items() if words and words.search(text)), "neutral")

    roles = [find_role(f"{item.cue} {item.text}") for item in items]
    return [getattr(target.roles, role) or target.labels[-1] for role in roles]


def predict_ngrams(texts: Sequence[str], gold: Sequence[str], folds: np.ndarray) -> list[str]:
    """Predict a label for each quote by a model that was trained on the quotes of the other folds."""
    features = _features(tuple(texts))
    labels, predicted = np.array(gold), np.array(gold)
    for fold in np.unique(folds):
        test = folds == fold
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
