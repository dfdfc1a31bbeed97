"""The sentence on trust, and the warning that scores will not carry over."""

import pytest

from pipeline.report.trust import judge_trust


def real(value, other):
    return {
        "targets": {
            "truce": {"stances_kept_right": {"value": value}},
            "land_swap": {"stances_kept_right": other and {"value": other}},
        }
    }


def shift(**beyond):
    names = ("likeness", "unseen", "labels", "confidence")
    return {"measures": {name: {"beyond": beyond.get(name, False)} for name in names}}


def test_the_sentence_gives_the_range_over_the_sets():
    sentence = judge_trust({"real_quotes": [real(0.912, 0.894), real(0.833, 0.894)]}).sentence
    assert "right in 83 to 91 % of those about a truce and 89 % of those about a land swap" in sentence


def test_the_share_of_each_target_is_there_for_the_cards():
    assert judge_trust({"real_quotes": [real(0.912, None)]}).right == {"truce": "91 %"}
    assert judge_trust({}).right == {}


@pytest.mark.parametrize("scores", [{}, {"real_quotes": []}, {"real_quotes": [{"targets": {}}]}])
def test_without_real_quotes_nothing_is_promised(scores):
    trust = judge_trust(scores)
    assert "has not been measured on real news" in trust.sentence
    # Nothing that was measured could hold for these articles, or not.
    assert (trust.warnings, trust.unchecked) == ({}, "")


def test_scores_that_were_not_compared_may_not_hold():
    assert "is not known" in judge_trust({"real_quotes": [real(0.9, 0.8)]}).unchecked


def test_a_measure_beyond_its_range_is_a_warning():
    trust = judge_trust({"shift": {"run": {"truce": shift(unseen=True, confidence=True), "land_swap": shift()}}})
    said = "Truce: more of their words are new to the model; the model is less sure of them."
    assert trust.warnings == {"truce": said}
    assert trust.unchecked == ""


def test_sets_of_the_users_own_gold_are_no_warning_on_the_page():
    trust = judge_trust({"shift": {"run": {"truce": shift()}, "mine": {"truce": shift(unseen=True)}}})
    assert (trust.warnings, trust.unchecked) == ({}, "")


BINS = [[0.5, 0.52, 0.3], [0.96, 0.68, 0.3], [0.99, 0.98, 0.4]]


@pytest.mark.parametrize(
    ("error", "bins", "expected"),
    [
        (0.05, BINS, None),
        (0.1086, BINS, "off by 10.9 points on average, and of the labels given 96 %, 68 % were right."),
        (0.1086, [[0.5, 0.7, 1.0]], "off by 10.9 points on average."),
        (0.1086, [], "off by 10.9 points on average."),
    ],
)
def test_percentages_that_are_far_off_are_named(error, bins, expected):
    scores = {"stance": {"truce": {"model": {"calibration_error": {"value": error}}, "reliability": bins}}}
    said = judge_trust(scores).percentages
    assert said == {} if expected is None else said["truce"].endswith(expected)
