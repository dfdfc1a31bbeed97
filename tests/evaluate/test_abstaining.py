"""Risk and coverage, checked by hand."""

import numpy as np
import pytest

from pipeline.evaluate import stance_scores

CONFIDENCE = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
RIGHT = np.array([True, True, False, True, False])


def test_the_curve_ends_at_full_coverage():
    kept, wrong = zip(*stance_scores.risk_coverage_curve(CONFIDENCE, RIGHT, points=5), strict=True)
    assert kept == (0.2, 0.4, 0.6, 0.8, 1.0)
    assert wrong == pytest.approx((0, 0, 1 / 3, 1 / 4, 2 / 5))
    assert stance_scores.risk_coverage_curve(np.array([]), np.array([], dtype=bool)) == []


def test_the_error_of_what_is_kept():
    members = list(np.arange(20)[:, None])
    summary = stance_scores.summarise_coverage(np.arange(20) >= 2, np.arange(20) >= 10, members, 0.1)
    assert (summary["coverage"]["value"], summary["error"]["value"], summary["given"]) == (0.5, 0.2, 10)
    nothing = stance_scores.summarise_coverage(RIGHT, np.ones(5, dtype=bool), list(np.arange(5)[:, None]), 0.1)
    assert (nothing["coverage"]["value"], nothing["error"]) == (0, None)
