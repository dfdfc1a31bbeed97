"""Weights on disk: one compressed file of plain arrays, and beside it a JSON file with its SHA-256 and all names."""

from __future__ import annotations

import hashlib
import io
import json
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
FORMAT = 2
TREE_ARRAYS = ("feature", "threshold", "left", "right", "nan_left", "roots")
# What weights know by number, not by name.
NUMBERED = {"hashed_features": SALTS, "rules": RULE_NUMBERS, "frame": FRAME_BITS}


def weight_paths(language: str, folder: Path = WEIGHTS_FOLDER) -> tuple[Path, Path]:
    """Return the paths of a language's arrays and of their JSON file."""
    return folder / f"{language}.npz", folder / f"{language}.json"


def load_weights(language: str, folder: Path = WEIGHTS_FOLDER) -> ExtractorModels | None:
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
            fix="restore the weights of this version, or train again: python -m training.extractor.train",
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
    for kind, known in NUMBERED.items():
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
    forest = Forest(**{field: arrays[f"{name}.{field}"] for field in TREE_ARRAYS}, base=description["base"][name])
    numbers, categories = tuple(description["numbers"][name]), tuple(description["categories"][name])
    return StepModel(numbers, categories, encoders, forest)
