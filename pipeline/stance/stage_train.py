"""Stage `train`: the classifier of one target, its out-of-fold predictions, and what the report says about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.errors import DataError
from pipeline.core.progress import with_progress
from pipeline.core.schema import stance_tables
from pipeline.core.schema.columns import Table
from pipeline.core.storage import tables
from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.abstention import abstain_by_fold, choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.error_examples import explain_errors
from pipeline.stance.fold_memory import shared_by_folds
from pipeline.stance.trained_models import model_path
from pipeline.stance.training_set import TrainingSet, read_training_set
from pipeline.stance.training_vectors import save_training_vectors


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for labelled quotes by models that were trained on the other folds."""

    probabilities: np.ndarray  # shape (n, n_labels); 0 for a label that the fold's model does not know
    fold: np.ndarray  # shape (n,); the fold in which the row was tested, from 0
    majority: list[str]  # for each row the most frequent label of the rows that its fold was trained on
    models: list[StanceClassifier]  # of each fold


def run(root: Path, target: str) -> dict[str, int]:
    """Write the model of a target and beside it what other stages read.

    `TARGET.skops` is the model, `TARGET.oof.parquet` the out-of-fold predictions, `TARGET.training.npz` the feature
    vectors of the training quotes, `TARGET.errors.parquet` the error examples.
    """
    training, path = read_training_set(root, target), model_path(root, target)
    rows, gold, labels, model = training.rows, training.gold, training.target.labels, training.model
    with shared_by_folds():
        predicted = cross_validate(training)
        given = np.array(labels)[predicted.probabilities.argmax(1)]
        right, confidence = given == np.array(gold), predicted.probabilities.max(1)
        # Most quotes are unrelated and easy: the error that a reader meets is that of the stances.
        counted = given != training.target.roles.unrelated
        counted = counted if counted.any() else np.full(len(rows), True)
        error = training.config.abstain_error
        abstained = abstain_by_fold(confidence, right, counted, predicted.fold, error)

        model.set_params(abstain_below=choose_threshold(confidence[counted], right[counted], error))
        model.fit(rows, gold, training.groups).save(path)
        vectors = save_training_vectors(model, rows, path.with_suffix(".training.npz"))
        models = [predicted.models[fold] for fold in predicted.fold]
        errors = explain_errors(rows, gold, vectors, labels, predicted.probabilities, models)
        names = tuple(labels)
        _write(stance_tables.error_examples(names), errors, path.with_suffix(".errors.parquet"))
    out_of_fold = _out_of_fold_rows(rows, gold, labels, predicted, abstained)
    _write(stance_tables.out_of_fold(names), out_of_fold, path.with_suffix(".oof.parquet"))
    return {
        "rows": len(rows),
        "right": int(right.sum()),
        "not abstained": int((~abstained).sum()),
        "not abstained and right": int(right[~abstained].sum()),
    }


def cross_validate(training: TrainingSet) -> OutOfFold:
    """Predict every row by a model that was trained on other groups."""
    rows, gold, labels = training.rows, training.gold, training.target.labels
    columns = {label: number for number, label in enumerate(labels)}
    probabilities, fold_of_row = np.zeros((len(rows), len(columns))), np.zeros(len(rows), dtype=int)
    majority, models = [""] * len(rows), []
    for number, (train, test) in enumerate(with_progress(training.folds(), "training on parts, testing on the rest")):
        counts = Counter(gold[i] for i in train)
        if len(counts) < 2:
            raise DataError(
                f"fold {number} would train on one label",
                fix="label more quotes that take another stance, in new groups",
            )
        model = training.fit(train)
        models.append(model)
        known = np.array([columns[label] for label in model.classes_.tolist()])
        probabilities[np.ix_(test, known)] = model.predict_proba([rows[i] for i in test])
        fold_of_row[test] = number
        # Of equally frequent labels the first of the config.
        most_frequent = max(labels, key=counts.__getitem__)
        for i in test:
            majority[i] = most_frequent
    return OutOfFold(probabilities, fold_of_row, majority, models)


def _out_of_fold_rows(
    rows: list[StanceRow], gold: list[str], labels: list[str], predicted: OutOfFold, abstained: np.ndarray
) -> Iterator[dict[str, Any]]:
    for i, row in enumerate(rows):
        probabilities = predicted.probabilities[i]
        yield {
            "id": row.id,
            "group": row.group,
            "gold": gold[i],
            "label": labels[int(probabilities.argmax())],
            **{f"p_{label}": float(p) for label, p in zip(labels, probabilities, strict=True)},
            "majority": predicted.majority[i],
            "fold": int(predicted.fold[i]),
            "abstained": bool(abstained[i]),
        }


def _write(table: Table, rows: Iterable[dict[str, Any]], path: Path) -> None:
    tables.write_parquet(path, tables.to_arrow(table, list(rows)))
