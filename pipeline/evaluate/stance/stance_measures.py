"""Measure the stance models: scores, baselines, slices, behaviour suite and distribution shift."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.errors import ConfigError
from pipeline.core.storage import tables
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.targets import Target
from pipeline.evaluate.config import EvaluateConfig
from pipeline.evaluate.stance.behaviour_rates import (
    BehaviourFailure,
    failures_by_kind,
    labels_by_text,
    pass_rates,
)
from pipeline.evaluate.stance.kept_scores import forget_others, scores_or_kept
from pipeline.evaluate.stance.leakage_check import find_near_duplicates
from pipeline.evaluate.stance.learning_scores import score_learning_curve
from pipeline.evaluate.stance.prediction_curves import PredictionCurves, prediction_curves
from pipeline.evaluate.stance.predictions import Rows, StancePredictions, read_predictions
from pipeline.evaluate.stance.run_shift import measure_distribution_shift
from pipeline.evaluate.stance.stance_scores import score_labels, score_target
from pipeline.evaluate.stance.stance_slices import score_stance_slices
from pipeline.gold.behaviour_suite import read_behaviours
from pipeline.gold.external_sets import parse_external_sets
from pipeline.gold.real_quotes import read_real_quotes
from pipeline.gold.stance_annotations import StanceRow

OUT_OF_FOLD = "out of fold"
# Near-duplicates that the report shows.
MAX_PAIRS = 5


@dataclass(frozen=True)
class StanceResults:
    """What was measured about stance.

    Attributes
    ----------
    metrics : dict
        By section of `scores.json`.
    curves : dict of str to dict
        By set of predictions (`OUT_OF_FOLD`, then the user's own gold) and target.
    errors : dict of str to list of dict
        By target, the most confident errors out of fold, with explanations.
    failures : dict of str to list of BehaviourFailure
        By kind, the failures of the behaviour suite.
    """

    metrics: dict[str, Any]
    curves: dict[str, dict[str, PredictionCurves]]
    errors: dict[str, Rows]
    failures: dict[str, list[BehaviourFailure]]


def measure_stance(
    root: Path,
    targets: Mapping[str, Target],
    config: EvaluateConfig,
    labelled: Sequence[StanceRow],
    speaker_kinds: Mapping[str, str],
) -> StanceResults:
    """Compute all figures about stance."""
    external_sets = [entry.name for entry in parse_external_sets(config.external, str(paths.CONFIGS / "evaluate.yaml"))]
    error = _stated_error(root)
    predictions = read_predictions(root, list(targets), labelled, external_sets, speaker_kinds)
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    behaviour_labels = labels_by_text(tables.iterate_rows(root / paths.BEHAVIOURS)) if suite else {}
    stance = {
        name: _measure_out_of_fold(root, name, rows, targets[name], error)
        for name, rows in predictions.out_of_fold.items()
    }
    forget_others(root, targets)
    metrics = {
        "real_quotes": read_real_quotes(root / paths.REAL_QUOTES, targets),
        "stance": stance,
        "stance_rows": _measure_labelled_quotes(labelled, targets, config.near_duplicate),
        "behaviours": pass_rates(suite, behaviour_labels),
        "shift": measure_distribution_shift(root, predictions),
        "external": {
            name: {target: score_target(rows, targets[target], error) for target, rows in by_target.items()}
            for name, by_target in predictions.external.items()
        },
    }
    return StanceResults(
        metrics,
        {
            name: {target: prediction_curves(rows, targets[target]) for target, rows in by_target.items()}
            for name, by_target in {OUT_OF_FOLD: predictions.out_of_fold, **predictions.external}.items()
        },
        {target: _show_errors(root, target, predictions, labelled, config.examples) for target in targets},
        failures_by_kind(suite, behaviour_labels, config.examples),
    )


def measure_ceiling(path: Path, name: str, rows: Rows, target: Target) -> dict[str, Any] | None:
    """Score the model, and one annotator by the other's labels, on the quotes that two annotators labelled.

    `path` has `id`, `first` and `second` (labels by target) of each quote; None where there are none.
    """
    both = {row["id"]: row for row in read_json_lines(path)}
    annotators = ("first", "second")
    twice = [
        row | {annotator: both[row["id"]][annotator][name] for annotator in annotators}
        for row in rows
        if row["id"] in both and all(name in both[row["id"]][annotator] for annotator in annotators)
    ]
    if not twice:
        return None
    return {
        "quotes": len(twice),
        "model": score_labels(twice, "label", target),
        "annotators": score_labels(twice, "second", target, gold="first"),
    }


def _stated_error(root: Path) -> float:
    path = root / paths.CONFIGS / "stance.yaml"
    error = read_yaml(path).get("abstain_error")
    if not isinstance(error, int | float):
        raise ConfigError(f"`abstain_error` is {error!r}", where=str(path), fix="give it a share from 0 to 1")
    return float(error)


def _measure_out_of_fold(root: Path, name: str, rows: Rows, target: Target, error: float) -> dict[str, Any]:
    """Compute a target's scores, and what the report adds: the annotators' ceiling, slices and the learning curve."""
    labelled_twice, learning = root / paths.ANNOTATIONS / "agreement" / "stance.jsonl", root / paths.LEARNING / name

    def compute() -> dict[str, Any]:
        return score_target(rows, target, error) | {
            "twice": measure_ceiling(labelled_twice, name, rows, target),
            "slices": score_stance_slices(rows, target),
            "learning": score_learning_curve(rows, tables.iterate_rows(learning), target),
        }

    given, read = [name, rows, repr(target), error], [labelled_twice, learning]
    return scores_or_kept(root, name, __name__, given, read, compute)


def _measure_labelled_quotes(
    labelled: Sequence[StanceRow], targets: Mapping[str, Target], near_duplicate: float
) -> dict[str, Any]:
    """Count labelled quotes, authors, groups and labels, and find near-duplicates across groups."""
    ids, texts, groups = ([getattr(row, name) for row in labelled] for name in ("id", "text", "group"))
    counts = {name: Counter(row.labels[name] for row in labelled if name in row.labels) for name in targets}
    return {
        "rows": len(labelled),
        "authors": len({row.annotator for row in labelled}),
        "groups": len(set(groups)),
        "labels": {name: {label: counts[name][label] for label in targets[name].labels} for name in targets},
        "near_duplicates": find_near_duplicates(ids, texts, groups, near_duplicate, MAX_PAIRS),
    }


def _show_errors(
    root: Path, target: str, predictions: StancePredictions, labelled: Sequence[StanceRow], n: int
) -> Rows:
    """Return the `n` most confident errors out of fold, with the explanations that training wrote."""
    path = root / paths.MODELS / f"{target}.errors.parquet"
    explanations = {row["id"]: row for row in tables.iterate_rows(path)}
    texts = {row.id: row.text for row in labelled}
    errors = [row for row in predictions.out_of_fold[target] if row["gold"] != row["label"]]
    shown = []
    for row in sorted(errors, key=lambda row: (-row["p"], row["id"]))[:n]:
        # Training explains only the most confident errors.
        explanation = explanations.get(row["id"], {"words_for": [], "words_against": [], "nearest": []})
        words = {name: [effect["word"] for effect in explanation[name]] for name in ("words_for", "words_against")}
        nearest = [{"label": quote["label"], "text": texts[quote["id"]]} for quote in explanation["nearest"]]
        shown.append(row | words | {"text": texts[row["id"]], "nearest": nearest})
    return shown
