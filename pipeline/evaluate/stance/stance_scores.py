"""Stance scores of predictions, with bootstrap intervals by group and the baselines beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate import agreement
from pipeline.evaluate.intervals import bootstrap_interval, percentile_interval, resample_sums, rows_by_group
from pipeline.evaluate.stance import selective_classification

DIRECTED = ("favor", "against")
UNRELATED = "unrelated"
BINS = 10
BASELINES = ("majority", "keywords", "ngrams")


def score_target(rows: Sequence[dict[str, Any]], labels: Sequence[str], error: float) -> dict[str, Any]:
    """All figures of one target.

    Parameters
    ----------
    rows : sequence of dict
        `gold`, `label`, `group`, `abstained`, `p_LABEL` for each label, and the labels of the baselines (`BASELINES`)
        that there are; `first` and `second`, the labels of two annotators, where there are any.
    labels : sequence of str
        In the order of the probability columns.
    error : float
        Share of wrong labels among the kept that the config states.

    Returns
    -------
    dict
        `on` (numbers of quotes and groups), `model` and each baseline (each measure with its interval),
        `per_label` (how often gold, given and right, and F1), `confusion` (rows gold, columns predicted), `kept` (of
        `selective.summary`), and for two annotators `annotators` (the measures of each, and their alpha).
    """
    gold, model = _numbers(rows, "gold", labels), _numbers(rows, "label", labels)
    members = rows_by_group([row["group"] for row in rows])
    right, top = gold == model, top_probability(rows, labels)
    confusions = _by_group(gold, model, members, len(labels))
    figures = _measures(confusions, labels)
    low, high = bootstrap_interval(members, lambda i: calibration_error(top[i], right[i]))
    figures["calibration_error"] = _figures(calibration_error(top, right), low, high)
    confusion = confusions.sum(axis=0)
    abstained = np.array([row["abstained"] for row in rows], dtype=bool)
    out = {"on": {"quotes": len(rows), "groups": len(members)}, "model": figures}
    out |= {name: score_labels(rows, name, labels) for name in BASELINES if rows and name in rows[0]}
    out["per_label"] = {label: _label(confusion, k) for k, label in enumerate(labels)}
    out["confusion"] = confusion.tolist()
    out["kept"] = selective_classification.summarise_coverage(top, right, abstained, members, error)
    twice = [row for row in rows if row.get("first") and row.get("second")]
    return out | ({"annotators": _annotators(twice, labels)} if twice else {})


def top_probability(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> np.ndarray:
    """Probability of the most probable label, shape (n,)."""
    return np.array([max(row[f"p_{label}"] for label in labels) for row in rows])


def score_labels(
    rows: Sequence[Mapping[str, Any]], name: str, labels: Sequence[str], wanted: str = "gold"
) -> dict[str, dict[str, float]]:
    """Each measure but the calibration error, with its interval: of the labels in `name` against those in `wanted`."""
    members = rows_by_group([row["group"] for row in rows])
    return _measures(
        _by_group(_numbers(rows, wanted, labels), _numbers(rows, name, labels), members, len(labels)), labels
    )


def _annotators(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> dict[str, Any]:
    """Two annotators against the gold label that was made of theirs, and against each other."""
    groups = [row["group"] for row in rows]
    figures: dict[str, Any] = {name: score_labels(rows, name, labels) for name in ("first", "second")}
    return figures | {
        "alpha": agreement.krippendorff_alpha([(row["first"], row["second"]) for row in rows], groups, labels)
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


def _numbers(rows: Sequence[Mapping[str, Any]], name: str, labels: Sequence[str]) -> np.ndarray:
    return np.array([labels.index(row[name]) for row in rows])


def _by_group(gold: np.ndarray, given: np.ndarray, members: list[np.ndarray], n: int) -> np.ndarray:
    """Confusion matrices, shape (groups, n, n): rows gold, columns given."""
    return np.array([np.bincount(gold[i] * n + given[i], minlength=n * n).reshape(n, n) for i in members])


def _measures(confusions: np.ndarray, labels: Sequence[str]) -> dict[str, dict[str, float]]:
    """Each measure with its interval, from confusion matrices by group."""
    whole, drawn = confusions.sum(axis=0), resample_sums(confusions)
    measures = {
        "f1_favor_against": lambda c: _f1(c)[..., [labels.index(label) for label in DIRECTED]].mean(axis=-1),
        "macro_f1": lambda c: _present_mean(_f1(c), c),
        "accuracy": lambda c: np.trace(c, axis1=-2, axis2=-1) / c.sum(axis=(-2, -1)),
        "related_f1": lambda c: _related(c, labels.index(UNRELATED)),
        "label_drift": lambda c: abs(c.sum(axis=-2) - c.sum(axis=-1)).sum(axis=-1) / 2 / c.sum(axis=(-2, -1)),
    }
    return {name: _figures(f(whole), *percentile_interval(f(drawn))) for name, f in measures.items()}


def _f1(confusion: np.ndarray) -> np.ndarray:
    """F1 of each label, shape (..., n); 0 where a label is neither gold nor given."""
    hit = np.diagonal(confusion, axis1=-2, axis2=-1)
    both = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    return 2 * hit / np.maximum(both, 1)


def _present_mean(f1: np.ndarray, confusion: np.ndarray) -> np.ndarray:
    """Mean over the labels that are gold or given: a label that is neither is no failure."""
    present = (confusion.sum(axis=-1) + confusion.sum(axis=-2)) > 0
    return (f1 * present).sum(axis=-1) / np.maximum(present.sum(axis=-1), 1)


def _related(confusion: np.ndarray, unrelated: int) -> np.ndarray:
    """F1 of being related at all, whatever the label."""
    related = [k for k in range(confusion.shape[-1]) if k != unrelated]
    hit = confusion[..., related, :][..., related].sum(axis=(-2, -1))
    gold = confusion[..., related, :].sum(axis=(-2, -1))
    given = confusion[..., related].sum(axis=(-2, -1))
    return 2 * hit / np.maximum(gold + given, 1)


def _label(confusion: np.ndarray, k: int) -> dict[str, float]:
    gold, given, right = int(confusion[k].sum()), int(confusion[:, k].sum()), int(confusion[k, k])
    return {"gold": gold, "given": given, "right": right, "f1": _round(_f1(confusion)[k])}


def _figures(value: Any, low: float, high: float) -> dict[str, float]:
    return {"value": _round(value), "low": _round(low), "high": _round(high)}


def _round(value: Any) -> float:
    return round(float(value), 4)
