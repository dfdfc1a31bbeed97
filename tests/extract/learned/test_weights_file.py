"""Weights survive a round trip to disk; those that do not fit the code are an error."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.core.errors import DataError
from pipeline.extract.learned import weights_file
from pipeline.extract.learned.hashed_features import SALTS
from pipeline.extract.learned.step_models import ExtractorModels
from pipeline.extract.learned.token_arrays import FRAME_BITS, named_rows
from pipeline.extract.learned.weights_file import feature_names
from training.extractor.fit import fit_step, save_weights


def test_weights_survive_a_round_trip_and_damage_is_an_error(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(400, 4)).astype(np.float32)
    numbers = {name: rows[:, k] for k, name in enumerate("abc")}
    step = fit_step(named_rows(numbers, {"d": np.arange(400, dtype=np.uint64) % 2}), rows[:, 0] > 0.3)
    places = np.zeros((4, 1 << 18), dtype=np.float32)
    places[2, 7] = 0.5
    steps = {name: replace(step, number_names=n, category_names=c) for name, (n, c) in feature_names().items()}
    models = ExtractorModels(places, np.full(4, -1.0), **steps, thresholds={"speech": 0.4})
    first = save_weights(models, "xx", tmp_path)
    again = weights_file.load_weights("xx", tmp_path)
    assert again is not None
    assert again.hashed_weights[:, 7].tolist() == [0, 0, 0.5, 0]
    assert again.thresholds == {"speech": 0.4}
    assert np.allclose(again.start.forest(rows), step.forest(rows))
    data_path = weights_file.weight_paths("xx", tmp_path)[0]
    before = data_path.read_bytes()
    assert save_weights(models, "xx", tmp_path) == first
    assert data_path.read_bytes() == before
    data_path.write_bytes(before[:-1] + b"x")
    with pytest.raises(DataError):
        weights_file.load_weights("xx", tmp_path)


def test_without_weights_there_are_no_models(tmp_path: Path) -> None:
    assert weights_file.load_weights("xx", tmp_path) is None


def test_salts_are_those_of_the_weights() -> None:
    description = json.loads(weights_file.weight_paths("en")[1].read_text(encoding="utf-8"))
    assert description["hashed_features"] == SALTS
    assert description["frame"] == FRAME_BITS
    assert len(set(FRAME_BITS.values())) == len(FRAME_BITS)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d.pop("format"), "they have format 1, and this version reads format 2"),
        (lambda d: d.update(format=3), "they have format 3"),
        (lambda d: d["hashed_features"].pop("lemma"), "hashed features: they were trained without ('lemma'"),
        (lambda d: d["hashed_features"].update(lemma=5), "hashed features: they were trained with ('lemma', 5)"),
        (lambda d: d["rules"].update(guess=99), "rules: they were trained with ('guess', 99)"),
        (lambda d: d["numbers"]["start"].append("moon"), "features of the step `start`: they were trained with 'moon'"),
        (lambda d: d["categories"]["match"].pop(), "categories of the step `match`: they were trained without"),
    ],
)
def test_weights_that_do_not_fit_the_code_are_an_error(change, why: str, tmp_path: Path) -> None:
    for path in weights_file.weight_paths("en"):
        shutil.copy(path, tmp_path)
    path = weights_file.weight_paths("en", tmp_path)[1]
    description = json.loads(path.read_text(encoding="utf-8"))
    change(description)
    path.write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(DataError, match="do not fit this version of Parley") as raised:
        weights_file.load_weights("en", tmp_path)
    assert raised.value.where == "en.json"
    assert why in raised.value.why
    assert "python -m training.extractor.train" in raised.value.fix
