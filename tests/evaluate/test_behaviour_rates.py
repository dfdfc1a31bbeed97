"""Failure rates of the behaviour suite, from invented predictions."""

import pytest

from pipeline.evaluate.stance import behaviour_rates
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
    rates = behaviour_rates.failure_rates(SUITE, PREDICTED)
    kinds = rates["ceasefire"]["kinds"]
    counted = {kind: (rate["items"], rate["failures"], rate["rate"]["value"]) for kind, rate in kinds.items()}
    assert counted == {
        "must_pass": (2, 1, 0.5),
        "hard_negative": (1, 1, 1.0),
        "invariance": (1, 0, 0.0),
        "direction": (1, 1, 1.0),
        "pairs": (2, 1, 0.5),
    }
    assert list(rates["peace"]["kinds"]) == ["must_pass"]
    assert kinds["pairs"]["rate"]["low"] < 0.5 < kinds["pairs"]["rate"]["high"]


def test_rates_by_capability():
    rates = behaviour_rates.failure_rates(SUITE, PREDICTED)["ceasefire"]["capabilities"]
    assert [(rate["kind"], rate["capability"], rate["items"], rate["failures"]) for rate in rates] == [
        ("must_pass", "negation", 2, 1),
        ("hard_negative", "sport", 1, 1),
        ("invariance", "names", 1, 0),
        ("direction", "negation", 1, 1),
    ]


@pytest.mark.parametrize(("n", "names"), [(9, ["c", "b", "e"]), (1, ["c"])])
def test_failures_are_ordered_by_confidence(n, names):
    failures = behaviour_rates.worst_failures(SUITE, PREDICTED, n)
    assert [failure.item.id for failure in failures] == names
    assert (failures[0].item.id, failures[0].labels) == ("c", ("favor",))


def test_no_suite():
    assert behaviour_rates.failure_rates([], {}) == {}
    assert behaviour_rates.worst_failures([], {}, 3) == []
