"""Stage `external`: predictions for one set of labelled quotes that is not the project's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from pipeline.stance.config import load_stance_words
from pipeline.stance.drift_sample import similarity_columns
from pipeline.stance.keyword_baseline import predict_keywords
from pipeline.stance.trained_models import load_models, prediction_columns
from pipeline.stance.training_similarity import TrainingQuotes


def run(root: Path, name: str) -> dict[str, int]:
    """Write `data/interim/probes/external/NAME`: the rows of the set for each target, in the order of the file.

    `name` is the set's name or, as DVC counts them, its number in the config, from 0.
    """
    loaded = load_external_sets(root)
    sets = {key: external for n, external in enumerate(loaded) for key in (external.name, str(n))}
    if name not in sets:
        raise ConfigError(f"no set {name!r} under `external` in configs/evaluate.yaml", fix="add it there")
    targets = load_targets(root / paths.CONFIGS)
    rows = read_external_rows(root, sets[name], targets)
    annotated = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    rules = load_stance_words(root).get("keyword_rules", {})
    models = load_models(root, targets)
    records: list[dict[str, Any]] = []
    for target in targets:
        training = TrainingQuotes(annotated, target, root / paths.MODELS)
        labelled = [row for row in rows if target in row.labels]
        records += _predict_rows(labelled, targets[target], models[target].classifier, training, rules)
    tables.write(external_predictions(shared_labels(targets)), records, root / paths.EXTERNAL / sets[name].name)
    return {"rows": len(rows), "labels": len(records)}


def _predict_rows(
    rows: list[ExternalRow],
    target: Target,
    model: StanceClassifier,
    training: TrainingQuotes,
    keyword_rules: Mapping[str, Sequence[str]],
) -> Iterator[dict[str, Any]]:
    quotes = [row.quote for row in rows]
    keywords = predict_keywords(to_inputs(quotes), target, keyword_rules)
    similarities = training.similarities(model.feature_vectors(quotes)) if rows else []
    for k, prediction in enumerate(model.predict(quotes)):
        row = rows[k]
        first, second = (*(labels.get(training.target) for labels in row.annotators[:2]), None, None)[:2]
        yield {
            "id": row.id,
            "group": row.group,
            "gold": row.labels[training.target],
            **prediction_columns(prediction, target.labels),
            "majority": training.majority,
            "keywords": keywords[k],
            "first": first,
            "second": second,
            **similarity_columns(
                training.target, similarities[k], training.count_unknown_words(str(row.quote["text"]))
            ),
        }
