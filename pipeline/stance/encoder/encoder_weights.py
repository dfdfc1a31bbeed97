"""The encoder's weights on disk: matrices in eight bits, and a JSON file with their SHA-256 and all words."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.core.storage import tables

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 1
_STEPS = 127  # of an eight-bit number, each way
_MATRICES = ("attention", "attention_output", "inner", "output")
_NORMS = ("attention_norm", "output_norm")
# Keys of inputs and their logits by models that were not trained on them.
OUT_OF_FOLD = ("out_of_fold.keys", "out_of_fold.logits")


def weight_paths(name: str, folder: Path = WEIGHTS_FOLDER) -> tuple[Path, Path]:
    """Return the paths of arrays and of their JSON file; the name is a language or, in training, a model."""
    return folder / f"{name}.npz", folder / f"{name}.json"


def save(weights: Mapping[str, Any], description: Mapping[str, Any], name: str, folder: Path) -> int:
    """Write weights and description, and return the size of the weights in bytes. Same weights, same bytes.

    Matrices become eight-bit numbers with one scale for each output (for each piece in the table of pieces).
    """
    arrays: dict[str, np.ndarray] = {"positions": weights["positions"].astype(np.float16)}
    arrays |= _quantized("pieces", weights["pieces"], axis=1)
    arrays |= {"head": weights["head"][0], "head.bias": weights["head"][1]}
    arrays |= {"norm": np.stack(weights["norm"])}
    arrays |= {key: weights[key] for key in OUT_OF_FOLD if key in weights}
    for number, layer in enumerate(weights["layers"]):
        for key in _MATRICES:
            arrays |= _quantized(f"{number}.{key}", layer[key][0], axis=0)
            arrays[f"{number}.{key}.bias"] = layer[key][1]
        arrays |= {f"{number}.{key}": np.stack(layer[key]) for key in _NORMS}
    data = io.BytesIO()
    np.savez(data, allow_pickle=False, **arrays)
    content = data.getvalue()
    described = {"format": FORMAT, "sha256": hashlib.sha256(content).hexdigest(), **description}
    path, description_path = weight_paths(name, folder)
    with tables.atomic_path(path) as fresh:
        fresh.write_bytes(content)
    rows = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in described.items()]
    tables.write_text(description_path, "{\n" + ",\n".join(rows) + "\n}\n")
    return len(content)


def load(name: str, folder: Path = WEIGHTS_FOLDER) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return weights (float32) and description, None where there are none of this name.

    Raises
    ------
    DataError
        When the file is not the one that was written, or has another format.
    """
    path, description_path = weight_paths(name, folder)
    if not path.exists() or not description_path.exists():
        return None
    content, description = path.read_bytes(), json.loads(description_path.read_text(encoding="utf-8"))
    if hashlib.sha256(content).hexdigest() != description.get("sha256"):
        raise DataError("the encoder's weights are damaged", where=path.name, fix="restore the file, or train again")
    if description.get("format") != FORMAT:
        why = f"they have format {description.get('format')}, and this version reads format {FORMAT}"
        raise DataError("the encoder's weights do not fit", where=path.name, why=why, fix="restore this version's file")
    return _read_arrays(np.load(io.BytesIO(content), allow_pickle=False)), description


def _read_arrays(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    def matrix(name: str) -> np.ndarray:
        return arrays[name] * arrays[f"{name}.scale"]

    def layers() -> Iterator[dict[str, Any]]:
        number = 0
        while f"{number}.inner" in arrays:
            layer: dict[str, Any] = {
                name: (matrix(f"{number}.{name}"), arrays[f"{number}.{name}.bias"]) for name in _MATRICES
            }
            yield layer | {name: tuple(arrays[f"{number}.{name}"]) for name in _NORMS}
            number += 1

    return {
        "pieces": matrix("pieces"),
        "positions": arrays["positions"].astype(np.float32),
        "norm": tuple(arrays["norm"]),
        "layers": list(layers()),
        "head": (arrays["head"], arrays["head.bias"]),
        **{name: arrays[name] for name in OUT_OF_FOLD if name in arrays},
    }


def _quantized(name: str, matrix: np.ndarray, axis: int) -> dict[str, np.ndarray]:
    """Return a matrix as eight-bit numbers, and the scale of each row (axis 1) or column (axis 0)."""
    scale = (np.abs(matrix).max(axis=axis, keepdims=True) / _STEPS).astype(np.float32)
    scale[scale == 0] = 1
    return {name: np.rint(matrix / scale).astype(np.int8), f"{name}.scale": scale}
