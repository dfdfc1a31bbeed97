"""Risk and coverage, checked by hand."""

import numpy as np
import pytest

from pipeline.evaluate import stance_scores
from pipeline.evaluate.intervals import ranks

CONFIDENCE = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
RIGHT = np.array([True, True, False, True, False])


@pytest.mark.parametrize(("error", "coverage"), [(0.0, 0.4), (0.24, 0.4), (0.25, 0.8), (0.4, 1.0)])
def test_coverage_at_an_error(error, coverage):
    assert stance_scores.coverage_at(ranks(-CONFIDENCE), RIGHT, error) == coverage


def test_rows_of_equal_confidence_are_accepted_together():
    assert stance_scores.coverage_at(ranks(np.full(4, 0.8)), np.array([True, True, True, False]), 0.1) == 0
    assert stance_scores.coverage_at(ranks(np.full(4, 0.8)), np.array([True, True, True, False]), 0.25) == 1


def test_the_curve_ends_at_full_coverage():
    kept, wrong = zip(*stance_scores.risk_coverage_curve(CONFIDENCE, RIGHT, points=5), strict=True)
    assert kept == (0.2, 0.4, 0.6, 0.8, 1.0)
    assert wrong == pytest.approx((0, 0, 1 / 3, 1 / 4, 2 / 5))
    assert stance_scores.risk_coverage_curve(np.array([]), np.array([], dtype=bool)) == []


@pytest.mark.parametrize(
    ("wrong", "error", "holds"), [(0, 0.1, "yes"), (10, 0.1, "no"), (2, 0.1, "open"), (20, 0.9, "no")]
)
def test_whether_a_claimed_error_holds(wrong, error, holds):
    right = np.arange(20) >= wrong
    summary = stance_scores.summarise_coverage(
        np.full(20, 0.9), right, np.zeros(20, dtype=bool), list(np.arange(20)[:, None]), error
    )
    assert summary["holds"] == holds
    assert summary["error"]["value"] == wrong / 20


def test_without_accepted_rows_there_are_no_numbers():
    summary = stance_scores.summarise_coverage(
        CONFIDENCE, RIGHT, np.ones(5, dtype=bool), list(np.arange(5)[:, None]), 0.1
    )
    assert (summary["coverage"]["value"], summary["error"], summary["holds"]) == (0, None, "open")
