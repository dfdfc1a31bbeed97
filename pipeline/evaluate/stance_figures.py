"""The figures of `reports/stance.md`; each says on how many quotes it was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np

from pipeline.evaluate import figures, selective, stance
from pipeline.evaluate.memory import Memory

Rows = Sequence[dict[str, Any]]


def save(
    folder: Path,
    sets: Mapping[str, Mapping[str, Rows]],
    summaries: Mapping[str, Mapping[str, Any]],
    labels: Sequence[str],
    error: float,
    remember: Memory,
) -> None:
    """Write `calibration`, `risk_coverage`, `confusion` and, of the first set, `learning` as SVG.

    Parameters
    ----------
    folder : path
        `reports/figures`.
    sets : mapping
        By name of the set and target, predictions: out of fold, and those on the user's own gold.
    summaries : mapping
        Of the same, `stance.summary`; in the first set with `learning`.
    labels : sequence of str
        All labels.
    error : float
        Share of wrong labels among the kept that the config states.
    remember : Memory
        Figures of earlier runs.
    """
    bins: dict[str, figures.Bins] = {}
    curves: dict[str, figures.Curves] = {}
    confusions = {}
    for name, by_target in sets.items():
        named = {target: f"{target}, {len(rows):,} quotes" for target, rows in by_target.items()}
        judged = {named[target]: _judged(rows, labels) for target, rows in by_target.items()}
        bins[name] = {target: stance.reliability(*pair) for target, pair in judged.items()}
        curves[name] = {target: selective.curve(*pair) for target, pair in judged.items()}
        for target, title in named.items():
            confusions[f"{title}, {name}"] = summaries[name][target]["confusion"]
    first = next(iter(sets))
    learned = {f"{t}, {len(sets[first][t]):,} quotes": v["learning"] for t, v in summaries[first].items()}
    drawn: dict[str, alt.TopLevelMixin] = {
        "calibration": figures.reliability(bins),
        "risk_coverage": figures.risk_coverage(curves, error),
        "confusion": figures.confusion(confusions, labels),
        "learning": figures.learning(learned, first),
    }
    for name, chart in drawn.items():
        figures.save(chart, folder / f"{name}.svg", remember)


def _judged(rows: Rows, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    return stance.confidence(rows, labels), np.array([row["gold"] == row["label"] for row in rows])
