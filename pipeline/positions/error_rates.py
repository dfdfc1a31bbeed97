"""How often a kept stance is wrong, and what it should have been: from real quotes, and out of fold.

Trust that is too high does more harm than trust that is too low. So labels of real quotes (`kept_stances` in
`benchmarks/results/real_quotes.json`) count as they are, and the out-of-fold labels, of quotes that were written for
training and are easier than news, count together as `OUT_OF_FOLD_QUOTES` quotes of each stance, however many they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.core.targets import Target, stance_labels
from pipeline.gold.real_quotes import read_real_quotes

OUT_OF_FOLD_QUOTES = 20


@dataclass(frozen=True)
class ErrorRates:
    """What is known of the errors of one target's model, where it keeps a stance.

    Attributes
    ----------
    stances : tuple of str
        Labels other than that of unrelated quotes, k of them.
    published : ndarray of shape (k, k)
        Parameters of a Dirichlet distribution for each gold stance: which stance is published for it.
    about : ndarray of shape (k, 2)
        Parameters of a Beta distribution for each published stance: whether the quote is about the target.
    right : mapping of str to float
        Share of the kept quotes of each published stance whose label is right.
    real_quotes : int
        Number of real quotes with a kept stance among those counted; 0 if none were measured.
    real_by_stance : mapping of str to int
        These by published stance.
    """

    stances: tuple[str, ...]
    published: np.ndarray
    about: np.ndarray
    right: Mapping[str, float]
    real_quotes: int
    real_by_stance: Mapping[str, int]


def read_error_rates(root: Path, targets: Mapping[str, Target]) -> dict[str, ErrorRates]:
    """Return the error rates of each target's model."""
    stances, sets = stance_labels(targets), read_real_quotes(root / paths.REAL_QUOTES, targets)
    rates = {}
    for name, target in targets.items():
        real = np.zeros((len(target.labels), len(stances)))
        for each in sets:
            real += _count_table(each["targets"].get(name, {}).get("kept_stances") or {}, target.labels, stances)
        rows = tables.read(root / paths.MODELS / f"{name}.oof.parquet")
        rates[name] = combine(target.labels, stances, real, [row for row in rows if not row["abstained"]])
    return rates


def combine(
    labels: Sequence[str], stances: Sequence[str], real: np.ndarray, kept: Sequence[Mapping[str, Any]]
) -> ErrorRates:
    """Return error rates from counts of real quotes and out-of-fold predictions.

    Parameters
    ----------
    labels, stances : sequence of str
        All labels, and those other than that of unrelated quotes.
    real : ndarray of shape (labels, stances)
        Number of real quotes by gold label and published stance.
    kept : sequence of mapping
        Out-of-fold predictions on which the model does not abstain, with `gold` and `label`.
    """
    pairs = [(row["gold"], row["label"]) for row in kept]
    invented = np.array([[pairs.count((gold, label)) for label in stances] for gold in labels], dtype=float)
    k, rows = len(stances), [list(labels).index(label) for label in stances]
    # A kept label that was never seen keeps a small probability: the parameters add one quote, spread over the stances.
    published = real[rows] + OUT_OF_FOLD_QUOTES * _shares(invented[rows], axis=1) + 1 / k
    total = real + OUT_OF_FOLD_QUOTES * _shares(invented, axis=0) + 1 / len(labels)
    about = total[rows].sum(axis=0)
    right = np.diagonal(total[rows]) / total.sum(axis=0)
    return ErrorRates(
        stances=tuple(stances),
        published=published,
        about=np.stack([about, total.sum(axis=0) - about + 1e-9], axis=1),
        right={label: float(share) for label, share in zip(stances, right, strict=True)},
        real_quotes=int(real.sum()),
        real_by_stance={label: int(number) for label, number in zip(stances, real.sum(axis=0), strict=True)},
    )


def _shares(counts: np.ndarray, axis: int) -> np.ndarray:
    return counts / np.maximum(counts.sum(axis=axis, keepdims=True), 1)


def _count_table(counts: Mapping[str, Mapping[str, int]], labels: Sequence[str], stances: Sequence[str]) -> np.ndarray:
    return np.array([[counts.get(gold, {}).get(label, 0) for label in stances] for gold in labels], dtype=float)
