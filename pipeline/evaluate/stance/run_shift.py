"""Compare the quotes of the run, and the user's own gold, with the training quotes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.evaluate.stance.distribution_shift import label_shares, measure_parts, summarise_shift
from pipeline.evaluate.stance.predictions import Rows, StancePredictions

ShiftByTarget = dict[str, dict[str, Any] | None]


def measure_distribution_shift(root: Path, predictions: StancePredictions) -> dict[str, ShiftByTarget]:
    """Compute the shift of the run's quotes (`run`) and of each set of the user's own gold, by target.

    Of the run, only quotes of articles without gold count: the `label` stage has drawn a sample of them.
    """
    sample = _read_sample(root)
    labels = _read_labels(root)
    shift: dict[str, ShiftByTarget] = {name: {} for name in ("run", *predictions.external)}
    for target, rows in predictions.out_of_fold.items():
        parts = measure_parts(predictions.training[target], {row["id"]: row for row in rows})
        shares = label_shares(row["gold"] for row in rows)
        shift["run"][target] = summarise_shift(sample.get(target, []), labels.get(target, []), shares, parts)
        for name, by_target in predictions.external.items():
            quotes = by_target.get(target, [])
            shift[name][target] = summarise_shift(quotes, quotes, shares, parts)
    return shift


def _read_sample(root: Path) -> dict[str, Rows]:
    """Read the similarity of the sampled quotes to the training quotes, by target."""
    sample: dict[str, Rows] = {}
    for row in tables.iterate_rows(root / paths.DRIFT_SAMPLE):
        sample.setdefault(row["target"], []).append(row)
    return sample


def _read_labels(root: Path) -> dict[str, Rows]:
    """Read the predicted labels of all quotes of the sampled articles, by target."""
    labels: dict[str, Rows] = {}
    articles = {row["part"] for row in tables.iterate_rows(root / paths.DRIFT_SAMPLE, ["part"])}
    for row in tables.iterate_rows(root / paths.STANCES):
        if row["quote_id"].rpartition("-")[0] in articles:
            labels.setdefault(row["target"], []).append({"label": row["label"], "p": row[f"p_{row['label']}"]})
    return labels
