"""Groups of the learning curve, and the rows of its table."""

import numpy as np
import pytest

from pipeline.core.targets import Target
from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.config import StanceConfig
from pipeline.stance.learning_curve import TRAINING_SHARES, draw_groups, predict_with_fewer_groups
from pipeline.stance.training_set import TrainingSet

GROUPS = np.array([f"g{k // 2}" for k in range(40)])
ROWS = np.full((20, 2), 0.5)


def test_larger_shares_contain_the_smaller_ones_and_only_training_groups():
    train = np.arange(10, 40)
    taken = [set(draw_groups(train, GROUPS, share, 7).tolist()) for share in (0.1, 0.5, 1.0)]
    assert taken[0] < taken[1] < taken[2] == set(train.tolist())
    # Groups stay whole: 15 of them, of two rows each.
    assert [len(rows) for rows in taken] == [4, 16, 30]


@pytest.mark.parametrize("share", [0.001, 0.1])
def test_every_share_has_at_least_one_group(share):
    assert len(draw_groups(np.arange(4), GROUPS, share, 7)) == 2


def training_set(**settings):
    """Return 40 quotes of two labels in 20 groups, and a model without the slower features."""
    texts = ["we want a truce", "no truce, ever"] * 20
    rows = [StanceRow(str(k), t, t, GROUPS[k], "talks", "A", {}, None, None, None, False) for k, t in enumerate(texts)]
    model = StanceClassifier(character_weight=0, embedding_weight=0, near_weight=0, relevance_weight=0, **settings)
    target = Target(question="?", labels=["favor", "against"], relevance_terms=["truce"])
    return TrainingSet(target, StanceConfig(folds=2, **settings), rows, ["favor", "against"] * 20, model)


def test_rows_of_the_table():
    training = training_set()
    found = list(predict_with_fewer_groups(training))
    assert [one["share"] for one in found] == [share for share in TRAINING_SHARES for _ in range(40)]
    assert sorted(one["id"] for one in found[:40]) == sorted(row.id for row in training.rows)
    assert {one["trained_on"] for one in found[80:]} == {10}
    assert [one["label"] for one in found[80:]] == [training.gold[int(one["id"])] for one in found[80:]]


def test_models_of_the_curve_are_calibrated_only_where_that_changes_labels(monkeypatch):
    used = []
    monkeypatch.setattr(StanceClassifier, "predict_proba", lambda model, rows: used.append(model.calibration) or ROWS)
    for calibration in ("temperature", "sigmoid"):
        list(predict_with_fewer_groups(training_set(calibration=calibration)))
    assert used == [None] * 6 + ["sigmoid"] * 6


@pytest.mark.parametrize("labels", [["favor", "against"], ["favor", "against", "unrelated"]])
def test_labels_without_calibration_are_those_with_a_temperature(labels):
    texts = ["we want a truce", "no truce, ever", "the ferry sails"] * 20
    pairs = [(t, label) for t, label in zip(texts, ["favor", "against", "unrelated"] * 20, strict=True)]
    pairs = [pair for pair in pairs if pair[1] in labels]
    asked = ["a truce", "no ferry", "ever a truce", "we want no truce", "the ferry"]

    def predict(calibration):
        model = StanceClassifier(embedding_weight=0, calibration=calibration).fit(*zip(*pairs, strict=True))
        assert model.predict_proba(asked).sum(axis=1) == pytest.approx(1)
        return [prediction["label"] for prediction in model.predict(asked)]

    assert predict(None) == predict("temperature")
