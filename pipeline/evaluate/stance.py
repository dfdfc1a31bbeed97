"""Stance scores of out-of-fold predictions, with bootstrap intervals by group and the majority baseline beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from pipeline.evaluate.intervals import interval

DIRECTED = ("favor", "against")
UNRELATED = "unrelated"
BINS = 10


def summary(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> dict[str, Any]:
    """All figures of one target.

    Parameters
    ----------
    rows : sequence of dict
        Out-of-fold rows: `gold`, `label`, `majority`, `group`, `abstained`, and `p_LABEL` for each label.
    labels : sequence of str
        In the order of the probability columns.

    Returns
    -------
    dict
        `on` (numbers of quotes and groups), `model` and `majority` (each measure with its interval), `per_label`
        (precision is not shown where a label was never given), `confusion` (rows gold, columns predicted),
        `kept` (coverage and error of what is not abstained).
    """
    gold = np.array([row["gold"] for row in rows])
    groups = [row["group"] for row in rows]
    model = np.array([row["label"] for row in rows])
    chances = np.array([[row[f"p_{label}"] for label in labels] for row in rows])
    right = chances.argmax(axis=1) == np.array([labels.index(g) for g in gold])
    top = chances.max(axis=1)
    measures = {name: _measure(f, groups, gold, model) for name, f in _MEASURES.items()}
    measures["calibration_error"] = _with_interval(
        lambda i: calibration_error(top[i], right[i]), _members(groups), len(rows)
    )
    majority = np.array([row["majority"] for row in rows])
    kept = np.array([not row["abstained"] for row in rows])
    return {
        "on": {"quotes": len(rows), "groups": len(set(groups))},
        "model": measures,
        "majority": {name: _measure(f, groups, gold, majority) for name, f in _MEASURES.items()},
        "per_label": {label: _label(gold, model, label) for label in labels},
        "confusion": confusion_matrix(gold, model, labels=list(labels)).tolist(),
        "kept": {
            "coverage": _round(kept.mean()),
            "error": _round((gold != model)[kept].mean()) if kept.any() else None,
        },
    }


def calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal mass.

    Parameters
    ----------
    confidence, right : ndarray of shape (n,)
        Probability of the label given, and whether it was right.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using Bayesian Binning".
    """
    return float(sum(weight * abs(mean - share) for mean, share, weight in reliability(confidence, right, bins)))


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> list[tuple[float, float, float]]:
    """Mean probability, share right and share of all quotes, for each bin of equal mass."""
    parts = np.array_split(np.argsort(confidence, kind="stable"), bins)
    return [
        (float(confidence[part].mean()), float(right[part].mean()), len(part) / len(confidence))
        for part in parts
        if len(part)
    ]


def _directed(gold: np.ndarray, label: np.ndarray) -> float:
    return float(f1_score(gold, label, labels=list(DIRECTED), average="macro", zero_division=0))


def _macro(gold: np.ndarray, label: np.ndarray) -> float:
    return float(f1_score(gold, label, average="macro", zero_division=0))


def _related(gold: np.ndarray, label: np.ndarray) -> float:
    return float(f1_score(gold != UNRELATED, label != UNRELATED, zero_division=0))


_MEASURES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "f1_favor_against": _directed,
    "macro_f1": _macro,
    "accuracy": lambda gold, label: float(accuracy_score(gold, label)),
    "related_f1": _related,
}


def _measure(
    measure: Callable[[np.ndarray, np.ndarray], float], groups: list[str], gold: np.ndarray, label: np.ndarray
) -> dict[str, float]:
    return _with_interval(lambda i: measure(gold[i], label[i]), _members(groups), len(gold))


def _members(groups: list[str]) -> list[np.ndarray]:
    array = np.array(groups)
    return [np.flatnonzero(array == name) for name in sorted(set(groups))]


def _with_interval(statistic: Callable[[np.ndarray], float], members: list[np.ndarray], n: int) -> dict[str, float]:
    low, high = interval(len(members), lambda drawn: statistic(np.concatenate([members[g] for g in drawn])))
    return {"value": _round(statistic(np.arange(n))), "low": _round(low), "high": _round(high)}


def _label(gold: np.ndarray, given: np.ndarray, label: str) -> dict[str, float]:
    hit = int(((gold == label) & (given == label)).sum())
    n_gold, n_given = int((gold == label).sum()), int((given == label).sum())
    f1 = 2 * hit / (n_gold + n_given) if n_gold + n_given else 0.0
    return {"gold": n_gold, "given": n_given, "right": hit, "f1": _round(f1)}


def _round(value: Any) -> float:
    return round(float(value), 4)
