"""Stage `probe`: predictions for the behaviour suite; for the training quotes, baselines and mutual similarity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.stance_tables import behaviour_predictions, training_quotes
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, shared_labels
from pipeline.gold.behaviour_suite import BehaviourItem, read_behaviours
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.classifier_input import to_inputs
from pipeline.stance.config import load_stance_words
from pipeline.stance.drift_sample import similarity_columns
from pipeline.stance.keyword_baseline import predict_keywords
from pipeline.stance.ngram_baseline import predict_ngrams
from pipeline.stance.trained_models import TrainedModel, load_models
from pipeline.stance.training_similarity import TrainingQuotes


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/probes/behaviours` and `data/interim/probes/training`."""
    targets = load_targets(root / paths.CONFIGS)
    labels = shared_labels(targets)
    suite = read_behaviours(root / paths.ANNOTATIONS / "behaviours.jsonl", targets)
    rows = _behaviour_rows(suite, load_models(root, targets))
    tables.write(behaviour_predictions(labels), rows, root / paths.BEHAVIOURS)
    annotated = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    rows = _training_rows(root, targets, annotated, load_stance_words(root).get("keyword_rules", {}))
    number = tables.write(training_quotes(labels), rows, root / paths.TRAINING_QUOTES)
    return {"behaviours": len(suite), "training quotes compared": number}


def _behaviour_rows(suite: list[BehaviourItem], models: Mapping[str, TrainedModel]) -> Iterator[dict[str, Any]]:
    # All texts of a target at once: a call for each item takes longer than the texts.
    texts = {target: [text for item in suite if item.target == target for text in item.texts] for target in models}
    predictions = {target: iter(models[target].classifier.predict(of_target)) for target, of_target in texts.items()}
    for item in suite:
        for number, prediction in enumerate(islice(predictions[item.target], len(item.texts))):
            label = prediction["label"]
            yield {"id": item.id, "number": number, "label": label, "p": prediction["probabilities"][label]}


def _training_rows(
    root: Path,
    targets: Mapping[str, Target],
    annotated: list[StanceRow],
    keyword_rules: Mapping[str, Sequence[str]],
) -> Iterator[dict[str, Any]]:
    for name, target in targets.items():
        training = TrainingQuotes(annotated, name, root / paths.MODELS)
        keywords = predict_keywords(to_inputs(training.rows), target, keyword_rules)
        ngrams = _predict_ngrams(root, name, training.rows)
        for k, similarity in enumerate(training.similarities_to_other_parts()):
            row = {"id": training.rows[k].id, "part": training.parts[k], "keywords": keywords[k], "ngrams": ngrams[k]}
            yield row | similarity_columns(name, similarity, training.count_words_unknown_to_other_parts(k))


def _predict_ngrams(root: Path, target: str, rows: Sequence[StanceRow]) -> list[str]:
    """Predict by word n-grams in the folds in which the model of the target was tested."""
    path = root / paths.MODELS / f"{target}.oof.parquet"
    folds = {row["id"]: row["fold"] for row in tables.iterate_rows(path, ["id", "fold"])}
    gold = [row.labels[target] for row in rows]
    return predict_ngrams([row.text for row in rows], gold, [folds[row.id] for row in rows])
