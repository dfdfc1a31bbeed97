"""The scores of annotators beside the model, checked by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from scipy.stats import binomtest

from pipeline.core.targets import Target
from pipeline.evaluate.intervals import wilson_interval
from pipeline.evaluate.stance_measures import (
    find_near_duplicates,
    measure_ceiling,
    pass_rates,
    similarities_to_other_groups,
)
from pipeline.gold.behaviour_suite import BehaviourItem

LABELS = ["favor", "against", "conditional", "neutral", "unrelated"]
TARGET = Target("Is a truce wanted?", LABELS, ["truce"])


def row(number, gold, label, **more):
    return {
        "id": f"q{number}",
        "gold": gold,
        "label": label,
        "majority": "unrelated",
        "group": f"g{number % 3}",
        "fold": number % 2,
        "abstained": False,
        **{f"p_{name}": 0.8 if name == label else 0.05 for name in LABELS},
        **more,
    }


ROWS = [
    row(0, "favor", "favor"),
    row(1, "against", "favor", abstained=True),
    row(2, "unrelated", "unrelated"),
    row(3, "unrelated", "favor"),
]


def test_annotator_agreement(tmp_path):
    path = tmp_path / "stance.jsonl"
    both = [("favor", "favor"), ("against", "neutral")]
    rows = [
        {"id": f"q{k}", "group": "g", "first": {"truce": a}, "second": {"truce": b}} for k, (a, b) in enumerate(both)
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    scores = measure_ceiling(path, "truce", ROWS, TARGET)
    assert scores["quotes"] == 2
    assert scores["annotators"]["accuracy"]["value"] == scores["model"]["accuracy"]["value"] == 0.5
    assert measure_ceiling(path, "other", ROWS, TARGET) is None
    assert measure_ceiling(tmp_path / "none.jsonl", "truce", ROWS, TARGET) is None


TEXT = "the ferry sails on Monday if the pilots come back"


@pytest.mark.parametrize(
    ("one", "other", "similarity"),
    [
        (TEXT, TEXT.upper() + "!", 1),
        # Seven word triples of eight are shared, of nine in all.
        (TEXT, TEXT.replace("back", "home"), 7 / 9),
        (TEXT, "wheat is cheap in the harbour this year", 0),
        ("Never.", "“Never”", 1),
        ("Never.", "Never again, he said.", 0),
    ],
)
def test_similarity_is_the_jaccard_index_of_word_triples(one, other, similarity):
    found = similarities_to_other_groups([one, other], ["a", "b"])
    assert found == pytest.approx([similarity] * 2)


def test_quotes_of_one_group_may_be_similar():
    assert similarities_to_other_groups([TEXT, TEXT], ["a", "a"]) == [0, 0]


def test_share():
    found = find_near_duplicates([TEXT, TEXT, "wheat is cheap today"], ["a", "b", "c"])
    assert found == {"rows": 2, "share": 0.6667}


def test_no_quotes():
    assert find_near_duplicates([], []) == {"rows": 0, "share": 0.0}


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
