import numpy as np
import pytest

from pipeline.stance.calibration import ALWAYS_ABSTAIN, abstain_by_fold, choose_threshold


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
