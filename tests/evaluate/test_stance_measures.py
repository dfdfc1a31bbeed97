"""Scores by slice, the learning curve and the agreement of annotators, checked by hand."""

import json

import pytest

from pipeline.core.targets import Target
from pipeline.evaluate.stance import learning_scores, stance_slices
from pipeline.evaluate.stance.stance_measures import measure_ceiling
from pipeline.gold.stance_annotations import StanceRow

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
    row(0, "favor", "favor", slices={"type": "direct", "author": "A"}),
    row(1, "against", "favor", slices={"type": "direct", "author": "B"}, abstained=True),
    row(2, "unrelated", "unrelated", slices={"type": "indirect", "author": "A"}),
    row(3, "unrelated", "favor", slices={"type": "indirect", "author": "A"}),
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“Not while I am mayor,”", "direct"),
        ("''Not while I am mayor.''", "direct"),
        ("the harbour was “closed to all”, and stays so", "mixed"),
        ("“Closed”, the harbour stays so", "mixed"),
        ("it's the mayor's harbour", "indirect"),
        ("’", "indirect"),
    ],
)
def test_type_from_quotation_marks(text, kind):
    assert stance_slices.type_by_marks(text) == kind


def test_slices():
    scores = stance_slices.score_stance_slices(ROWS, TARGET)
    assert list(scores) == ["type", "author"]
    direct = scores["type"]["direct"]
    assert (direct["quotes"], direct["directed"], direct["kept"]) == (2, 2, 0.5)
    # Of the two, the wrong one is not kept.
    assert (direct["accuracy"]["value"], direct["wrong"]["value"]) == (0.5, 0)
    assert scores["type"]["indirect"]["directed"] == 0
    assert {author: v["quotes"] for author, v in scores["author"].items()} == {"A": 3, "B": 1}


def test_slices_of_a_row_know_the_kinds_of_the_run():
    row = StanceRow("q", "no", "No, she said.", "g", "talks", "A", {}, "said", "she", "The Dara Olm", True)
    slices = stance_slices.slice_values(row, {"dara olm": "person"})
    assert (slices["speaker"], slices["annotator"], slices["length"]) == ("person", "unsure", "1 to 4 words")


def test_learning_curve():
    smaller = [
        {"id": f"q{k}", "share": share, "trained_on": trained, "label": "unrelated"}
        for share, trained, known in ((0.5, 4, 4), (0.25, 2, 4), (0.1, 1, 3))
        for k in range(known)
    ]
    curve = learning_scores.score_learning_curve(ROWS, smaller, TARGET)
    # A tenth does not cover all quotes.
    assert {share: figures["trained_on"] for share, figures in curve.items()} == {"25": 2, "50": 4, "100": 2}
    assert (curve["25"]["accuracy"]["value"], curve["100"]["accuracy"]["value"]) == (0.5, 0.5)
    assert curve["25"]["f1_favor_against"]["value"] == 0 < curve["100"]["f1_favor_against"]["value"]


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
