"""The mean of two models, its calibration, and the threshold from which a label is given."""

import numpy as np
import pytest

from pipeline.stance.calibration import ALWAYS_ABSTAIN, GeometricMean, abstain_by_fold, calibrate, choose_threshold

LINEAR = np.log([[0.7, 0.2, 0.1], [0.2, 0.2, 0.6]])
ENCODER = np.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])


@pytest.mark.parametrize(
    ("share", "other", "expected"), [(0.0, ENCODER, LINEAR), (1.0, ENCODER, ENCODER), (0.5, LINEAR, LINEAR)]
)
def test_the_mean_lies_between_the_two(share, other, expected):
    assert np.allclose(GeometricMean(3, share).decision_function(np.hstack([LINEAR, other])), expected)


@pytest.mark.parametrize("n_classes", [2, 5])
def test_it_is_calibrated_on_rows_that_were_not_trained_on(n_classes):
    rng = np.random.default_rng(2)
    codes = rng.integers(n_classes, size=2000)
    # Both are far too sure: they give 0.99 to a class that is right in 70 %.
    guessed = np.where(rng.random(2000) < 0.7, codes, rng.integers(n_classes, size=2000))
    sure = np.full((2000, n_classes), np.log(0.01 / (n_classes - 1)))
    sure[np.arange(2000), guessed] = np.log(0.99)
    joined = np.hstack([sure, sure])
    top = calibrate(GeometricMean(n_classes), joined, codes, "temperature").predict_proba(joined).max(axis=1).mean()
    assert top == pytest.approx((guessed == codes).mean(), abs=0.03)


@pytest.mark.parametrize(
    ("confidence", "right", "error", "expected"),
    [
        ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0], 0.0, 0.8),
        ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0], 0.4, 0.7),
        ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 0], 0.5, 0.0),
        ([0.6, 0.9, 0.7, 0.8], [0, 1, 0, 1], 0.0, 0.8),
        ([0.9, 0.8, 0.8], [1, 1, 0], 0.1, 0.9),
        ([0.9, 0.8], [0, 1], 0.1, ALWAYS_ABSTAIN),
        ([], [], 0.1, ALWAYS_ABSTAIN),
    ],
)
def test_threshold(confidence, right, error, expected):
    assert choose_threshold(np.array(confidence, float), np.array(right, bool), error) == expected


def test_the_threshold_of_a_fold_is_chosen_on_the_other_folds():
    confidence, right = np.array([0.9, 0.5, 0.9, 0.5]), np.array([True, True, True, False])
    fold = np.array([0, 0, 1, 1])
    assert abstain_by_fold(confidence, right, np.full(4, True), fold, 0.0).tolist() == [False, True, False, False]
