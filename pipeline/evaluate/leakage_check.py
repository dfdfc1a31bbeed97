"""Find labelled quotes that nearly repeat a quote of another group, and so leak from training to test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.core.near_duplicates import extract_shingles

if TYPE_CHECKING:
    from scipy import sparse

SHINGLE_WORDS = 3
# Texts at least this similar are near-duplicates.
SIMILAR = 0.5


def nearest_in_other_groups(texts: Sequence[str], groups: Sequence[str]) -> np.ndarray:
    """Return the similarity of each text to the most similar one of another group.

    Parameters
    ----------
    texts, groups : sequences of length n
        Quotes and the groups they belong to.

    Returns
    -------
    ndarray of shape (n,)
        Jaccard similarity of the sets of word triples (Broder 1997), 0 to 1; a shorter text is one shingle.
    """
    if not texts:
        return np.zeros(0)
    numbers, sets = np.unique(np.array(groups), return_inverse=True)[1], _shingle_sets(texts)
    sizes = np.diff(sets.indptr)
    shared = (sets @ sets.T).tocsr()
    # Every text has a shingle, which it shares at least with itself: no row is empty.
    starts, rows, columns = shared.indptr[:-1], np.repeat(np.arange(len(texts)), np.diff(shared.indptr)), shared.indices
    either = sizes[rows] + sizes[columns] - shared.data
    jaccard = np.where(numbers[columns] == numbers[rows], 0.0, shared.data / either)
    similarity: np.ndarray = np.maximum.reduceat(jaccard, starts)
    return similarity


def _shingle_sets(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return which shingles each text has, shape (n, n_shingles); scikit-learn, which counts too, loads for seconds."""
    # Imported here, because `parley check` imports this module.
    from scipy import sparse

    columns: dict[str, int] = {}
    sets = [{columns.setdefault(s, len(columns)) for s in extract_shingles(text, SHINGLE_WORDS)} for text in texts]
    ends = np.cumsum([0, *map(len, sets)])
    ones, numbers = np.ones(ends[-1], dtype=np.int32), np.fromiter(chain.from_iterable(sets), np.int32, ends[-1])
    return sparse.csr_matrix((ones, numbers, ends), shape=(len(texts), len(columns)))


def find_near_duplicates(texts: Sequence[str], groups: Sequence[str], similar: float = SIMILAR) -> dict[str, Any]:
    """Count the texts with a near-duplicate in another group, and compute their share."""
    rows = int((nearest_in_other_groups(texts, groups) >= similar).sum())
    return {"rows": rows, "share": round(rows / max(1, len(texts)), 4)}
