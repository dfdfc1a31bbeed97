"""The learning curve of a target: scores of models that were trained on fewer groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.stance import stance_scores

LEARNING_MEASURES = ("f1_favor_against", "macro_f1", "accuracy")


def score_learning_curve(
    rows: Sequence[Mapping[str, Any]], smaller: Iterable[Mapping[str, Any]], labels: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Scores by share of the training groups, in percent, the smallest first.

    Parameters
    ----------
    rows : sequence of mapping
        Out of fold, of models trained on all groups of the other folds.
    smaller : iterable of mapping
        `id`, `share`, `trained_on` and `label`, of models trained on fewer; a share that does not cover all rows (it
        had one label) is left out.
    labels : sequence of str
        All labels.

    Returns
    -------
    dict
        By percent, `trained_on` (mean number of quotes that a fold's model was trained on) and the measures `SHOWN`.
    """
    said: dict[float, dict[str, Mapping[str, Any]]] = {}
    for row in smaller:
        said.setdefault(round(row["share"], 4), {})[row["id"]] = row
    out = {}
    for share in sorted(said):
        if all(row["id"] in said[share] for row in rows):
            given = [{**row, "label": said[share][row["id"]]["label"]} for row in rows]
            trained = float(np.mean([said[share][row["id"]]["trained_on"] for row in rows]))
            out[f"{100 * share:.0f}"] = _figures(given, trained, labels)
    folds = np.bincount([row["fold"] for row in rows])
    return out | {"100": _figures(rows, len(rows) - float((folds**2).sum()) / len(rows), labels)}


def _figures(rows: Sequence[Mapping[str, Any]], trained: float, labels: Sequence[str]) -> dict[str, Any]:
    measures = stance_scores.score_labels(rows, "label", labels)
    return {"trained_on": round(trained), **{name: measures[name] for name in LEARNING_MEASURES}}
