"""Predict labelled quotes with models that were trained on fewer of them: the points of a learning curve."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.grouped_folds import Split

# Shares of the groups that a fold trains on. The out-of-fold predictions are those of all groups.
TRAINING_SHARES = (0.1, 0.25, 0.5)


def predict_with_fewer_groups(
    rows: Sequence[StanceRow],
    gold: Sequence[str],
    folds: Sequence[Split],
    seed: int,
    fit: Callable[[np.ndarray], StanceClassifier],
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table of the learning curve, share by share.

    `seed` decides the order in which groups are drawn; a larger share includes the smaller ones. `fit` returns a new
    classifier, fitted to the rows of some numbers.
    """
    y, groups = np.array(gold), np.array([row.group for row in rows])
    for share in TRAINING_SHARES:
        for train, test in folds:
            drawn = draw_groups(train, groups, share, seed)
            if len(np.unique(y[drawn])) > 1:
                model = fit(drawn)
                predicted = model.classes_[model.predict_proba([rows[i] for i in test]).argmax(axis=1)]
                for i, label in zip(test.tolist(), predicted.tolist(), strict=True):
                    yield {"id": rows[i].id, "share": share, "trained_on": len(drawn), "label": label}


def draw_groups(train: np.ndarray, groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Return the row numbers in `train` that belong to a random share of its groups."""
    names = np.unique(groups[train])
    order = np.random.default_rng(seed).permutation(len(names))
    drawn = names[order[: max(1, round(share * len(names)))]]
    return train[np.isin(groups[train], drawn)]
