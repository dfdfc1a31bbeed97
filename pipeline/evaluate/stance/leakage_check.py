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


def nearest_in_other_groups(texts: Sequence[str], groups: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest text of another group for each text.

    Parameters
    ----------
    texts, groups : sequences of length n
        Quotes and the groups they belong to.

    Returns
    -------
    similarity : ndarray of shape (n,)
        Jaccard similarity of the sets of word triples (Broder 1997), 0 to 1; a shorter text is one shingle.
    nearest : ndarray of shape (n,)
        Row number of the nearest text; meaningless where the similarity is 0.
    """
    similarity, nearest = np.zeros(len(texts)), np.zeros(len(texts), dtype=int)
    if not texts:
        return similarity, nearest
    numbers, sets = np.unique(np.array(groups), return_inverse=True)[1], _shingle_sets(texts)
    sizes = np.diff(sets.indptr)
    shared = (sets @ sets.T).tocsr()
    # Every text has a shingle, which it shares at least with itself: no row is empty.
    starts, rows, columns = shared.indptr[:-1], np.repeat(np.arange(len(texts)), np.diff(shared.indptr)), shared.indices
    either = sizes[rows] + sizes[columns] - shared.data
    jaccard = np.where(numbers[columns] == numbers[rows], 0.0, shared.data / either)
    similarity = np.maximum.reduceat(jaccard, starts)
    # Of several equally near ones the first, whatever the order of the sparse product.
    nearest = np.minimum.reduceat(np.where(jaccard == similarity[rows], columns, len(texts)), starts)
    return similarity, nearest


def _shingle_sets(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return which shingles each text has, shape (n, n_shingles); scikit-learn, which counts too, loads for seconds."""
    # Imported here, because `parley check` imports this module.
    from scipy import sparse

    columns: dict[str, int] = {}
    sets = [{columns.setdefault(s, len(columns)) for s in extract_shingles(text, SHINGLE_WORDS)} for text in texts]
    ends = np.cumsum([0, *map(len, sets)])
    ones, numbers = np.ones(ends[-1], dtype=np.int32), np.fromiter(chain.from_iterable(sets), np.int32, ends[-1])
    return sparse.csr_matrix((ones, numbers, ends), shape=(len(texts), len(columns)))


def find_near_duplicates(
    ids: Sequence[str], texts: Sequence[str], groups: Sequence[str], similar: float, n: int
) -> dict[str, Any]:
    """Compute the share of texts with a near-duplicate in another group, and list the closest pairs."""
    similarity, nearest = nearest_in_other_groups(texts, groups)
    repeated = np.flatnonzero(similarity >= similar).tolist()
    pairs = {(min(k, int(nearest[k])), max(k, int(nearest[k]))): float(similarity[k]) for k in repeated}
    closest = sorted(pairs, key=lambda pair: (-pairs[pair], pair))[:n]
    return {
        "similar": similar,
        "rows": len(repeated),
        "share": round(len(repeated) / max(1, len(texts)), 4),
        "pairs": [[ids[a], ids[b], round(pairs[a, b], 2)] for a, b in closest],
    }
