"""The shift of the run: similarity of the sampled quotes, and labels of all quotes of their articles."""

from __future__ import annotations

import pytest

from pipeline.core import paths
from pipeline.core.schema.stance_tables import drift_sample, stances
from pipeline.core.storage import tables
from pipeline.evaluate.stance.predictions import StancePredictions
from pipeline.evaluate.stance.run_shift import measure_distribution_shift

LABELS = ("favor", "against", "unrelated")
ARTICLES = [f"{n:016x}" for n in range(60)]
# Training quotes of two authors; the articles of the run are compared with the spread between them.
TRAINING = [
    {"id": author, "part": author, "similarity": value, "words": 10, "unseen": 10 * value}
    for author, value in (("A", 0.1), ("B", 0.9))
]
PREDICTIONS = StancePredictions(
    {"truce": [{"id": row["id"], "gold": "favor", "label": "favor", "p": row["similarity"]} for row in TRAINING]},
    {"truce": TRAINING},
    {},
)


def write_run(root, label, similarity):
    probabilities = {f"p_{name}": 0.75 if name == label else 0.125 for name in LABELS}
    rows = [
        {
            "quote_id": f"{i}-0",
            "target": "truce",
            "label": label,
            "abstained": False,
            "evidence": [],
            "model": "m",
            **probabilities,
        }
        for i in [*ARTICLES, "00notsampled0000"]
    ]
    tables.write(stances(LABELS), rows, root / paths.STANCES)
    row = {"target": "truce", "similarity": similarity, "words": 2, "unseen": 1}
    sample = [{**row, "id": f"{i}-0", "part": i} for i in ARTICLES]
    tables.write(drift_sample(), sample, root / paths.DRIFT_SAMPLE)


@pytest.mark.parametrize(
    ("label", "similarity", "values"),
    [
        ("favor", 0.5, {"likeness": 0.5, "unseen": 0.5, "labels": 0.0, "confidence": 0.75}),
        ("against", 0.5, {"likeness": 0.5, "unseen": 0.5, "labels": 1.0, "confidence": 0.75}),
        ("favor", 0.25, {"likeness": 0.25, "unseen": 0.5, "labels": 0.0, "confidence": 0.75}),
    ],
)
def test_shift_of_the_run(tmp_path, label, similarity, values):
    write_run(tmp_path, label, similarity)
    shift = measure_distribution_shift(tmp_path, PREDICTIONS)["run"]["truce"]
    assert shift["quotes"] == 60
    assert {name: measure["value"] for name, measure in shift["measures"].items()} == values
