"""Labelled quotes that nearly repeat a quote of another group: they would stand in training and in test."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from pipeline.core.near_duplicates import word_shingles

SHINGLE_WORDS = 3


def nearest_in_other_groups(texts: Sequence[str], groups: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """For each text its nearest of another group.

    Parameters
    ----------
    texts, groups : sequences of length n
        Quotes and the groups they belong to.

    Returns
    -------
    similarity : ndarray of shape (n,)
        Jaccard similarity of the sets of word triples (Broder 1997), 0 to 1; a shorter text is one shingle.
    other : ndarray of shape (n,)
        Row number of the nearest text; meaningless where the similarity is 0.
    """
    # Imported here, for most runs remember the pairs.
    from sklearn.feature_extraction.text import CountVectorizer

    numbers = np.unique(np.array(groups), return_inverse=True)[1]
    similarity, other = np.zeros(len(texts)), np.zeros(len(texts), dtype=int)
    if not texts:
        return similarity, other
    sets = CountVectorizer(
        analyzer=partial(word_shingles, size=SHINGLE_WORDS), binary=True, dtype=np.int32
    ).fit_transform(texts)
    sizes = np.asarray(sets.sum(axis=1)).ravel()
    shared = (sets @ sets.T).tocsr()
    for row in range(len(texts)):
        columns = shared.indices[shared.indptr[row] : shared.indptr[row + 1]]
        both = shared.data[shared.indptr[row] : shared.indptr[row + 1]]
        jaccard = np.where(numbers[columns] == numbers[row], 0.0, both / (sizes[row] + sizes[columns] - both))
        if len(jaccard):
            # The first row of several, whatever the order of the product.
            best = min(range(len(jaccard)), key=lambda k: (-jaccard[k], columns[k]))
            similarity[row], other[row] = jaccard[best], columns[best]
    return similarity, other


def find_near_duplicates(
    ids: Sequence[str], texts: Sequence[str], groups: Sequence[str], similar: float, n: int
) -> dict[str, Any]:
    """Share of texts with a near-duplicate in another group, and the closest pairs.

    Parameters
    ----------
    ids, texts, groups : sequences of length n
        Labelled quotes.
    similar : float
        Similarity from which on two quotes count as near-duplicates.
    n : int
        Most pairs given.
    """
    similarity, other = nearest_in_other_groups(texts, groups)
    alike = np.flatnonzero(similarity >= similar).tolist()
    pairs = {(min(k, int(other[k])), max(k, int(other[k]))): float(similarity[k]) for k in alike}
    closest = sorted(pairs, key=lambda pair: (-pairs[pair], pair))[:n]
    return {
        "similar": similar,
        "rows": len(alike),
        "share": round(len(alike) / max(1, len(texts)), 4),
        "pairs": [[ids[a], ids[b], round(pairs[a, b], 2)] for a, b in closest],
    }
