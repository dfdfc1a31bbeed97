"""Read the predictions of the stance models on labelled quotes: out of fold, and on the user's own gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.evaluate.stance.stance_slices import slice_values
from pipeline.gold.stance_annotations import StanceRow

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class StancePredictions:
    """Predictions by target.

    Attributes
    ----------
    out_of_fold : dict of str to list of dict
        By target, predictions for the labelled quotes by models that were trained without their group. Added to the
        columns of the table: `p` (of the predicted label), the labels of the baselines `keywords` and `ngrams`, and
        `slices`.
    training : dict of str to list of dict
        By target, how similar the training quotes are to one another, and what the baselines predict for them.
    external : dict of str to dict
        By name of the set and target, predictions for the user's own gold.
    """

    out_of_fold: dict[str, Rows]
    training: dict[str, Rows]
    external: dict[str, dict[str, Rows]]


def read_predictions(
    root: Path,
    targets: Sequence[str],
    labelled: Sequence[StanceRow],
    external_sets: Sequence[str],
    speaker_kinds: Mapping[str, str],
) -> StancePredictions:
    """Read the predictions, and add baselines and slices to those out of fold."""
    training: dict[str, Rows] = {target: [] for target in targets}
    for row in tables.iterate_rows(root / paths.TRAINING_QUOTES):
        training[row["target"]].append(row)
    slices = {row.id: slice_values(row, speaker_kinds) for row in labelled}
    out_of_fold = {}
    for target in targets:
        baselines = {row["id"]: {name: row[name] for name in ("keywords", "ngrams")} for row in training[target]}
        out_of_fold[target] = [
            _with_probability(row) | baselines[row["id"]] | {"slices": slices[row["id"]]}
            for row in tables.iterate_rows(root / paths.MODELS / f"{target}.oof.parquet")
        ]
    external: dict[str, dict[str, Rows]] = {name: {} for name in external_sets}
    for name, by_target in external.items():
        for row in tables.iterate_rows(root / paths.EXTERNAL / name):
            by_target.setdefault(row["target"], []).append(_with_probability(row))
    return StancePredictions(out_of_fold, training, external)


def _with_probability(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"p": row[f"p_{row['label']}"]}
