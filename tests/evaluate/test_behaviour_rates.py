"""Shares right of the behaviour suite, from invented predictions."""

from dataclasses import replace

import pytest
from scipy.stats import binomtest

from pipeline.evaluate.intervals import wilson_interval
from pipeline.evaluate.stance_measures import pass_rates
from pipeline.gold.behaviour_suite import BehaviourItem


def item(name, kind, expect, target="ceasefire", capability="negation"):
    texts = tuple({"text": f"{name} {k}"} for k in range(2 if kind in ("invariance", "direction") else 1))
    return BehaviourItem(name, kind, capability, target, texts, expect)


SUITE = [
    item("a", "must_pass", ("favor",)),
    item("b", "must_pass", ("against",)),
    item("c", "hard_negative", ("unrelated",), capability="sport"),
    item("d", "invariance", (), capability="names"),
    item("e", "direction", ("favor", "against")),
    item("f", "must_pass", ("favor",), target="peace"),
]
PREDICTED = {
    ("a", 0): "favor",
    ("b", 0): "favor",
    ("c", 0): "favor",
    ("d", 0): "neutral",
    ("d", 1): "neutral",
    ("e", 0): "favor",
    ("e", 1): "favor",
    ("f", 0): "favor",
}


def test_rates_by_target_and_kind():
    rates = pass_rates(SUITE, PREDICTED)
    kinds = rates["ceasefire"]["kinds"]
    counted = {kind: (rate["items"], rate["right"], rate["share"]["value"]) for kind, rate in kinds.items()}
    assert counted == {
        "must_pass": (2, 1, 0.5),
        "hard_negative": (1, 0, 0.0),
        "invariance": (1, 1, 1.0),
        "direction": (1, 0, 0.0),
    }
    assert list(rates["peace"]["kinds"]) == ["must_pass"]
    assert kinds["must_pass"]["share"]["low"] < 0.5 < kinds["must_pass"]["share"]["high"]


def test_reserved_items_are_counted_first():
    reserved = [replace(item(name, "direction", ("favor", "against")), reserved=True) for name in ("x", "y")]
    labels = {("x", 0): "favor", ("x", 1): "against", ("y", 0): "neutral", ("y", 1): "neutral"}
    suite, predicted = [*SUITE, *reserved], PREDICTED | labels
    rates = pass_rates(suite, predicted)["ceasefire"]
    assert (rates["kinds"]["direction"]["right"], rates["kinds"]["direction"]["items"]) == (1, 2)
    assert {kind: (rate["right"], rate["items"]) for kind, rate in rates["known"].items()} == {"direction": (0, 1)}
    assert rates["kinds"]["invariance"]["items"] == 1


def test_no_suite():
    assert pass_rates([], {}) == {}


@pytest.mark.parametrize(("right", "number"), [(0, 1), (0, 12), (1, 1), (3, 7), (12, 12), (271, 412)])
def test_wilson_interval_is_that_of_scipy(right, number):
    expected = binomtest(right, number).proportion_ci(method="wilson")
    assert wilson_interval(right, number) == pytest.approx((expected.low, expected.high), abs=1e-12)
