"""What training leaves beside a model: its training quotes as it sees them, and why its worst errors came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from pipeline.core.schema.stance_tables import error_examples
from pipeline.core.storage import tables
from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.classifier import Given, StanceClassifier
from pipeline.stance.stance_explainer import (
    WordEffects,
    explain_label,
    find_nearest,
    load_training_vectors,
    save_training_vectors,
)

# Most errors explained: each costs a prediction per word.
MAX_ERRORS = 20


def write_table(
    path: Path,
    model: StanceClassifier,
    given: Sequence[Given],
    rows: Sequence[StanceRow],
    gold: Sequence[str],
    labels: Sequence[str],
    probabilities: np.ndarray,
    by_row: Sequence[StanceClassifier],
) -> None:
    """Write `TARGET.training.npz` and `TARGET.errors.parquet` beside the model `path`.

    Parameters
    ----------
    path : path
        Of the model, `TARGET.skops`.
    model : StanceClassifier
        Trained on all rows.
    given, rows, gold : sequences of length n
        The quotes as the model takes them, as annotated, and their labels.
    labels : sequence of str
        Columns of `probabilities`.
    probabilities : array, shape (n, n_labels)
        Out of fold.
    by_row : sequence of StanceClassifier
        For each row the model that did not see it.
    """
    training = path.with_suffix(".training.npz")
    save_training_vectors(model, given, training)
    vectors = load_training_vectors(training, len(rows))
    records = list(_explain_errors(vectors, given, rows, gold, labels, probabilities, by_row))
    tables.write_parquet(path.with_suffix(".errors.parquet"), tables.to_arrow(error_examples(tuple(labels)), records))


def most_confident_errors(
    labels: Sequence[str], gold: Sequence[str], probabilities: np.ndarray, rows: Sequence[StanceRow]
) -> list[int]:
    """Numbers of the rows that were given a wrong label with most confidence, in the order that the report has them."""
    confidence, given = probabilities.max(axis=1), probabilities.argmax(axis=1)
    wrong = [k for k in range(len(gold)) if labels[given[k]] != gold[k]]
    return sorted(wrong, key=lambda k: (-float(confidence[k]), rows[k].id))[:MAX_ERRORS]


def _explain_errors(
    vectors: sparse.csr_matrix,
    given: Sequence[Given],
    rows: Sequence[StanceRow],
    gold: Sequence[str],
    labels: Sequence[str],
    probabilities: np.ndarray,
    by_row: Sequence[StanceClassifier],
) -> Iterator[dict[str, Any]]:
    chosen = most_confident_errors(labels, gold, probabilities, rows)
    groups = np.array([row.group for row in rows])
    near = find_nearest(vectors[chosen], vectors, groups[chosen][:, None] != groups[None, :]) if chosen else []
    for k, alike in zip(chosen, near, strict=True):
        why = explain_label(by_row[k], given[k], labels[int(probabilities[k].argmax())])
        yield {
            "id": rows[k].id,
            "label": why.label,
            "words_for": _word_records(why.words_for),
            "words_against": _word_records(why.words_against),
            "nearest": [{"id": rows[a.row].id, "label": gold[a.row], "similarity": a.likeness} for a in alike],
        }


def _word_records(pushed: WordEffects) -> list[dict[str, Any]]:
    return [{"word": word, "effect": push} for word, push in pushed]
