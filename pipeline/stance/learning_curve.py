"""Learning curve: what models that were trained on fewer groups say of the quotes of their fold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core.schema.stance_tables import learning_curve
from pipeline.core.storage import tables
from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.grouped_folds import Split

# Shares of the groups that a fold trains on; all of them are the out-of-fold predictions.
TRAINING_SHARES = (0.1, 0.25, 0.5)
# Fits a new classifier on rows of these numbers.
FitRows = Callable[[np.ndarray], StanceClassifier]


def write_table(path: Path, records: Iterator[dict[str, Any]], labels: Sequence[str]) -> None:
    """Write `TARGET.learning.parquet` beside the model `path`."""
    tables.write_parquet(
        path.with_suffix(".learning.parquet"), tables.to_arrow(learning_curve(tuple(labels)), list(records))
    )


def predict_with_fewer_groups(
    rows: Sequence[StanceRow],
    gold: Sequence[str],
    given: Sequence[Any],
    splits: Sequence[Split],
    seed: int,
    fit: FitRows,
) -> Iterator[dict[str, Any]]:
    """Rows of the table of learning, share by share.

    Parameters
    ----------
    rows, gold, given : sequences of length n
        Labelled quotes, their labels, and the quotes as the classifier takes them.
    splits : sequence of (train, test)
        The folds of the cross-validation.
    seed : int
        Of the order in which groups are taken; a larger share holds the smaller ones.
    fit : callable
        From row numbers to a classifier trained on them.
    """
    y, groups = np.array(gold), np.array([row.group for row in rows])
    for share in TRAINING_SHARES:
        for train, test in splits:
            chosen = draw_groups(train, groups, share, seed)
            if len(np.unique(y[chosen])) > 1:
                model = fit(chosen)
                best = model.classes_[model.predict_proba([given[i] for i in test]).argmax(axis=1)]
                for i, label in zip(test.tolist(), best.tolist(), strict=True):
                    yield {"id": rows[i].id, "share": share, "trained_on": len(chosen), "label": label}


def draw_groups(train: np.ndarray, groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Those of the row numbers `train` that are of the first groups, in a random order that `seed` fixes."""
    names = np.unique(groups[train])
    order = np.random.default_rng(seed).permutation(len(names))
    taken = names[order[: max(1, round(share * len(names)))]]
    return train[np.isin(groups[train], taken)]
