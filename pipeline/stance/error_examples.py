"""Explain the worst errors of cross-validation, for people to read in the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.stance_explainer import explain_label
from pipeline.stance.training_vectors import find_nearest

# Most errors explained: each costs a prediction for every word.
MAX_ERRORS = 20


def explain_errors(
    rows: Sequence[StanceRow],
    gold: Sequence[str],
    vectors: sparse.csr_matrix,
    labels: Sequence[str],
    probabilities: np.ndarray,
    models: Sequence[StanceClassifier],
) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table of error examples: words for and against each wrong label, and the nearest quotes.

    Parameters
    ----------
    rows, gold : sequences of length n
        Labelled quotes and their labels.
    vectors : csr_matrix, shape (n, n_features)
        Feature vectors of the quotes.
    labels, probabilities : sequence of str and array, shape (n, n_labels)
        Out-of-fold probabilities and what their columns stand for.
    models : sequence of StanceClassifier, length n
        For each quote the model that was not trained on its group.
    """
    worst = find_worst_errors(rows, gold, labels, probabilities)
    groups = np.array([row.group for row in rows])
    in_other_group = groups[worst][:, None] != groups[None, :]
    nearest = find_nearest(vectors[worst], vectors, in_other_group) if worst else []
    for k, similar in zip(worst, nearest, strict=True):
        explanation = explain_label(models[k], rows[k], labels[int(probabilities[k].argmax())])
        yield {
            "id": rows[k].id,
            "label": explanation.label,
            "words_for": [{"word": word, "effect": effect} for word, effect in explanation.words_for],
            "words_against": [{"word": word, "effect": effect} for word, effect in explanation.words_against],
            "nearest": [{"id": rows[s.row].id, "label": gold[s.row], "similarity": s.similarity} for s in similar],
        }


def find_worst_errors(
    rows: Sequence[StanceRow], gold: Sequence[str], labels: Sequence[str], probabilities: np.ndarray
) -> list[int]:
    """Return the numbers of the rows with the most confident wrong labels, in the order of the report."""
    confidence, predicted = probabilities.max(axis=1), probabilities.argmax(axis=1)
    wrong = [k for k in range(len(gold)) if labels[predicted[k]] != gold[k]]
    return sorted(wrong, key=lambda k: (-float(confidence[k]), rows[k].id))[:MAX_ERRORS]
