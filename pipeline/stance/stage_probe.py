"""Stage `probe`: what the models say of the behaviour suite, and how far the training quotes are from one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.stance_tables import behaviour_predictions, drift_sample
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, shared_labels
from pipeline.gold.behaviour_suite import BehaviourItem, read_behaviours
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import to_inputs
from pipeline.stance.drift_sample import similarity_columns
from pipeline.stance.keyword_baseline import predict_keywords
from pipeline.stance.stage_label import load_model
from pipeline.stance.training_similarity import TrainingQuotes

Models = Mapping[str, StanceClassifier]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/probes/behaviours` and `data/interim/probes/training`."""
    targets = load_targets(root / paths.CONFIGS)
    labels = shared_labels(targets)
    models = {target: load_model(root / paths.MODELS / f"{target}.skops", labels)[0] for target in targets}
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    tables.write(behaviour_predictions(labels), _behaviour_rows(suite, models), root / paths.BEHAVIOURS)
    rows = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    number = tables.write(drift_sample(labels), _training_rows(root, targets, rows), root / paths.TRAINING_QUOTES)
    return {"behaviours": len(suite), "training quotes compared": number}


def _behaviour_rows(suite: list[BehaviourItem], models: Models) -> Iterator[dict[str, Any]]:
    for item in suite:
        for number, said in enumerate(models[item.target].predict(item.texts)):
            label = said["label"]
            yield {"id": item.id, "number": number, "label": label, "p": said["probabilities"][label]}


def _training_rows(root: Path, targets: Mapping[str, Target], rows: list[StanceRow]) -> Iterator[dict[str, Any]]:
    for target, about in targets.items():
        training = TrainingQuotes(rows, target, root / paths.MODELS)
        items = to_inputs({"text": row.text, "cue": row.cue, "context": row.context} for row in training.rows)
        said = predict_keywords(items, about.relevance_terms, about.labels)
        for k, likeness in enumerate(training.own_likeness()):
            row = {"kind": "training", "id": training.rows[k].id, "part": training.parts[k], "keywords": said[k]}
            yield row | similarity_columns(target, likeness, training.own_unseen(k))
