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


def compute_logits(weights: Mapping[str, Any], item: EncoderInput) -> np.ndarray:
    """Return the logits of all targets' labels, float32, shape (n_targets * n_labels,).

    One quote at a time: in a batch the last digits of a result would depend on the other quotes.
    """
    hidden = weights["pieces"][list(item.pieces)] + weights["positions"][: len(item.pieces)]
    hidden = _normalize(hidden, weights["norm"])
    *layers, last = weights["layers"]
    for layer in layers:
        hidden = run_layer(layer, hidden, hidden)
    # The head needs no other states of the last layer.
    states = run_layer(last, hidden, hidden[[0, *range(item.start, item.end)]])
    return np.concatenate([states[0], states[1:].mean(axis=0)]) @ weights["head"][0] + weights["head"][1]


def run_layer(layer: Layer, hidden: np.ndarray, some: np.ndarray) -> np.ndarray:
    """Return what a layer makes of some of the states of `hidden` (all word pieces), shape (n_some, n_hidden)."""
    size = hidden.shape[1]
    matrix, constant = layer["attention"]
    query = _by_head(_linear(some, (matrix[:, :size], constant[:size])))
    both = _linear(hidden, (matrix[:, size:], constant[size:]))
    key, value = _by_head(both[:, :size]), _by_head(both[:, size:])
    scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(size // HEADS))
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    scores /= scores.sum(axis=-1, keepdims=True)
    attended = (scores @ value).transpose(1, 0, 2).reshape(some.shape)
    hidden = _normalize(some + _linear(attended, layer["attention_output"]), layer["attention_norm"])
    inner = _gelu(_linear(hidden, layer["inner"]))
    return _normalize(hidden + _linear(inner, layer["output"]), layer["output_norm"])


def _by_head(states: np.ndarray) -> np.ndarray:
    return states.reshape(len(states), HEADS, -1).transpose(1, 0, 2)


def _linear(hidden: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return hidden @ weights[0] + weights[1]


def _normalize(hidden: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_NORM_EPSILON))
    return centred / spread * weights[0] + weights[1]


def _gelu(x: np.ndarray) -> np.ndarray:
    """Approximate GELU: x (1 + tanh(u)) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3).

    Computed as x / (1 + exp(-2u)), which takes half the time.
    """
    power = x * x
    power *= np.float32(-2 * 0.044715) * _GELU_SCALE
    power -= 2 * _GELU_SCALE
    power *= x
    with np.errstate(over="ignore"):  # x / infinity is the 0 that it should be
        np.exp(power, out=power)
    power += 1
    return x / power
