"""Weights on disk: one compressed file of plain arrays, and beside it a JSON file with its SHA-256 and all names."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.extract.learned.boosted_trees import Forest
from pipeline.extract.learned.feature_names import feature_names
from pipeline.extract.learned.hashed_features import HASH_BITS, SALTS, TARGETS
from pipeline.extract.learned.prepared_article import RULE_NUMBERS
from pipeline.extract.learned.step_models import STEPS, ExtractorModels, StepModel
from pipeline.extract.learned.target_encoding import TargetEncoder
from pipeline.extract.learned.token_arrays import FRAME_BITS

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
# The default ones, trained on openly licensed data alone; and those for research, trained on data with other terms.
OPEN, RESEARCH = NAMES = ("open", "research")
FORMAT = 2
_TREE_ARRAYS = ("feature", "threshold", "left", "right", "nan_left", "roots")
# What weights know by number, not by name.
_NUMBERED = {"hashed_features": SALTS, "rules": RULE_NUMBERS, "frame": FRAME_BITS}


def weight_paths(language: str, folder: Path = WEIGHTS_FOLDER / OPEN) -> tuple[Path, Path]:
    """Return the paths of a language's arrays and of their JSON file."""
    return folder / f"{language}.npz", folder / f"{language}.json"


def save_weights(models: ExtractorModels, language: str, folder: Path) -> int:
    """Write the weights of a language and return their size in bytes. Same models, same bytes."""
    used = np.flatnonzero(models.hashed_weights.any(axis=0))
    weight = np.ascontiguousarray(models.hashed_weights[:, used].astype(np.float16))
    arrays: dict[str, Any] = {"place": used.astype(np.uint32), "weight": weight}
    steps: dict[str, StepModel] = {name: getattr(models, name) for name in STEPS}
    for name, step in steps.items():
        arrays[f"{name}.sizes"] = np.array([len(encoder.keys) for encoder in step.encoders], dtype=np.int32)
        arrays[f"{name}.keys"] = np.concatenate([encoder.keys for encoder in step.encoders])
        arrays[f"{name}.values"] = np.concatenate([encoder.values for encoder in step.encoders]).astype(np.float32)
        for field in _TREE_ARRAYS:
            arrays[f"{name}.{field}"] = getattr(step.forest, field)
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    description = {
        "format": FORMAT,
        "sha256": hashlib.sha256(data.getvalue()).hexdigest(),
        "thresholds": models.thresholds,
        "bias": models.hashed_bias.tolist(),
        "base": {name: step.forest.base for name, step in steps.items()},
        "rest": {name: [encoder.rest for encoder in step.encoders] for name, step in steps.items()},
        **_NUMBERED,
        "numbers": {name: step.number_names for name, step in steps.items()},
        "categories": {name: step.category_names for name, step in steps.items()},
    }
    rows = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in description.items()]  # a line for each key
    contents = data.getvalue(), ("{\n" + ",\n".join(rows) + "\n}\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in zip(weight_paths(language, folder), contents, strict=True):
        part = path.with_suffix(path.suffix + ".part")
        part.write_bytes(content)
        os.replace(part, path)
    return len(data.getvalue())


def load_weights(language: str, folder: Path = WEIGHTS_FOLDER / OPEN) -> ExtractorModels | None:
    """Return the models of a language, None where it has no weights.

    Raises
    ------
    DataError
        When the file is not the one that was written, has another format, or was trained with other features.
    """
    path, description_path = weight_paths(language, folder)
    if not path.exists() or not description_path.exists():
        return None
    data, description = path.read_bytes(), json.loads(description_path.read_text(encoding="utf-8"))
    if hashlib.sha256(data).hexdigest() != description["sha256"]:
        raise DataError("the extractor's weights are damaged", where=path.name, fix="restore the file, or train again")
    if problem := next(_problems(description), None):
        raise DataError(
            "the extractor's weights do not fit this version of Parley",
            where=description_path.name,
            why=problem,
            fix="restore the weights of this version, or train again: python -m pipeline.extract.learned.train",
        )
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    # The weights of all targets lie side by side in memory: one look-up finds them.
    weights = np.zeros((1 << HASH_BITS, len(TARGETS)), dtype=np.float32).T
    weights[:, arrays["place"]] = arrays["weight"]
    steps = {name: _step(arrays, name, description) for name in STEPS}
    return ExtractorModels(weights, np.array(description["bias"]), thresholds=description["thresholds"], **steps)


def _problems(description: dict[str, Any]) -> Iterator[str]:
    """Yield in words what of the weights does not fit the code."""
    if description.get("format") != FORMAT:
        yield f"they have format {description.get('format', 1)}, and this version reads format {FORMAT}"
        return
    for kind, known in _NUMBERED.items():
        yield from _differences(kind.replace("_", " "), description[kind].items(), known.items())
    for step, (numbers, categories) in feature_names().items():
        yield from _differences(f"features of the step `{step}`", description["numbers"][step], numbers)
        yield from _differences(f"categories of the step `{step}`", description["categories"][step], categories)


def _differences(kind: str, trained: Iterable[Any], known: Iterable[Any]) -> Iterator[str]:
    missing, new = sorted(set(trained) - set(known)), sorted(set(known) - set(trained))
    if missing:
        yield f"{kind}: they were trained with {missing[0]!r}, which the code does not have"
    elif new:
        yield f"{kind}: they were trained without {new[0]!r}, which the code has"


def _step(arrays: Any, name: str, description: dict[str, Any]) -> StepModel:
    """Return the model of a step."""
    ends = np.cumsum(arrays[f"{name}.sizes"])[:-1]
    keys, values = np.split(arrays[f"{name}.keys"], ends), np.split(arrays[f"{name}.values"], ends)
    encoders = [TargetEncoder(*parts) for parts in zip(keys, values, description["rest"][name], strict=True)]
    forest = Forest(**{field: arrays[f"{name}.{field}"] for field in _TREE_ARRAYS}, base=description["base"][name])
    numbers, categories = tuple(description["numbers"][name]), tuple(description["categories"][name])
    return StepModel(numbers, categories, encoders, forest)
