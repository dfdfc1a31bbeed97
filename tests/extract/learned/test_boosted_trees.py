"""Trees as flat arrays predict like the booster, in numpy and compiled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from pipeline.extract.learned import step_models
from pipeline.extract.learned.step_models import Forest
from training.extractor.fit import flatten_booster


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3)).astype(np.float32).astype(float)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    return rows


@pytest.fixture(scope="module")
def booster(rows: np.ndarray) -> HistGradientBoostingClassifier:
    labels = np.nan_to_num(rows[:, 0]) * 2 + np.nan_to_num(rows[:, 1]) > 0.3
    return HistGradientBoostingClassifier(max_iter=20, min_samples_leaf=5, early_stopping=False).fit(rows, labels)


@pytest.fixture(scope="module")
def forest(booster: HistGradientBoostingClassifier) -> Forest:
    return flatten_booster(booster)


def test_flat_trees_predict_like_the_booster(
    rows: np.ndarray, booster: HistGradientBoostingClassifier, forest: Forest
) -> None:
    wanted = booster.predict_proba(rows)[:, 1]
    assert np.allclose(forest(rows), wanted, atol=1e-3)
    assert np.allclose(1 / (1 + np.exp(-forest.base - forest.sum_in_numpy(rows))), wanted, atol=1e-3)


@pytest.mark.parametrize(
    ("rows_per_call", "calls"),
    [(400, 1 + step_models.MAX_NUMPY_ROWS // 400), (2, 1 + step_models.MAX_NUMPY_CALLS)],
)
def test_compiled_trees_predict_like_numpy(rows: np.ndarray, forest: Forest, rows_per_call: int, calls: int) -> None:
    rows = rows[:rows_per_call].astype(np.float32)
    assert forest.compiled is not None
    assert np.array_equal(forest.compiled(rows, 3, 19), forest.sum_in_numpy(rows, 3, 19))
    in_numpy = replace(forest)(rows)
    fresh = replace(forest)
    for _ in range(calls):
        assert "compiled" not in fresh.__dict__
        last = fresh(rows)
    assert "compiled" in fresh.__dict__
    assert np.array_equal(in_numpy, last)
