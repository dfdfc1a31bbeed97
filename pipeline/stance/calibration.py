"""From two models to probabilities: geometric mean, calibration, and the threshold from which a label is given.

The mean of the probabilities of the linear model and the encoder: Genest and Zidek (1986). Abstaining with a bounded
error: selective classification (Geifman and El-Yaniv 2017).
"""

from typing import Any, Self

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV

# A threshold above every probability.
ALWAYS_ABSTAIN = 2.0
# What is fitted is rounded: later digits depend on the processor. Smaller coefficients than these have more digits.
DECIMALS, SMALL = 4, 0.01


def round_coefficients(values: np.ndarray) -> np.ndarray:
    """Return coefficients with `DECIMALS` decimals, more where all are `SMALL`, and no negative zero."""
    largest = np.abs(values).max(initial=0.0)
    more = int(np.ceil(np.log10(SMALL / largest))) if 0 < largest < SMALL else 0
    return np.round(values, DECIMALS + more) + 0.0


class GeometricMean(ClassifierMixin, BaseEstimator):
    """The weighted geometric mean of two sets of probabilities; nothing is fitted.

    Its `X` has log-probabilities, shape (n, 2 n_classes): those of the linear model, then those of the encoder, whose
    weight is `encoder_share`, 0 to 1. Classes are numbered from 0.
    """

    def __init__(self, n_classes: int = 2, encoder_share: float = 0.5) -> None:
        self.n_classes = n_classes
        self.encoder_share = encoder_share

    @property
    def classes_(self) -> np.ndarray:
        """Numbers of the classes, shape (n_classes,)."""
        return np.arange(self.n_classes)

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Return self: there is nothing to fit."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def decision_function(self, X: Any) -> np.ndarray:
        """Return log-probabilities but for a constant, shape (n, n_classes).

        For two classes it is the log-odds of the second, shape (n,), as scikit-learn expects.
        """
        linear, encoder = X[:, : self.n_classes], X[:, self.n_classes :]
        scores = (1 - self.encoder_share) * linear + self.encoder_share * encoder
        return scores[:, 1] - scores[:, 0] if self.n_classes == 2 else scores

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return probabilities that are not calibrated, shape (n, n_classes)."""
        scores = self.decision_function(X)
        return softmax(np.column_stack([np.zeros(len(scores)), scores]) if scores.ndim == 1 else scores, axis=1)

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of the most probable class of each row."""
        return self.predict_proba(X).argmax(axis=1)


def calibrate(
    mean: GeometricMean, joined: np.ndarray, codes: np.ndarray, method: str | None, weights: np.ndarray | None = None
) -> CalibratedClassifierCV:
    """Return the mean of two models, calibrated on rows that neither model should have been trained on.

    `joined`, shape (n, 2 n_classes), are the log-probabilities that the mean reads, `codes` and `weights`, shape (n,),
    class (each occurs) and weight of each row; the `method` is `temperature` or `sigmoid`.
    """
    rows = np.arange(len(joined))
    calibrated = CalibratedClassifierCV(mean, method=method, cv=[(rows, rows)], ensemble=False)
    calibrated.fit(joined, codes, sample_weight=weights)
    # Row numbers of the training data, which a saved model does not need; nothing is fitted in a fold.
    calibrated.cv = None
    for fitted in calibrated.calibrated_classifiers_[0].calibrators:
        for name in {"a_", "b_", "beta_"} & vars(fitted).keys():
            setattr(fitted, name, np.round(getattr(fitted, name), DECIMALS))
    return calibrated


def choose_threshold(confidence: np.ndarray, right: np.ndarray, error: float) -> float:
    """Return the lowest confidence from which on at most a share `error` of the labels is wrong.

    It is `ALWAYS_ABSTAIN` when no set of the most confident rows is good enough, and 0 when the set of all rows is.
    `confidence`, shape (n,), is the probability of the predicted label, for rows that were not trained on, and `right`
    whether the label is right.
    """
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    wrong = np.cumsum(~right[order]) / np.arange(1, len(ranked) + 1)
    # Rows of equal confidence are accepted together or not at all.
    last_of_ties = np.append(ranked[1:] < ranked[:-1], True)[: len(ranked)]
    good = np.flatnonzero(last_of_ties & (wrong <= error))
    if not len(good):
        return ALWAYS_ABSTAIN
    return 0.0 if good[-1] == len(ranked) - 1 else float(ranked[good[-1]])


def abstain_by_fold(
    confidence: np.ndarray, right: np.ndarray, counted: np.ndarray, fold: np.ndarray, error: float
) -> np.ndarray:
    """Return for each row whether to abstain, by a threshold chosen on the `counted` rows of the other folds."""
    abstained = np.zeros(len(fold), dtype=bool)
    for number in np.unique(fold):
        tested, others = fold == number, (fold != number) & counted
        abstained[tested] = confidence[tested] < choose_threshold(confidence[others], right[others], error)
    return abstained
