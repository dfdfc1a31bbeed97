import numpy as np
import pytest

from pipeline.stance.row_sampling import complete_classes, split_by_group


@pytest.mark.parametrize(("rows", "groups", "folds"), [(60, 12, 5), (10, 3, 5), (8, 8, 2), (4, 2, 5)])
def test_groups_are_not_split_and_every_row_is_tested_once(rows, groups, folds):
    y, members = np.array(["a", "b"] * (rows // 2)), np.arange(rows) % groups
    splits = split_by_group(y, members, folds, seed=1)
    assert 2 <= len(splits) <= folds
    assert sorted(np.concatenate([test for _, test in splits]).tolist()) == list(range(rows))
    for train, test in splits:
        assert not set(members[train]) & set(members[test])


@pytest.mark.parametrize(("y", "groups"), [(["a", "b"], [0, 1]), (["a", "b", "a"], [0, 0, 0])])
def test_too_few_groups_give_no_split(y, groups):
    assert split_by_group(np.array(y), np.array(groups), 5, 1) == []


def test_training_rows_get_every_class():
    y = np.array(["a", "b", "a", "b", "rare"])
    splits = complete_classes([(np.array([0, 1]), np.array([2, 3, 4])), (np.array([2, 3, 4]), np.array([0, 1]))], y)
    assert [train.tolist() for train, _ in splits] == [[0, 1, 4], [2, 3, 4]]
    assert [part.tolist() for part in complete_classes([], y)[0]] == [[0, 1, 2, 3, 4]] * 2
