"""Weights on disk: one compressed file of plain arrays, whose SHA-256 stands beside it."""

from __future__ import annotations

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.extract.learned.boosted_trees import Forest
from pipeline.extract.learned.hashed_features import BITS, TARGETS
from pipeline.extract.learned.step_models import STEPS, Models, Step
from pipeline.extract.learned.target_encoding import Encoder

FOLDER = Path(__file__).parent / "weights"
_TREES = ("feature", "threshold", "left", "right", "nan_left", "roots")


def paths(language: str, folder: Path = FOLDER) -> tuple[Path, Path]:
    """The arrays, and the JSON with their hash, of a language."""
    return folder / f"{language}.npz", folder / f"{language}.json"


def save(models: Models, language: str, folder: Path = FOLDER) -> int:
    """Write the weights of a language; returns their size in bytes. Same models, same bytes."""
    used = np.flatnonzero(models.places.any(axis=0))
    weight = np.ascontiguousarray(models.places[:, used].astype(np.float16))
    arrays: dict[str, Any] = {"place": used.astype(np.uint32), "weight": weight}
    rest: dict[str, list[float]] = {}
    for name in STEPS:
        step: Step = getattr(models, name)
        rest[name] = [encoder.rest for encoder in step.encoders]
        arrays[f"{name}.sizes"] = np.array([len(encoder.keys) for encoder in step.encoders], dtype=np.int32)
        arrays[f"{name}.keys"] = np.concatenate([encoder.keys for encoder in step.encoders])
        arrays[f"{name}.values"] = np.concatenate([encoder.values for encoder in step.encoders]).astype(np.float32)
        for field in _TREES:
            arrays[f"{name}.{field}"] = getattr(step.forest, field)
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    about = {
        "sha256": hashlib.sha256(data.getvalue()).hexdigest(),
        "bias": models.bias.tolist(),
        "base": {name: getattr(models, name).forest.base for name in STEPS},
        "rest": rest,
        "limits": models.limits,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(
        paths(language, folder), (data.getvalue(), (json.dumps(about, indent=1) + "\n").encode()), strict=True
    ):
        part = path.with_suffix(path.suffix + ".part")
        part.write_bytes(content)
        os.replace(part, path)
    return len(data.getvalue())


def load(language: str, folder: Path = FOLDER) -> Models | None:
    """Weights of a language, None where there are none.

    Raises
    ------
    DataError
        When the file is not the one that was written.
    """
    path, about_path = paths(language, folder)
    if not path.exists() or not about_path.exists():
        return None
    data, about = path.read_bytes(), json.loads(about_path.read_text(encoding="utf-8"))
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        raise DataError("the extractor's weights are damaged", where=path.name, fix="restore the file, or train again")
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    places = np.zeros((1 << BITS, len(TARGETS)), dtype=np.float32).T
    places[:, arrays["place"]] = arrays["weight"]
    steps = {name: _step(arrays, name, about["rest"][name], about["base"][name]) for name in STEPS}
    return Models(places, np.array(about["bias"]), limits=about["limits"], **steps)


def _step(arrays: Any, name: str, rest: list[float], base: float) -> Step:
    ends = np.cumsum(arrays[f"{name}.sizes"])[:-1]
    keys, values = np.split(arrays[f"{name}.keys"], ends), np.split(arrays[f"{name}.values"], ends)
    encoders = [Encoder(k, v, r) for k, v, r in zip(keys, values, rest, strict=True)]
    return Step(encoders, Forest(**{field: arrays[f"{name}.{field}"] for field in _TREES}, base=base))
