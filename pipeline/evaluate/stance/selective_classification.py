"""How much can be kept at how much error (El-Yaniv and Wiener 2010), and whether a stated error holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.evaluate.intervals import bootstrap_interval, percentile_interval, resample_sums

POINTS = 100


def risk_coverage_curve(confidence: np.ndarray, right: np.ndarray, points: int = POINTS) -> list[tuple[float, float]]:
    """Share kept and share wrong of what is kept, the most confident first; at most `points` pairs.

    Parameters
    ----------
    confidence, right : ndarray of shape (n,)
        Probability of the label given, and whether it was right.
    """
    n = len(confidence)
    wrong = np.cumsum(~right[np.argsort(-confidence, kind="stable")])
    kept = sorted({max(1, round(n * k / points)) for k in range(1, points + 1)}) if n else []
    return [(k / n, float(wrong[k - 1]) / k) for k in kept]


def coverage_at(confidence: np.ndarray, right: np.ndarray, error: float) -> float:
    """Largest share that a threshold on the confidence can keep with at most a share `error` of it wrong."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    wrong = np.cumsum(~right[order]) / np.arange(1, len(ranked) + 1)
    # Rows of equal confidence are kept together or not at all.
    good = np.flatnonzero(np.append(ranked[1:] < ranked[:-1], True) & (wrong <= error))
    return float(good[-1] + 1) / len(ranked) if len(good) else 0.0


def summarise_coverage(
    confidence: np.ndarray, right: np.ndarray, abstained: np.ndarray, members: list[np.ndarray], error: float
) -> dict[str, Any]:
    """What is kept at the threshold of the models, and what a threshold chosen on these very rows could keep.

    Parameters
    ----------
    confidence, right, abstained : ndarray of shape (n,)
        Of the label given.
    members : list of ndarray
        Row numbers of each group.
    error : float
        Share of wrong labels among the kept that the config states.

    Returns
    -------
    dict
        `stated`; `coverage` and `error` of what is not abstained, with intervals; `holds`: `yes` where the interval
        of the error ends below the stated one, `no` where it begins above it, else `open`; `reachable` coverage.
    """
    kept = ~abstained
    counts = np.array([[len(i), kept[i].sum(), (kept & ~right)[i].sum()] for i in members], dtype=float)
    whole, drawn = counts.sum(axis=0), resample_sums(counts)
    wrong = _figures(whole[2] / max(whole[1], 1), drawn[:, 2] / np.maximum(drawn[:, 1], 1))
    low, high = bootstrap_interval(members, lambda i: coverage_at(confidence[i], right[i], error))
    reachable = coverage_at(confidence, right, error)
    holds = "yes" if wrong["high"] <= error else "no" if wrong["low"] > error else "open"
    return {
        "stated": error,
        "coverage": _figures(whole[1] / max(whole[0], 1), drawn[:, 1] / np.maximum(drawn[:, 0], 1)),
        "error": wrong if whole[1] else None,
        "holds": holds if whole[1] else "open",
        "reachable": {"value": round(reachable, 4), "low": round(low, 4), "high": round(high, 4)},
    }


def _figures(value: float, drawn: np.ndarray) -> dict[str, float]:
    low, high = percentile_interval(drawn)
    return {"value": round(float(value), 4), "low": round(low, 4), "high": round(high, 4)}
