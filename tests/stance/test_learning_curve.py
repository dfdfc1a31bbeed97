"""Groups of the learning curve, and the rows of its table."""

import numpy as np
import pytest

from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.learning_curve import TRAINING_SHARES, draw_groups, predict_with_fewer_groups

GROUPS = np.array([f"g{k // 2}" for k in range(40)])


def test_larger_shares_contain_the_smaller_ones_and_only_training_groups():
    train = np.arange(10, 40)
    taken = [set(draw_groups(train, GROUPS, share, 7).tolist()) for share in (0.1, 0.5, 1.0)]
    assert taken[0] < taken[1] < taken[2] == set(train.tolist())
    # Groups stay whole: 15 of them, of two rows each.
    assert [len(rows) for rows in taken] == [4, 16, 30]


@pytest.mark.parametrize("share", [0.001, 0.1])
def test_every_share_has_at_least_one_group(share):
    assert len(draw_groups(np.arange(4), GROUPS, share, 7)) == 2


def test_rows_of_the_table():
    texts = ["we want a truce", "no truce, ever"] * 20
    gold = ["favor", "against"] * 20
    rows = [StanceRow(str(k), t, t, GROUPS[k], "talks", "A", {}, None, None, None, False) for k, t in enumerate(texts)]
    model = StanceClassifier(character_weight=0, meaning_weight=0, near_weight=0, relevance_weight=0)

    def fit(chosen):
        return model.fit([rows[i] for i in chosen], [gold[i] for i in chosen])

    splits = [(np.arange(20, 40), np.arange(20)), (np.arange(20), np.arange(20, 40))]
    found = list(predict_with_fewer_groups(rows, gold, splits, 7, fit))
    assert [one["share"] for one in found] == [share for share in TRAINING_SHARES for _ in range(40)]
    assert [one["id"] for one in found[:40]] == [row.id for row in rows]
    assert {one["trained_on"] for one in found[80:]} == {10}
    assert [one["label"] for one in found[80:]] == gold
