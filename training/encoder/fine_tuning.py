"""Fine-tune the encoder, in JAX on the CPU; needed only to make the weights that Parley ships."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import click
import jax
import jax.numpy as jnp
import numpy as np
import optax

from pipeline.stance.encoder.encoder import HEADS
from pipeline.stance.encoder.encoder_input import MAX_PIECES, EncoderInput

Weights = dict[str, Any]
# Lengths to which inputs are padded: each is compiled once.
LENGTHS = (16, 24, 32, 40, 48, 56, 64, 80, MAX_PIECES)
HEAD_LEARNING_RATE = 20  # times that of the layers
_STATE_DROPOUT, _HEAD_DROPOUT = 0.1, 0.2


@dataclass(frozen=True)
class Settings:
    """How the encoder is trained."""

    epochs: int = 4
    batch: int = 32
    learning_rate: float = 6e-5
    seed: int = 1
    # How far rare labels count more: 1 fully, 0 not at all.
    balanced: float = 0.25


@dataclass(frozen=True)
class Examples:
    """Inputs with the code of their label for each target (-1: none) and their weights, shapes (n, n_targets)."""

    inputs: Sequence[EncoderInput]
    labels: np.ndarray
    weights: np.ndarray

    def take(self, rows: np.ndarray) -> Examples:
        """Return the examples of some numbers."""
        return Examples([self.inputs[i] for i in rows], self.labels[rows], self.weights[rows])


def fine_tune(weights: Weights, examples: Examples, n_labels: int, settings: Settings) -> Weights:
    """Return the weights with trained layers and a head for all targets.

    Parameters
    ----------
    weights : dict
        Of the encoder, as `encoder.compute_logits` reads them; without a head one is made.
    examples : Examples
        To train on.
    n_labels : int
        Labels of each target.
    settings : Settings
    """
    jax.config.update("jax_default_prng_impl", "unsafe_rbg")  # far faster on a CPU than the default
    rng = np.random.default_rng(settings.seed)
    n_outputs, size = examples.labels.shape[1] * n_labels, weights["pieces"].shape[1]
    new_head = (rng.normal(size=(2 * size, n_outputs)) * 0.02).astype(np.float32), np.zeros(n_outputs, np.float32)
    trained = {"layers": weights["layers"], "head": weights.get("head", new_head)}
    embedding = {name: weights[name] for name in ("pieces", "positions", "norm")}
    steps = len(list(_batches(examples.inputs, settings.batch, rng))) * settings.epochs
    optimizer = _optimizer(trained, settings, steps)
    step = _training_step(optimizer, _label_weights(examples, n_labels, settings.balanced), n_labels)
    moments, key = optimizer.init(trained), jax.random.PRNGKey(settings.seed)
    for epoch in range(settings.epochs):
        started, losses = time.monotonic(), []
        for length, rows in _batches(examples.inputs, settings.batch, rng):
            key, dropout = jax.random.split(key)
            batch = _padded(examples, rows, length, settings.batch)
            trained, moments, loss = step(trained, moments, embedding, batch, dropout)
            losses.append(loss)
        click.echo(
            f"epoch {epoch + 1}: loss {float(np.mean(losses)):.3f}, {time.monotonic() - started:.0f} s", err=True
        )
    return {**weights, **jax.tree.map(np.asarray, trained)}


def _batches(inputs: Sequence[EncoderInput], size: int, rng: np.random.Generator) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the padded length and the row numbers of each batch, shuffled by `rng`."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for row in rng.permutation(len(inputs)):
        by_length[next(n for n in LENGTHS if len(inputs[row].pieces) <= n)].append(int(row))
    batches = [
        (length, np.array(rows[start : start + size]))
        for length, rows in sorted(by_length.items())
        for start in range(0, len(rows), size)
    ]
    yield from (batches[i] for i in rng.permutation(len(batches)))


def _padded(examples: Examples, rows: np.ndarray, length: int, size: int) -> dict[str, np.ndarray]:
    n_targets = examples.labels.shape[1]
    batch: dict[str, np.ndarray] = {
        "pieces": np.zeros((size, length), np.int32),
        "mask": np.zeros((size, length), np.float32),
        "quote": np.zeros((size, length), np.float32),
        "labels": np.zeros((size, n_targets), np.int32),
        "weights": np.zeros((size, n_targets), np.float32),
    }
    batch["mask"][:, 0] = batch["quote"][:, 0] = 1
    for k, row in enumerate(rows):
        item = examples.inputs[row]
        batch["pieces"][k, : len(item.pieces)], batch["quote"][k, 0] = item.pieces, 0
        batch["mask"][k, : len(item.pieces)] = 1
        batch["quote"][k, item.start : item.end] = 1
    known = examples.labels[rows] >= 0
    batch["labels"][: len(rows)] = np.where(known, examples.labels[rows], 0)
    batch["weights"][: len(rows)] = np.where(known, examples.weights[rows], 0)
    return batch


def _label_weights(examples: Examples, n_labels: int, power: float) -> np.ndarray:
    """Return the weight of each label of each target: inverse to its weighted frequency, to a power."""
    counts = np.array(
        [
            np.bincount(labels[labels >= 0], weights=weights[labels >= 0], minlength=n_labels)
            for labels, weights in zip(examples.labels.T, examples.weights.T, strict=True)
        ]
    )
    return (counts.sum(1, keepdims=True) / n_labels / np.maximum(counts, 1)) ** power


def _optimizer(trained: Weights, settings: Settings, steps: int) -> optax.GradientTransformation:
    schedule = optax.warmup_cosine_decay_schedule(
        0, settings.learning_rate, steps // 10, steps, settings.learning_rate * 0.02
    )
    kinds = {name: jax.tree.map(lambda _, name=name: name, part) for name, part in trained.items()}
    head = optax.adamw(lambda step: schedule(step) * HEAD_LEARNING_RATE, weight_decay=0.01)
    layers = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.01))
    return optax.multi_transform({"layers": layers, "head": head}, kinds)


def _training_step(
    optimizer: optax.GradientTransformation, label_weights: np.ndarray, n_labels: int
) -> Callable[..., tuple[Weights, Any, jax.Array]]:
    by_label = jnp.asarray(label_weights, jnp.float32)

    def loss(trained: Weights, embedding: Weights, batch: dict[str, jax.Array], dropout: jax.Array) -> jax.Array:
        logits = _run(trained, embedding, batch, dropout).reshape(len(batch["labels"]), -1, n_labels)
        chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), batch["labels"][:, :, None], -1)[:, :, 0]
        weights = batch["weights"] * by_label[jnp.arange(by_label.shape[0]), batch["labels"]]
        return -(chosen * weights).sum() / jnp.maximum(weights.sum(), 1e-6)

    @jax.jit
    def step(
        trained: Weights, moments: Any, embedding: Weights, batch: dict[str, jax.Array], dropout: jax.Array
    ) -> Any:
        value, gradients = jax.value_and_grad(loss)(trained, embedding, batch, dropout)
        updates, moments = optimizer.update(gradients, moments, trained)
        return optax.apply_updates(trained, updates), moments, value

    return step


def _run(trained: Weights, embedding: Weights, batch: dict[str, jax.Array], dropout: jax.Array) -> jax.Array:
    keys = jax.random.split(dropout, len(trained["layers"]) + 1)
    hidden = embedding["pieces"][batch["pieces"]] + embedding["positions"][: batch["pieces"].shape[1]]
    hidden = _normalize(hidden, embedding["norm"])
    for layer, key in zip(trained["layers"], keys, strict=False):
        hidden = _run_layer(layer, hidden, batch["mask"], key)
    quote = batch["quote"][:, :, None]
    pooled = jnp.concatenate([hidden[:, 0], (hidden * quote).sum(1) / quote.sum(1)], -1)
    return _drop(pooled, keys[-1], _HEAD_DROPOUT) @ trained["head"][0] + trained["head"][1]


def _run_layer(layer: Weights, hidden: jax.Array, mask: jax.Array, dropout: jax.Array) -> jax.Array:
    """Return the states after one layer, as `encoder.run_layer` does for one quote."""
    rows, length, size = hidden.shape
    keys = jax.random.split(dropout, 2)
    mixed = _linear(hidden, layer["attention"]).reshape(rows, length, 3, HEADS, size // HEADS)
    query, key, value = mixed.transpose(2, 0, 3, 1, 4)
    scores = query @ key.swapaxes(-1, -2) / np.float32(np.sqrt(size // HEADS)) + (mask[:, None, None, :] - 1) * 1e9
    attended = (jax.nn.softmax(scores) @ value).transpose(0, 2, 1, 3).reshape(rows, length, size)
    attended = _drop(_linear(attended, layer["attention_output"]), keys[0], _STATE_DROPOUT)
    hidden = _normalize(hidden + attended, layer["attention_norm"])
    inner = jax.nn.gelu(_linear(hidden, layer["inner"]), approximate=True)
    return _normalize(hidden + _drop(_linear(inner, layer["output"]), keys[1], _STATE_DROPOUT), layer["output_norm"])


def _linear(hidden: jax.Array, weights: tuple[jax.Array, jax.Array]) -> jax.Array:
    return hidden @ weights[0] + weights[1]


def _normalize(hidden: jax.Array, weights: tuple[jax.Array, jax.Array]) -> jax.Array:
    centred = hidden - hidden.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-12) * weights[0] + weights[1]


def _drop(x: jax.Array, key: jax.Array, share: float) -> jax.Array:
    return x * jax.random.bernoulli(key, 1 - share, x.shape) / (1 - share)
