"""Pieces of the learned extractor: trees, encoders, hashing, ranges, weights on disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from pipeline.core.errors import DataError
from pipeline.extract.learned import boosted_trees, weights_file
from pipeline.extract.learned.boosted_trees import flatten_booster
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.feature_names import feature_names
from pipeline.extract.learned.gold_tokens import token_overlap
from pipeline.extract.learned.hashed_features import mix_keys
from pipeline.extract.learned.ranking import choose_candidates
from pipeline.extract.learned.step_models import ExtractorModels, StepModel
from pipeline.extract.learned.target_encoding import fit_target_encoder
from pipeline.extract.learned.token_arrays import expand_ranges, is_any_of, string_ids


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3)).astype(np.float32).astype(float)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    return rows, (np.nan_to_num(rows[:, 0]) * 2 + np.nan_to_num(rows[:, 1]) > 0.3).astype(float)


@pytest.fixture(scope="module")
def step(data: tuple[np.ndarray, np.ndarray]) -> StepModel:
    rows, labels = data
    booster = HistGradientBoostingClassifier(max_iter=20, min_samples_leaf=5, early_stopping=False).fit(rows, labels)
    keys = np.arange(100, dtype=np.uint64) % 2
    return StepModel((), (), [fit_target_encoder(keys, keys.astype(float))], flatten_booster(booster))


def test_flat_trees_say_what_the_booster_says(data: tuple[np.ndarray, np.ndarray]) -> None:
    rows, labels = data
    booster = HistGradientBoostingClassifier(max_iter=20, min_samples_leaf=5, early_stopping=False).fit(rows, labels)
    forest = flatten_booster(booster)
    wanted = booster.predict_proba(rows)[:, 1]
    assert np.allclose(forest(rows), wanted, atol=1e-3)
    assert np.allclose(1 / (1 + np.exp(-forest.base - forest.sum_in_numpy(rows))), wanted, atol=1e-3)


def test_the_compiled_walk_is_at_hand_and_goes_where_numpy_goes(
    data: tuple[np.ndarray, np.ndarray], step: StepModel
) -> None:
    rows, forest = data[0].astype(np.float32), step.forest
    assert forest.compiled is not None
    assert np.array_equal(forest.compiled(rows, 3, 19), forest.sum_in_numpy(rows, 3, 19))
    in_numpy, compiled = (
        replace(forest)(rows),
        [forest(rows) for _ in range(1 + boosted_trees.MAX_NUMPY_ROWS // len(rows))][-1],
    )
    assert "compiled" in forest.__dict__
    assert np.array_equal(in_numpy, compiled)


@pytest.mark.parametrize("labels", [("nsubj",), ("dobj", "prep", "xcomp")])
def test_few_keys_are_found_among_many(labels: tuple[str, ...]) -> None:
    values = string_ids("nsubj", "prep", "punct", "xcomp", "nsubj")
    assert is_any_of(values, string_ids(*labels)).tolist() == np.isin(values, string_ids(*labels)).tolist()


def test_an_encoder_orders_categories_by_their_share() -> None:
    keys = np.repeat(np.array([3, 1, 2], dtype=np.uint64), [40, 40, 5])
    labels = np.array([1.0] * 40 + [0.0] * 40 + [1.0] * 5)
    encoder = fit_target_encoder(keys, labels)
    common, rare, other = encoder(np.array([3, 1], dtype=np.uint64)), *encoder(np.array([2, 9], dtype=np.uint64))
    assert common[0] > common[1]
    assert rare == other


def test_mixing_depends_on_order() -> None:
    one, two = np.array([1], dtype=np.uint64), np.array([2], dtype=np.uint64)
    assert mix_keys(one, two) != mix_keys(two, one)
    assert mix_keys(one, two) == mix_keys(one, two)


def test_ranges_are_spread_into_rows() -> None:
    number, token = expand_ranges(np.array([2, 7, 9]), np.array([4, 7, 8]))
    assert number.tolist() == [0, 0, 0, 1]
    assert token.tolist() == [2, 3, 4, 7]


@pytest.mark.parametrize(
    ("one", "two", "share"),
    [
        (((0, 3),), ((0, 3),), 1.0),
        (((0, 3),), ((2, 5),), 2 / 6),
        (((0, 1), (4, 5)), ((4, 5),), 0.5),
        (((0, 1),), ((2, 3),), 0),
    ],
)
def test_overlap(one: tuple, two: tuple, share: float) -> None:
    assert token_overlap(one, two) == pytest.approx(share)


def test_of_overlapping_candidates_the_better_one_stays() -> None:
    found = [Candidate(cue, ((first, first + 4),), [1.0], [1.0]) for cue, first in ((0, 2), (9, 4), (9, 20), (30, 32))]
    assert choose_candidates(found, np.array([0.8, 0.5, 0.7, 0.1]), 0.3) == [0, 2]


def test_weights_come_back_and_damage_is_an_error(
    step: StepModel, data: tuple[np.ndarray, np.ndarray], tmp_path
) -> None:
    places = np.zeros((4, 1 << 18), dtype=np.float32)
    places[2, 7] = 0.5
    steps = {name: replace(step, number_names=n, category_names=c) for name, (n, c) in feature_names().items()}
    models = ExtractorModels(places, np.full(4, -1.0), **steps, thresholds={"speech": 0.4})
    first = weights_file.save_weights(models, "xx", tmp_path)
    again = weights_file.load_weights("xx", tmp_path)
    assert again is not None
    assert again.hashed_weights[:, 7].tolist() == [0, 0, 0.5, 0]
    assert again.thresholds == {"speech": 0.4}
    assert np.allclose(again.start.forest(data[0]), step.forest(data[0]))
    data_path = weights_file.weight_paths("xx", tmp_path)[0]
    before = data_path.read_bytes()
    assert weights_file.save_weights(models, "xx", tmp_path) == first
    assert data_path.read_bytes() == before
    data_path.write_bytes(before[:-1] + b"x")
    with pytest.raises(DataError):
        weights_file.load_weights("xx", tmp_path)


def test_no_weights_no_models(tmp_path) -> None:
    assert weights_file.load_weights("xx", tmp_path) is None
