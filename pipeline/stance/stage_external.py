"""Stage `external`: what the models say of one set of the user's own gold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.errors import ConfigError
from pipeline.core.schema.stance_tables import external_predictions
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, shared_labels
from pipeline.gold.external_sets import ExternalRow, load_external_sets, read_external_rows
from pipeline.gold.stance_annotations import read_stance
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import to_inputs
from pipeline.stance.keyword_baseline import predict_keywords
from pipeline.stance.stage_label import load_model
from pipeline.stance.training_similarity import TrainingQuotes


def run(root: Path, name: str) -> dict[str, int]:
    """Write `data/interim/probes/external/NAME`: rows of the set by target, in the order of the file."""
    sets = {source.name: source for source in load_external_sets(root)}
    if name not in sets:
        raise ConfigError(f"no set {name!r} under `external` in configs/evaluate.yaml", fix="add it there")
    targets = load_targets(root / paths.CONFIGS)
    labels = shared_labels(targets)
    rows = read_external_rows(root, sets[name], targets)
    labelled = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    records: list[dict[str, Any]] = []
    for target, about in targets.items():
        model, _ = load_model(root / paths.MODELS / f"{target}.skops", labels)
        training = TrainingQuotes(labelled, target, root / paths.MODELS)
        records += _predict_rows([row for row in rows if target in row.labels], target, about, model, training)
    tables.write(external_predictions(labels), records, root / paths.EXTERNAL / name)
    return {"rows": len(rows), "labels": len(records)}


def _predict_rows(
    rows: list[ExternalRow], target: str, about: Target, model: StanceClassifier, training: TrainingQuotes
) -> Iterator[dict[str, Any]]:
    given = [row.given for row in rows]
    keywords = predict_keywords(to_inputs(given), about.relevance_terms, about.labels)
    likeness = training.likeness(model.represent(given)) if rows else []
    for k, said in enumerate(model.predict(given)):
        row = rows[k]
        words, unseen = training.unseen(str(row.given["text"]))
        first, second = (*(labels.get(target) for labels in row.annotators[:2]), None, None)[:2]
        yield {
            "id": row.id,
            "target": target,
            "group": row.group,
            "gold": row.labels[target],
            "label": said["label"],
            **{f"p_{label}": said["probabilities"].get(label, 0.0) for label in about.labels},
            "abstained": said["abstained"],
            "majority": training.majority,
            "keywords": keywords[k],
            "first": first,
            "second": second,
            "similarity": likeness[k],
            "words": words,
            "unseen": unseen,
        }
