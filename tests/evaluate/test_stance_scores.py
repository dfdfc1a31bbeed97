"""Stance measures and agreement, checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.targets import LabelRoles, Target
from pipeline.evaluate import agreement, stance_scores

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
TARGET = Target("Is a truce wanted?", LABELS, ["truce"])


def rows(pairs, p=0.8, abstained=()):
    rest = (1 - p) / (len(LABELS) - 1)
    return [
        {
            "gold": gold,
            "label": label,
            "majority": "unrelated",
            "keywords": gold,
            "group": f"g{k % 3}",
            "abstained": k in abstained,
            **{f"p_{name}": p if name == label else rest for name in LABELS},
        }
        for k, (gold, label) in enumerate(pairs)
    ]


def test_measures():
    pairs = [("favor", "favor"), ("against", "favor"), ("unrelated", "unrelated"), ("unrelated", "unrelated")]
    figures = stance_scores.score_target(rows(pairs, abstained={1}), TARGET, 0.1)
    assert figures["model"]["accuracy"]["value"] == 0.75
    # favor: precision 1/2, recall 1; against: 0.
    assert figures["model"]["f1_favor_against"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["model"]["related_f1"]["value"] == 1.0
    assert figures["majority"]["accuracy"]["value"] == 0.5
    assert figures["keywords"]["accuracy"]["value"] == 1
    # Of the two predicted stances one is kept, and it is right.
    assert (figures["kept"]["coverage"]["value"], figures["kept"]["error"]["value"]) == (0.5, 0.0)
    assert figures["confusion"][1][0] == 1
    assert figures["difference"]["keywords"]["accuracy"]["value"] == -0.25


def test_favor_and_against_are_the_labels_with_these_roles():
    target = Target("Is a truce wanted?", ["for", "contra"], ["truce"], roles=LabelRoles(favor="for", against="contra"))
    predictions = [{"gold": "for", "label": label, "group": "g"} for label in ("for", "contra")]
    scores = stance_scores.score_labels(predictions, "label", target)
    assert scores["f1_favor_against"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    # Without a label for unrelated quotes, all are related.
    assert scores["related_f1"]["value"] == 1


def test_a_difference_is_clearer_than_two_intervals():
    # The baseline has the model's labels, but for every tenth, which only the model has right.
    predictions = [
        {"gold": gold, "label": gold if k % 3 else "neutral", "group": f"g{k}"}
        for k, gold in enumerate(["favor", "against"] * 60)
    ]
    for k, row in enumerate(predictions):
        row |= {"ngrams": "unrelated" if k % 10 == 1 else row["label"], "same": row["label"]}
    model, baseline = (
        stance_scores.score_labels(predictions, name, TARGET)["accuracy"] for name in ("label", "ngrams")
    )
    difference = stance_scores.score_difference(predictions, "ngrams", TARGET)["accuracy"]
    assert baseline["high"] > model["low"]
    assert 0 < difference["low"] < difference["value"] == pytest.approx(model["value"] - baseline["value"], abs=1e-4)
    nothing = {"value": 0, "low": 0, "high": 0}
    assert stance_scores.score_difference(predictions, "same", TARGET)["macro_f1"] == nothing


def test_calibration_error_is_zero_when_shares_match_and_grows_with_overconfidence():
    right = np.array([1, 1, 1, 1, 0] * 20, dtype=bool)
    for stated, error in ((0.8, 0), (1.0, 0.2)):
        bins = stance_scores.bins_of_equal_mass(np.zeros(100), np.full(100, stated), right, bins=1)
        assert stance_scores.calibration_error(*bins) == pytest.approx(error)


def test_alpha():
    same = [("favor", "favor"), ("against", "against"), ("neutral", "neutral")] * 5
    groups = ["a", "b", "c"] * 5
    assert agreement.krippendorff_alpha(same, groups, LABELS)["alpha"] == 1
    crossed = [("favor", "against"), ("against", "favor"), ("neutral", "neutral")] * 5
    figures = agreement.krippendorff_alpha(crossed, groups, LABELS)
    assert figures["alpha"] < 0.2
    assert figures["agree"] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("0100000010", "1110010000", 0.095), ("aabbdcccedda", "babbbccceddd", 0.692)],
)
def test_alpha_of_the_paper(first, second, expected):
    """Examples B and C of Krippendorff (2011)."""
    values = sorted({*first, *second})
    scores = agreement.krippendorff_alpha(list(zip(first, second, strict=True)), list(first), values)["alpha"]
    assert scores == pytest.approx(expected, abs=5e-4)


def test_alpha_without_variation_is_not_an_error():
    assert agreement.krippendorff_alpha([("unrelated", "unrelated")] * 4, list("aabb"), LABELS)["alpha"] == 1


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
