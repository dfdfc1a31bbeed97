"""Score the learning curve of a target: models that were trained on fewer groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from pipeline.core.targets import Target
from pipeline.evaluate.stance.stance_scores import score_labels

LEARNING_MEASURES = ("f1_favor_against", "macro_f1", "accuracy")


def score_learning_curve(
    rows: Sequence[Mapping[str, Any]], learning_rows: Iterable[Mapping[str, Any]], target: Target
) -> dict[str, dict[str, Any]]:
    """Compute scores by share of the training groups, in percent, the smallest first.

    Parameters
    ----------
    rows : sequence of mapping
        Predictions out of fold by models that were trained on all groups of the other folds.
    learning_rows : iterable of mapping
        `id`, `share`, `trained_on` and `label`, by models that were trained on fewer groups. A share whose rows are
        not complete is left out: its training quotes had one label only.
    target : Target
        Its labels.

    Returns
    -------
    dict
        By percent, `trained_on` (mean number of quotes that a fold's model was trained on) and `LEARNING_MEASURES`.
    """
    by_share: dict[float, dict[str, Mapping[str, Any]]] = {}
    for row in learning_rows:
        by_share.setdefault(round(row["share"], 4), {})[row["id"]] = row
    curve = {}
    for share, predicted in sorted(by_share.items()):
        if all(row["id"] in predicted for row in rows):
            relabelled = [{**row, "label": predicted[row["id"]]["label"]} for row in rows]
            trained_on = float(np.mean([predicted[row["id"]]["trained_on"] for row in rows]))
            curve[f"{100 * share:.0f}"] = _scores(relabelled, trained_on, target)
    folds = np.bincount([row["fold"] for row in rows])
    return curve | {"100": _scores(rows, len(rows) - float((folds**2).sum()) / len(rows), target)}


def _scores(rows: Sequence[Mapping[str, Any]], trained_on: float, target: Target) -> dict[str, Any]:
    scores = score_labels(rows, "label", target)
    return {"trained_on": round(trained_on), **{name: scores[name] for name in LEARNING_MEASURES}}
