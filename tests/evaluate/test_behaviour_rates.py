"""Shares right of the behaviour suite, from invented predictions."""

from dataclasses import replace

import pytest
from scipy.stats import binomtest

from pipeline.evaluate import behaviour_rates
from pipeline.evaluate.intervals import wilson_interval
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
    ("a", 0): ("favor", 0.9),
    ("b", 0): ("favor", 0.7),
    ("c", 0): ("favor", 0.8),
    ("d", 0): ("neutral", 0.5),
    ("d", 1): ("neutral", 0.4),
    ("e", 0): ("favor", 0.9),
    ("e", 1): ("favor", 0.6),
    ("f", 0): ("favor", 0.9),
}


def test_rates_by_target_and_kind():
    rates = behaviour_rates.pass_rates(SUITE, PREDICTED)
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


def test_reserved_items_are_counted_first_and_their_failures_not_shown():
    reserved = [replace(item(name, "direction", ("favor", "against")), reserved=True) for name in ("x", "y")]
    labels = {("x", 0): "favor", ("x", 1): "against", ("y", 0): "neutral", ("y", 1): "neutral"}
    suite, predicted = [*SUITE, *reserved], PREDICTED | {key: (label, 0.8) for key, label in labels.items()}
    rates = behaviour_rates.pass_rates(suite, predicted)["ceasefire"]
    assert (rates["kinds"]["direction"]["right"], rates["kinds"]["direction"]["items"]) == (1, 2)
    assert {kind: (rate["right"], rate["items"]) for kind, rate in rates["known"].items()} == {"direction": (0, 1)}
    assert rates["kinds"]["invariance"]["items"] == 1
    failures = behaviour_rates.surest_failures(suite, predicted, 9)
    assert not {"x", "y"} & {failure.item.id for failure in failures}


def test_failures_are_ordered_by_confidence():
    suite = [*SUITE, item("g", "must_pass", ("against",)), item("h", "direction", ("favor", "against"))]
    predicted = PREDICTED | {("g", 0): ("favor", 0.8), ("h", 0): ("neutral", 0.7), ("h", 1): ("against", 0.7)}
    failures = behaviour_rates.surest_failures(suite, predicted, 4)
    assert [failure.item.id for failure in failures] == ["c", "g", "b", "h"]
    assert failures[-1].labels == ("neutral", "against")


def test_no_suite():
    assert behaviour_rates.pass_rates([], {}) == {}
    assert behaviour_rates.surest_failures([], {}, 3) == []


@pytest.mark.parametrize(("right", "number"), [(0, 1), (0, 12), (1, 1), (3, 7), (12, 12), (271, 412)])
def test_wilson_interval_is_that_of_scipy(right, number):
    expected = binomtest(right, number).proportion_ci(method="wilson")
    assert wilson_interval(right, number) == pytest.approx((expected.low, expected.high), abs=1e-12)
