"""The scores of annotators beside the model, checked by hand."""

import json

from pipeline.core.targets import Target
from pipeline.evaluate.stance_measures import measure_ceiling

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
