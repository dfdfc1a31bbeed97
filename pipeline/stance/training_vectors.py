"""The feature vectors of the training quotes: write and read them beside the model, and find the most similar ones."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from pipeline.core.errors import DataError
from pipeline.core.paths import rebuild_hint
from pipeline.core.storage import tables
from pipeline.stance.classifier import StanceClassifier
from pipeline.stance.classifier_input import QuoteLike

# Most similar training quotes that explain a label.
NEAREST_QUOTES = 3


@dataclass(frozen=True)
class SimilarQuote:
    """A training quote that is similar to another quote."""

    row: int  # its number among the training quotes
    similarity: float  # cosine, 0 to 1


def save_training_vectors(model: StanceClassifier, quotes: Sequence[QuoteLike], path: Path) -> sparse.csr_matrix:
    """Write and return the feature vectors of the training quotes, so that they need not be computed again."""
    vectors = model.feature_vectors(quotes)
    with tables.atomic_path(path) as fresh, fresh.open("wb") as file:
        sparse.save_npz(file, vectors)
    return vectors


def load_training_vectors(path: Path, rows: int) -> sparse.csr_matrix:
    """Read what `save_training_vectors` wrote.

    Raises
    ------
    DataError
        When the file is missing or damaged, or has another number of rows than the annotations.
    """
    fix = "train again: `dvc repro train`"
    try:
        vectors = sparse.csr_matrix(sparse.load_npz(path))
    except FileNotFoundError:
        raise DataError("no feature vectors of the training quotes", where=str(path), fix=fix) from None
    # RuntimeError: of a method of compression or encryption that the damaged file says it has
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile, zlib.error) as error:
        raise DataError("the file is damaged", where=str(path), why=repr(error), fix=rebuild_hint(path)) from None
    if vectors.shape[0] != rows:
        why = f"{vectors.shape[0]} rows, the annotations have {rows}"
        raise DataError("model and annotations are out of step", where=str(path), why=why, fix=fix)
    return vectors


def find_nearest(
    vectors: sparse.csr_matrix, training: sparse.csr_matrix, allowed: np.ndarray | None = None, n: int = NEAREST_QUOTES
) -> list[list[SimilarQuote]]:
    """Return the `n` training quotes that are most similar to each vector, the most similar first.

    Parameters
    ----------
    vectors, training : csr_matrix, shapes (m, n_features) and (n_rows, n_features)
        From `StanceClassifier.feature_vectors`.
    allowed : array of bool, shape (m, n_rows), optional
        Which training quotes may be returned; all if None.
    """
    similarities = dot_products(vectors, training)
    if allowed is not None:
        similarities[~allowed] = -1.0
    nearest = []
    for row in similarities:
        best = np.argsort(-row, kind="stable")[:n]
        nearest.append([SimilarQuote(int(k), round(float(row[k]), 4)) for k in best if row[k] >= 0])
    return nearest


def dot_products(a: sparse.csr_matrix, b: sparse.csr_matrix, full: np.ndarray | None = None) -> np.ndarray:
    """Return `a @ b.T` as an array; `full` are the `full_columns` of `b`, or of all vectors that it is a part of."""
    full = full_columns(b) if full is None else full
    thin = (a[:, ~full] @ b[:, ~full].T).toarray()
    # Threads add up in another order, and the last digits would depend on their number.
    with threadpool_limits(limits=1):
        return thin + a[:, full].toarray() @ b[:, full].toarray().T


def full_columns(vectors: sparse.csr_matrix) -> np.ndarray:
    """Return which columns most rows fill: products of these (an embedding, say) are much faster as dense ones."""
    return np.bincount(vectors.indices, minlength=vectors.shape[1]) > vectors.shape[0] / 2
