"""Stage `train`: the classifier of one target, and its predictions and those of baselines out of fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.parallel.executor import with_progress
from pipeline.core.schema import stance_tables
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.baselines import predict_keywords, predict_ngrams
from pipeline.stance.calibration import abstain_by_fold, choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import to_inputs
from pipeline.stance.config import StanceConfig, load_stance_config, load_stance_words
from pipeline.stance.encoder.stance_encoder import load_encoder
from pipeline.stance.row_sampling import Split, split_by_group
from pipeline.stance.trained_models import model_path, save_training_vectors


@dataclass(frozen=True)
class TrainingSet:
    """The quotes that are labelled for one target, in the order of the file."""

    target: Target
    config: StanceConfig
    rows: list[StanceRow]
    gold: list[str]
    model: StanceClassifier  # not fitted
    common_words: list[str]  # of all rows, so that each quote is read once and not in every fold; no label is in them

    @property
    def groups(self) -> list[str]:
        """The group of each row, which no fold splits."""
        return [row.group for row in self.rows]

    def folds(self) -> list[Split]:
        """Return the folds of the cross-validation; each row is tested once."""
        return split_by_group(np.array(self.gold), np.array(self.groups), self.config.folds, self.config.seed)

    def fit(self, chosen: np.ndarray, **parameters: Any) -> StanceClassifier:
        """Fit a new model, with some parameters of its own, to the rows of some numbers."""
        rows, gold = [self.rows[i] for i in chosen], [self.gold[i] for i in chosen]
        model = clone(self.model).set_params(**parameters)
        return model.fit(rows, gold, [row.group for row in rows], self.common_words)


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for labelled quotes by models that were trained on the other folds."""

    probabilities: np.ndarray  # shape (n, n_labels); 0 for a label that the fold's model does not know
    fold: np.ndarray  # shape (n,); the fold in which the row was tested, from 0
    majority: list[str]  # for each row the most frequent label of the rows that its fold was trained on


def run(root: Path, target: str) -> dict[str, int]:
    """Write the model of a target and beside it what other stages read.

    `TARGET.skops` is the model, `TARGET.oof.parquet` the out-of-fold predictions, `TARGET.training.npz` the feature
    vectors of the training quotes.
    """
    training, path = read_training_set(root, target), model_path(root, target)
    rows, gold, labels, model = training.rows, training.gold, training.target.labels, training.model
    predicted = cross_validate(training)
    given = np.array(labels)[predicted.probabilities.argmax(1)]
    right, confidence = given == np.array(gold), predicted.probabilities.max(1)
    # Most quotes are unrelated and easy: the error that a reader meets is that of the stances.
    counted = given != training.target.roles.unrelated
    counted = counted if counted.any() else np.full(len(rows), True)
    error = training.config.abstain_error
    abstained = abstain_by_fold(confidence, right, counted, predicted.fold, error)

    model.set_params(abstain_below=choose_threshold(confidence[counted], right[counted], error))
    model.fit(rows, gold, training.groups, training.common_words).save(path)
    save_training_vectors(model, rows, path.with_suffix(".training.npz"))
    out_of_fold = list(_out_of_fold_rows(training, predicted, abstained, load_stance_words(root)))
    table = stance_tables.out_of_fold(tuple(labels))
    tables.write_parquet(path.with_suffix(".oof.parquet"), tables.to_arrow(table, out_of_fold))
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
    majority = [""] * len(rows)
    for number, (train, test) in enumerate(with_progress(training.folds(), "training on parts, testing on the rest")):
        counts = Counter(gold[i] for i in train)
        if len(counts) < 2:
            raise DataError(
                f"fold {number} would train on one label",
                fix="label more quotes that take another stance, in new groups",
            )
        model = training.fit(train)
        known = np.array([columns[label] for label in model.classes_.tolist()])
        probabilities[np.ix_(test, known)] = model.predict_proba([rows[i] for i in test])
        fold_of_row[test] = number
        # Of equally frequent labels the first of the config.
        most_frequent = max(labels, key=counts.__getitem__)
        for i in test:
            majority[i] = most_frequent
    return OutOfFold(probabilities, fold_of_row, majority)


def _out_of_fold_rows(
    training: TrainingSet, predicted: OutOfFold, abstained: np.ndarray, words: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    labels = training.target.labels
    keywords = predict_keywords(to_inputs(training.rows), training.target, words.get("keyword_rules", {}))
    ngrams = predict_ngrams([row.text for row in training.rows], training.gold, predicted.fold)
    for i, row in enumerate(training.rows):
        probabilities = predicted.probabilities[i]
        yield {
            "id": row.id,
            "group": row.group,
            "gold": training.gold[i],
            "label": labels[int(probabilities.argmax())],
            **{f"p_{label}": float(p) for label, p in zip(labels, probabilities, strict=True)},
            "majority": predicted.majority[i],
            "keywords": keywords[i],
            "ngrams": ngrams[i],
            "fold": int(predicted.fold[i]),
            "abstained": bool(abstained[i]),
        }


def read_training_set(root: Path, name: str) -> TrainingSet:
    """Read the labelled quotes of a target, and the settings of its model.

    Raises
    ------
    ConfigError
        When the config has no such target.
    DataError
        When its quotes are too few or too similar to train on some and test on others.
    """
    config, targets = load_stance_config(root), load_targets(root / paths.CONFIGS)
    if name not in targets:
        raise ConfigError(f"unknown target {name!r}", fix=f"use one of {', '.join(targets)}")
    annotations = root / paths.ANNOTATIONS / "stance.jsonl"
    rows = [row for row in read_stance(annotations, targets) if name in row.labels]
    gold = [row.labels[name] for row in rows]
    _check_enough_rows(gold, [row.group for row in rows], name, annotations)
    target = targets[name]
    model = StanceClassifier(
        relevance_terms=target.relevance_terms,
        meanings=target.meanings,
        unrelated_label=target.roles.unrelated,
        language_words=load_stance_words(root),
        encoder_target=name if config.encoder and name in load_encoder(config.language).targets else None,
        **config.classifier_parameters(),
    )
    return TrainingSet(target, config, rows, gold, model, model.find_common_words(rows))


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
