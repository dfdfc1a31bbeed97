"""Folds keep groups whole, and rows and classes have their weights."""

import numpy as np
import pytest

from pipeline.stance.row_sampling import class_weights, complete_classes, row_weights, split_by_group


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


def test_rows_that_imply_the_target_count_as_often_as_expected():
    # Four rows imply the target and one does not: each counts so that the shares are as given.
    expected = {
        ("any content", True): 1.0,
        ("any content context", False): 1.0,
        ("any context", True): 0.1 / 0.9 / 4,
        ("any context", False): 1.0,
        ("any", True): 0.01 / 0.99 / 4,
        ("any", False): 1.0,
    }
    rows = [*expected, *3 * [("any context", True), ("any", True)]]
    weights = row_weights([flags for flags, _ in rows], np.array([related for _, related in rows]), (0.1, 0.01))
    assert dict(zip(rows, weights.tolist(), strict=True)) == pytest.approx(expected)
    # A third of the rows implies the target, half of the texts to be labelled are expected to: no weight is raised.
    assert row_weights(["any"] * 3, np.array([True, False, False]), (0.5, 0.5)).tolist() == [1.0] * 3


@pytest.mark.parametrize(("power", "expected"), [(0.0, [1.0, 1.0]), (1.0, [2 / 3, 2.0])])
def test_class_weights(power, expected):
    assert list(class_weights(np.array([0, 0, 0, 1]), power).values()) == pytest.approx(expected)
