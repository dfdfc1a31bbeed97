"""What the figures of `reports/stance.md` show; each says on how many quotes it was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.stance import selective_classification, stance_scores

Rows = Sequence[dict[str, Any]]


def numbers(
    sets: Mapping[str, Mapping[str, Rows]],
    summaries: Mapping[str, Mapping[str, Any]],
    labels: Sequence[str],
    error: float,
) -> dict[str, tuple[str, list[Any]]]:
    """What draws `calibration`, `risk_coverage`, `confusion` and, of the first set, `learning`, and its numbers.

    Parameters
    ----------
    sets : mapping
        By name of the set and target, predictions: out of fold, and those on the user's own gold.
    summaries : mapping
        Of the same, `stance.summary`; in the first set with `learning`.
    labels : sequence of str
        All labels.
    error : float
        Share of wrong labels among the kept that the config states.
    """
    bins, curves, confusions = {}, {}, {}
    for name, by_target in sets.items():
        named = {target: f"{target}, {len(rows):,} quotes" for target, rows in by_target.items()}
        judged = {named[target]: _judged(rows, labels) for target, rows in by_target.items()}
        bins[name] = {target: stance_scores.reliability(*pair) for target, pair in judged.items()}
        curves[name] = {target: selective_classification.risk_coverage_curve(*pair) for target, pair in judged.items()}
        for target, title in named.items():
            confusions[f"{title}, {name}"] = summaries[name][target]["confusion"]
    first = next(iter(sets))
    learned = {f"{t}, {len(sets[first][t]):,} quotes": v["learning"] for t, v in summaries[first].items()}
    return {
        "calibration": ("reliability", [bins]),
        "risk_coverage": ("risk_coverage", [curves, error]),
        "confusion": ("confusion", [confusions, labels]),
        "learning": ("learning", [learned, first]),
    }


def _judged(rows: Rows, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    return stance_scores.top_probability(rows, labels), np.array([row["gold"] == row["label"] for row in rows])
