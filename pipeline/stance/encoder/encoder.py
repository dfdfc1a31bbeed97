"""Run the encoder: a transformer of six layers (MiniLM, Wang et al. 2020) in numpy, one quote at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.stance.encoder.encoder_input import EncoderInput

HEADS = 12
_NORM_EPSILON = 1e-12
_GELU_SCALE = np.float32(np.sqrt(2 / np.pi))
Layer = Mapping[str, Any]


def encode(weights: Mapping[str, Any], item: EncoderInput) -> np.ndarray:
    """Return the logits of all targets' labels, float32, shape (n_targets * n_labels,).

    One quote at a time: in a batch the last digits of a result would depend on the other quotes.
    """
    hidden = weights["pieces"][list(item.pieces)] + weights["positions"][: len(item.pieces)]
    hidden = _normalize(hidden, weights["norm"])
    for layer in weights["layers"]:
        hidden = run_layer(layer, hidden)
    quote = hidden[item.start : item.end].mean(axis=0)
    return np.concatenate([hidden[0], quote]) @ weights["head"][0] + weights["head"][1]


def run_layer(layer: Layer, hidden: np.ndarray) -> np.ndarray:
    """Return the states after one layer, shape (n_pieces, n_hidden)."""
    length, size = hidden.shape
    mixed = _linear(hidden, layer["attention"]).reshape(length, 3, HEADS, size // HEADS).transpose(1, 2, 0, 3)
    query, key, value = mixed
    scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(size // HEADS))
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    attended = (scores @ value).transpose(1, 0, 2).reshape(length, size)
    hidden = _normalize(hidden + _linear(attended, layer["attention_output"]), layer["attention_norm"])
    inner = _gelu(_linear(hidden, layer["inner"]))
    return _normalize(hidden + _linear(inner, layer["output"]), layer["output_norm"])


def _linear(hidden: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return hidden @ weights[0] + weights[1]


def _normalize(hidden: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_NORM_EPSILON))
    return centred / spread * weights[0] + weights[1]


def _gelu(x: np.ndarray) -> np.ndarray:
    return np.float32(0.5) * x * (1 + np.tanh(_GELU_SCALE * (x + np.float32(0.044715) * x * x * x)))
