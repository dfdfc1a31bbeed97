"""How far quotes are from the training quotes: by likeness to the nearest, and by words never met in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.name_masking import tokenize
from pipeline.stance.stance_explainer import dot_products, load_training_vectors

# Training rows in parts, each compared with all others: authors where there are enough of them, else groups.
FEWEST_AUTHORS, FEWEST_ROWS = 4, 50
# Rows multiplied at once: what bounds memory.
_BATCH = 500


class TrainingQuotes:
    """The labelled quotes of one target, as its model sees them.

    Attributes
    ----------
    rows : list of StanceRow
        Those that are labelled for the target, in the order of the file.
    vectors : csr_matrix
        Of `StanceClassifier.represent`, a row for each.
    parts : list of str
        Author of each, or its group where there are too few authors.
    """

    def __init__(self, rows: Sequence[StanceRow], target: str, models: Path) -> None:
        self.target = target
        self.rows = [row for row in rows if target in row.labels]
        self.vectors = load_training_vectors(models / f"{target}.training.npz", len(self.rows))
        self.parts = assign_parts(self.rows)
        self._words = [lowercase_words(row.text) for row in self.rows]
        self._in_part: dict[str, set[str]] = {}
        for part, found in zip(self.parts, self._words, strict=True):
            self._in_part.setdefault(part, set()).update(found)
        self._parts_with = Counter(word for held in self._in_part.values() for word in held)

    @property
    def majority(self) -> str:
        """The most frequent label; ties go to the one met first."""
        return Counter(row.labels[self.target] for row in self.rows).most_common(1)[0][0]

    def likeness(self, vectors: sparse.csr_matrix) -> list[float]:
        """Likeness of each vector to its nearest training quote, 0 to 1."""
        return [float(one) for rows in _split_batches(vectors) for one in dot_products(rows, self.vectors).max(axis=1)]

    def own_likeness(self) -> list[float]:
        """Likeness of each training quote to the nearest one of another part and another group."""
        part, group = np.array(self.parts), np.array([row.group for row in self.rows])
        found: list[float] = []
        for start in range(0, len(self.rows), _BATCH):
            here = slice(start, start + _BATCH)
            likeness = dot_products(self.vectors[here], self.vectors)
            likeness[(part[here, None] == part) | (group[here, None] == group)] = 0.0
            found += likeness.max(axis=1).tolist()
        return found

    def unseen(self, text: str) -> tuple[int, int]:
        """Number of words of a text, and how many of these no training quote has."""
        found = lowercase_words(text)
        return len(found), sum(word not in self._parts_with for word in found)

    def own_unseen(self, k: int) -> tuple[int, int]:
        """The same for training row `k` and the quotes of other parts."""
        return len(self._words[k]), sum(self._parts_with[word] == 1 for word in self._words[k])


def assign_parts(rows: Sequence[StanceRow]) -> list[str]:
    """Author of each row where enough authors wrote enough rows, else its group."""
    counts = Counter(row.annotator for row in rows)
    enough = sum(n >= FEWEST_ROWS for n in counts.values()) >= FEWEST_AUTHORS
    return [row.annotator if enough else row.group for row in rows]


def lowercase_words(text: str) -> list[str]:
    """Words in lower case: what is capitalised may be a name, and is left out with numbers and marks."""
    return [word for word, _ in tokenize(text) if word.isalpha() and word.islower()]


def _split_batches(vectors: sparse.csr_matrix) -> list[sparse.csr_matrix]:
    return [vectors[start : start + _BATCH] for start in range(0, vectors.shape[0], _BATCH)]
