import numpy as np
import pytest

from pipeline.stance.calibration import GeometricMean, calibrate

LINEAR = np.log([[0.7, 0.2, 0.1], [0.2, 0.2, 0.6]])


@pytest.mark.parametrize(("share", "expected"), [(0.0, LINEAR), (1.0, np.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]))])
def test_a_share_of_all_or_nothing_is_one_of_the_two(share, expected):
    joined = np.hstack([LINEAR, np.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]])])
    assert np.allclose(GeometricMean(3, share).decision_function(joined), expected)


def test_where_both_agree_the_mean_says_the_same():
    joined = np.hstack([LINEAR, LINEAR])
    assert np.allclose(GeometricMean(3, 0.5).decision_function(joined), LINEAR)


@pytest.mark.parametrize("n_classes", [2, 5])
def test_it_is_calibrated_on_rows_that_were_not_trained_on(n_classes):
    rng = np.random.default_rng(2)
    codes = rng.integers(n_classes, size=2000)
    # Both are far too sure: they give 0.99 to a class that is right in 70 %.
    guessed = np.where(rng.random(2000) < 0.7, codes, rng.integers(n_classes, size=2000))
    sure = np.full((2000, n_classes), np.log(0.01 / (n_classes - 1)))
    sure[np.arange(2000), guessed] = np.log(0.99)
    joined = np.hstack([sure, sure])
    top = calibrate(joined, codes, 0.5, "temperature").predict_proba(joined).max(axis=1).mean()
    assert top == pytest.approx((guessed == codes).mean(), abs=0.03)
