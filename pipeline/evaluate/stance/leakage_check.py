"""Find labelled quotes that nearly repeat a quote of another group, and so leak from training to test."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from pipeline.core.near_duplicates import extract_shingles

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
    numbers = np.unique(np.array(groups), return_inverse=True)[1]
    similarity, nearest = np.zeros(len(texts)), np.zeros(len(texts), dtype=int)
    if not texts:
        return similarity, nearest
    # Imported here, because scikit-learn takes a second to load and `parley check` imports this module.
    from sklearn.feature_extraction.text import CountVectorizer

    sets = CountVectorizer(
        analyzer=partial(extract_shingles, size=SHINGLE_WORDS), binary=True, dtype=np.int32
    ).fit_transform(texts)
    sizes = np.asarray(sets.sum(axis=1)).ravel()
    shared = (sets @ sets.T).tocsr()
    for row in range(len(texts)):
        columns = shared.indices[shared.indptr[row] : shared.indptr[row + 1]]
        both = shared.data[shared.indptr[row] : shared.indptr[row + 1]]
        jaccard = np.where(numbers[columns] == numbers[row], 0.0, both / (sizes[row] + sizes[columns] - both))
        if len(jaccard):
            # Of several equally near ones the first, whatever the order of the sparse product.
            similarity[row] = jaccard.max()
            nearest[row] = columns[jaccard == similarity[row]].min()
    return similarity, nearest


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
