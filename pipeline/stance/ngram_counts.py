"""Count the n-grams of texts once, however many folds take their vocabulary from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import sparse


class NgramCounts:
    """The n-grams of texts, each text analysed once.

    Parameters
    ----------
    analyze : callable
        Returns the n-grams of a text.

    Attributes
    ----------
    terms : list of str
        All n-grams met so far; their place is their number.
    """

    def __init__(self, analyze: Callable[[str], Iterable[str]]) -> None:
        self.terms: list[str] = []
        self._analyze = analyze
        self._numbers: dict[str, int] = {}
        self._rows: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def count(self, documents: Sequence[str]) -> sparse.csr_matrix:
        """Return the counts of all n-grams, float64, each row in the order in which the text has them."""
        for document in documents:
            if document not in self._rows:
                self._rows[document] = self._count(document)
        rows = [self._rows[document] for document in documents]
        starts = np.cumsum([0, *(len(numbers) for numbers, _ in rows)], dtype=np.int32)
        numbers = np.concatenate([numbers for numbers, _ in rows])
        counts = np.concatenate([counts for _, counts in rows])
        return sparse.csr_matrix((counts, numbers, starts), shape=(len(rows), len(self.terms)))

    def _count(self, document: str) -> tuple[np.ndarray, np.ndarray]:
        counts: dict[int, int] = {}
        for term in self._analyze(document):
            number = self._numbers.get(term)
            if number is None:
                number = self._numbers[term] = len(self.terms)
                self.terms.append(term)
            counts[number] = counts.get(number, 0) + 1
        return np.fromiter(counts.keys(), np.int32, len(counts)), np.fromiter(counts.values(), np.float64, len(counts))


def order_of_first_use(counts: sparse.csr_matrix) -> np.ndarray:
    """Return the rank of each n-gram by its first place in the texts, from 0; those in no text come last."""
    places = np.arange(counts.nnz)
    first = np.full(counts.shape[1], counts.nnz)
    np.minimum.at(first, counts.indices, places)
    ranks = np.empty(len(first), dtype=np.int32)
    ranks[np.argsort(first, kind="stable")] = np.arange(len(first), dtype=np.int32)
    return ranks


def choose_columns(counts: sparse.csr_matrix, columns: np.ndarray, n_columns: int) -> sparse.csr_matrix:
    """Return the counts in other columns, each row sorted by column.

    `columns` has the column of each n-gram, -1 for none; n-grams that came later have none.
    """
    later = np.full(counts.shape[1] - len(columns), -1, dtype=np.int32)
    chosen = np.concatenate([columns, later])[counts.indices]
    kept = chosen >= 0
    starts = np.concatenate([[0], np.cumsum(kept)])[counts.indptr].astype(np.int32)
    matrix = sparse.csr_matrix((counts.data[kept], chosen[kept], starts), shape=(counts.shape[0], n_columns))
    matrix.sort_indices()
    return matrix
