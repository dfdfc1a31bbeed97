"""Measure selective classification: how many labels can be kept at which error (El-Yaniv and Wiener 2010)."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.evaluate.intervals import (
    bootstrap_interval,
    percentile_interval,
    ranks,
    resample_sums,
    rounded_interval,
)

POINTS = 100


def risk_coverage_curve(confidence: np.ndarray, right: np.ndarray, points: int = POINTS) -> list[tuple[float, float]]:
    """Return pairs of the share kept and the share of these that is wrong, the most confident first."""
    n = len(confidence)
    wrong = np.cumsum(~right[np.argsort(-confidence, kind="stable")])
    kept = sorted({max(1, round(n * k / points)) for k in range(1, points + 1)}) if n else []
    return [(k / n, float(wrong[k - 1]) / k) for k in kept]


def summarise_coverage(
    confidence: np.ndarray, right: np.ndarray, abstained: np.ndarray, members: list[np.ndarray], error: float
) -> dict[str, Any]:
    """Compute what the models' threshold keeps, and what a threshold chosen on these very rows could keep.

    Parameters
    ----------
    confidence, right, abstained : ndarray of shape (n,)
        Of the predicted label.
    members : list of ndarray
        Row numbers of each group.
    error : float
        Share of wrong labels among the kept ones that the config allows.

    Returns
    -------
    dict
        `stated`: the allowed error; `given`: number of rows that are not abstained; `coverage` and `error` of these,
        with intervals; `holds`: `yes` if the interval of the error ends below the stated one, `no` if it begins above
        it, else `open`; `reachable`: coverage of the best threshold.
    """
    kept = ~abstained
    counts = np.array([[len(i), kept[i].sum(), (kept & ~right)[i].sum()] for i in members], dtype=float)
    (total, n_kept, n_wrong), drawn = counts.sum(axis=0), resample_sums(counts)
    wrong = rounded_interval(n_wrong / max(n_kept, 1), *percentile_interval(drawn[:, 2] / np.maximum(drawn[:, 1], 1)))
    coverage = rounded_interval(n_kept / max(total, 1), *percentile_interval(drawn[:, 1] / np.maximum(drawn[:, 0], 1)))
    ranked = ranks(-confidence)
    reachable = bootstrap_interval(members, lambda i: coverage_at(ranked[i], right[i], error))
    holds = "yes" if wrong["high"] <= error else "no" if wrong["low"] > error else "open"
    return {
        "stated": error,
        "given": int(n_kept),
        "coverage": coverage,
        "error": wrong if n_kept else None,
        "holds": holds if n_kept else "open",
        "reachable": rounded_interval(coverage_at(ranked, right, error), *reachable),
    }


def coverage_at(ranked: np.ndarray, right: np.ndarray, error: float) -> float:
    """Return the largest share that a threshold can keep with at most a share `error` of it wrong.

    `ranked` has the ranks of the confidence, the most confident first.
    """
    if not len(ranked):
        return 0.0
    order = np.argsort(ranked, kind="stable")
    ranked = ranked[order]
    wrong = np.cumsum(~right[order]) / np.arange(1, len(ranked) + 1)
    # Rows of equal confidence are kept together or not at all.
    allowed = np.flatnonzero(np.append(ranked[1:] > ranked[:-1], True) & (wrong <= error))
    return float(allowed[-1] + 1) / len(ranked) if len(allowed) else 0.0
