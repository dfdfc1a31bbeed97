"""The labelled quotes of one target with their folds, as the stages `train` and `learning` read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from pipeline.core import paths
from pipeline.core.errors import ConfigError, DataError
from pipeline.core.targets import Target, load_targets
from pipeline.gold.stance_annotations import StanceRow, read_stance
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.config import StanceConfig, load_stance_config, load_stance_words
from pipeline.stance.encoder.stance_encoder import load_encoder
from pipeline.stance.grouped_folds import Split, split_by_group


@dataclass(frozen=True)
class TrainingSet:
    """The quotes that are labelled for one target, in the order of the file."""

    target: Target
    config: StanceConfig
    rows: list[StanceRow]
    gold: list[str]
    model: StanceClassifier  # not fitted

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
        return clone(self.model).set_params(**parameters).fit(rows, gold, [row.group for row in rows])


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
    return TrainingSet(target, config, rows, gold, model)


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
