"""Stage `train`: the classifier of one target, and predictions for rows it was not trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.schema.stance_tables import out_of_fold
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, shared_labels
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance import error_examples, learning_curve
from pipeline.stance.abstention import abstain_by_fold, choose_threshold
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.config import StanceConfig, load_stance_config
from pipeline.stance.grouped_folds import split_by_group


@dataclass(frozen=True)
class OutOfFold:
    """Predictions for rows by models of other folds.

    Attributes
    ----------
    probabilities : array of float, shape (n, n_labels)
        Columns in the order of the target's labels; 0 for a label that the fold's model does not know.
    fold : array of int, shape (n,)
        Fold in which the row was tested, from 0.
    majority : list of str
        The most frequent label of the rows that the fold was trained on.
    models : list of StanceClassifier
        The model of each fold.
    """

    probabilities: np.ndarray
    fold: np.ndarray
    majority: list[str]
    models: list[StanceClassifier]


def run(root: Path, target: str) -> dict[str, int]:
    """Write `data/models/TARGET.skops` with its hash, `TARGET.oof.parquet`, and what `worked` adds."""
    config, targets = load_stance_config(root), load_targets(root / paths.CONFIGS)
    if target not in targets:
        raise ConfigError(f"unknown target {target!r}", fix=f"use one of {', '.join(targets)}")
    path = root / paths.ANNOTATIONS / "stance.jsonl"
    rows = [row for row in read_stance(path, targets) if target in row.labels]
    gold = [row.labels[target] for row in rows]
    _check_enough_rows(gold, [row.group for row in rows], target, path)
    terms, meanings = targets[target].relevance_terms, targets[target].meanings
    untrained = StanceClassifier(relevance_terms=terms, meanings=meanings, **config.parameters())
    predicted = cross_validate(untrained, rows, gold, targets[target], config)
    names = np.array(shared_labels(targets))
    right = names[predicted.probabilities.argmax(1)] == np.array(gold)
    confidence = predicted.probabilities.max(1)
    abstained = abstain_by_fold(confidence, right, predicted.fold, config.abstain_error)
    model = untrained.set_params(abstain_below=choose_threshold(confidence, right, config.abstain_error))
    _fit(model, rows, gold).save(root / paths.MODELS / f"{target}.skops")
    given, by_row = [as_given(row) for row in rows], [predicted.models[fold] for fold in predicted.fold]
    path = root / paths.MODELS / f"{target}.skops"
    learning_curve.write_table(path, _predict_learning_curve(untrained, rows, gold, config), names.tolist())
    error_examples.write_table(path, model, given, rows, gold, names.tolist(), predicted.probabilities, by_row)
    _write_out_of_fold(root / paths.MODELS / f"{target}.oof.parquet", names, rows, gold, predicted, abstained)
    kept = int((~abstained).sum())
    return {"rows": len(rows), "right": int(right.sum()), "kept": kept, "kept and right": int(right[~abstained].sum())}


def cross_validate(
    model: StanceClassifier, rows: list[StanceRow], gold: list[str], target: Target, config: StanceConfig
) -> OutOfFold:
    """Predict every row by a model trained on other groups."""
    y, groups = np.array(gold), np.array([row.group for row in rows])
    columns = {label: number for number, label in enumerate(target.labels)}
    probabilities, fold = np.zeros((len(rows), len(columns))), np.zeros(len(rows), dtype=int)
    majority, models = [""] * len(rows), []
    for number, (train, test) in enumerate(split_by_group(y, groups, config.folds, config.seed)):
        if len(np.unique(y[train])) < 2:
            raise DataError(
                f"fold {number} would train on one label",
                fix="label more quotes that take another stance, in new groups",
            )
        fitted = _fit(clone(model), [rows[i] for i in train], [gold[i] for i in train])
        models.append(fitted)
        known = np.array([columns[label] for label in fitted.classes_.tolist()])
        probabilities[np.ix_(test, known)] = fitted.predict_proba([as_given(rows[i]) for i in test])
        fold[test] = number
        # Ties go to the label that comes first in the config.
        most = max(target.labels, key=Counter(gold[i] for i in train).__getitem__)
        for i in test:
            majority[i] = most
    return OutOfFold(probabilities, fold, majority, models)


def _predict_learning_curve(
    model: StanceClassifier, rows: list[StanceRow], gold: list[str], config: StanceConfig
) -> Iterator[dict[str, Any]]:
    splits = split_by_group(np.array(gold), np.array([row.group for row in rows]), config.folds, config.seed)

    def fit(chosen: np.ndarray) -> StanceClassifier:
        return _fit(clone(model), [rows[i] for i in chosen], [gold[i] for i in chosen])

    return learning_curve.predict_with_fewer_groups(
        rows, gold, [as_given(row) for row in rows], splits, config.seed, fit
    )


def as_given(row: StanceRow) -> dict[str, str | None]:
    """What the classifier is given of a labelled quote."""
    return {"text": row.text, "context": row.context, "speaker": row.speaker, "cue": row.cue}


def _fit(model: StanceClassifier, rows: list[StanceRow], gold: list[str]) -> StanceClassifier:
    return model.fit([as_given(row) for row in rows], gold, groups=[row.group for row in rows])


def _check_enough_rows(gold: list[str], groups: list[str], target: str, path: Path) -> None:
    where = f"{path}, target {target}"
    if not gold:
        fix = f'label quotes: "labels": {{"{target}": ...}}, or remove the target from configs/targets.yaml'
        raise DataError("no labelled quote", where=where, fix=fix)
    found = Counter(gold)
    if len(found) < 2:
        raise DataError(f"every quote is `{gold[0]}`", where=where, fix="label quotes that take another stance")
    if len(set(groups)) < 2 or max(found.values()) < 2:
        why = f"{len(gold)} rows in {len(set(groups))} groups"
        raise DataError("too few rows to test on some", where=where, why=why, fix="label quotes of more articles")


def _write_out_of_fold(
    path: Path, names: np.ndarray, rows: list[StanceRow], gold: list[str], predicted: OutOfFold, abstained: np.ndarray
) -> None:
    table = out_of_fold(tuple(names.tolist()))
    records = list(_out_of_fold_rows(names, rows, gold, predicted, abstained))
    tables.write_parquet(path, tables.to_arrow(table, records))


def _out_of_fold_rows(
    names: np.ndarray, rows: list[StanceRow], gold: list[str], predicted: OutOfFold, abstained: np.ndarray
) -> Iterator[dict[str, Any]]:
    for i, row in enumerate(rows):
        chances = predicted.probabilities[i]
        yield {
            "id": row.id,
            "group": row.group,
            "gold": gold[i],
            "label": str(names[chances.argmax()]),
            **{f"p_{name}": float(chance) for name, chance in zip(names, chances, strict=True)},
            "majority": predicted.majority[i],
            "fold": int(predicted.fold[i]),
            "abstained": bool(abstained[i]),
        }
