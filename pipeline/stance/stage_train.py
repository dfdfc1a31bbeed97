"""Stage `train`: the classifier of one target, its out-of-fold predictions, and what the report says about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.schema import stance_tables
from pipeline.core.schema.columns import Table
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.abstention import abstain_by_fold, choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.config import load_stance_config, load_stance_words
from pipeline.stance.encoder.stance_encoder import load_encoder
from pipeline.stance.error_examples import explain_errors
from pipeline.stance.grouped_folds import Split, split_by_group
from pipeline.stance.learning_curve import predict_with_fewer_groups
from pipeline.stance.trained_models import model_path
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
    vectors of the training quotes, `TARGET.learning.parquet` the learning curve, `TARGET.errors.parquet` the error
    examples.
    """
    config, targets = load_stance_config(root), load_targets(root / paths.CONFIGS)
    if target not in targets:
        raise ConfigError(f"unknown target {target!r}", fix=f"use one of {', '.join(targets)}")
    annotations = root / paths.ANNOTATIONS / "stance.jsonl"
    rows = [row for row in read_stance(annotations, targets) if target in row.labels]
    gold, groups = [row.labels[target] for row in rows], [row.group for row in rows]
    _check_enough_rows(gold, groups, target, annotations)
    model = StanceClassifier(
        relevance_terms=targets[target].relevance_terms,
        meanings=targets[target].meanings,
        unrelated_label=targets[target].roles.unrelated,
        language_words=load_stance_words(root),
        encoder_target=target if config.encoder and target in load_encoder(config.language).targets else None,
        **config.classifier_parameters(),
    )

    def fit(chosen: np.ndarray) -> StanceClassifier:
        """Fit a new model to the rows of some numbers."""
        return clone(model).fit([rows[i] for i in chosen], [gold[i] for i in chosen], [groups[i] for i in chosen])

    labels = targets[target].labels
    folds = split_by_group(np.array(gold), np.array(groups), config.folds, config.seed)
    predicted = cross_validate(rows, gold, targets[target], folds, fit)
    given = np.array(labels)[predicted.probabilities.argmax(1)]
    right, confidence = given == np.array(gold), predicted.probabilities.max(1)
    # Most quotes are unrelated and easy: the error that a reader meets is that of the stances.
    counted = given != targets[target].roles.unrelated
    counted = counted if counted.any() else np.full(len(rows), True)
    abstained = abstain_by_fold(confidence, right, counted, predicted.fold, config.abstain_error)
    learning_curve = list(predict_with_fewer_groups(rows, gold, folds, config.seed, fit))

    path = model_path(root, target)
    model.set_params(abstain_below=choose_threshold(confidence[counted], right[counted], config.abstain_error))
    model.fit(rows, gold, groups).save(path)
    vectors = save_training_vectors(model, rows, path.with_suffix(".training.npz"))
    models = [predicted.models[fold] for fold in predicted.fold]
    errors = explain_errors(rows, gold, vectors, labels, predicted.probabilities, models)
    names = tuple(labels)
    _write(stance_tables.error_examples(names), errors, path.with_suffix(".errors.parquet"))
    _write(stance_tables.learning_curve(names), learning_curve, path.with_suffix(".learning.parquet"))
    out_of_fold = _out_of_fold_rows(rows, gold, labels, predicted, abstained)
    _write(stance_tables.out_of_fold(names), out_of_fold, path.with_suffix(".oof.parquet"))
    return {
        "rows": len(rows),
        "right": int(right.sum()),
        "not abstained": int((~abstained).sum()),
        "not abstained and right": int(right[~abstained].sum()),
    }


def cross_validate(
    rows: list[StanceRow],
    gold: list[str],
    target: Target,
    folds: list[Split],
    fit: Callable[[np.ndarray], StanceClassifier],
) -> OutOfFold:
    """Predict every row by a model that was trained on other groups.

    `folds` test every row once; `fit` returns a new classifier, fitted to the rows of some numbers.
    """
    columns = {label: number for number, label in enumerate(target.labels)}
    probabilities, fold_of_row = np.zeros((len(rows), len(columns))), np.zeros(len(rows), dtype=int)
    majority, models = [""] * len(rows), []
    for number, (train, test) in enumerate(folds):
        counts = Counter(gold[i] for i in train)
        if len(counts) < 2:
            raise DataError(
                f"fold {number} would train on one label",
                fix="label more quotes that take another stance, in new groups",
            )
        model = fit(train)
        models.append(model)
        known = np.array([columns[label] for label in model.classes_.tolist()])
        probabilities[np.ix_(test, known)] = model.predict_proba([rows[i] for i in test])
        fold_of_row[test] = number
        # Of equally frequent labels the first of the config.
        most_frequent = max(target.labels, key=counts.__getitem__)
        for i in test:
            majority[i] = most_frequent
    return OutOfFold(probabilities, fold_of_row, majority, models)


def _check_enough_rows(gold: list[str], groups: list[str], target: str, path: Path) -> None:
    where = f"{path}, target {target}"
    if not gold:
        fix = f'label quotes: "labels": {{"{target}": ...}}, or remove the target from configs/targets.yaml'
        raise DataError("no labelled quote", where=where, fix=fix)
    counts = Counter(gold)
    if len(counts) < 2:
        raise DataError(f"every quote is `{gold[0]}`", where=where, fix="label quotes that take another stance")
    if len(set(groups)) < 2 or max(counts.values()) < 2:
        why = f"{len(gold)} rows in {len(set(groups))} groups"
        raise DataError("too few rows to test on some", where=where, why=why, fix="label quotes of more articles")


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


def _write(table: Table, rows: Iterator[dict[str, Any]] | list[dict[str, Any]], path: Path) -> None:
    tables.write_parquet(path, tables.to_arrow(table, list(rows)))
