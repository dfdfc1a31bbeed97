"""Measure how far quotes are from the training quotes: by the most similar one, and by words that none of them has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from pipeline.gold.stance_annotations import StanceRow
from pipeline.stance.name_masking import tokenize
from pipeline.stance.training_vectors import dot_products, full_columns, load_training_vectors

# Training quotes are compared with those of other authors if this many authors wrote this many quotes, else with those
# of other groups.
FEWEST_AUTHORS, FEWEST_ROWS = 4, 50
# Rows multiplied at once, which bounds the memory.
_BATCH = 500


class TrainingQuotes:
    """The quotes that are labelled for one target, in the order of the file, with their feature vectors and parts."""

    def __init__(self, rows: Sequence[StanceRow], target: str, models: Path) -> None:
        self.target = target
        self.rows = [row for row in rows if target in row.labels]
        self.vectors = load_training_vectors(models / f"{target}.training.npz", len(self.rows))
        self.parts = assign_parts(self.rows)
        self._words = [lowercase_words(row.text) for row in self.rows]
        vocabularies: dict[str, set[str]] = {}
        for part, words in zip(self.parts, self._words, strict=True):
            vocabularies.setdefault(part, set()).update(words)
        self._parts_by_word = Counter(word for vocabulary in vocabularies.values() for word in vocabulary)

    @property
    def majority(self) -> str:
        """The most frequent label; of equally frequent ones the first in the file."""
        return Counter(row.labels[self.target] for row in self.rows).most_common(1)[0][0]

    def similarities(self, vectors: sparse.csr_matrix) -> list[float]:
        """Return the similarity of each vector to the most similar training quote, 0 to 1."""
        batches = [vectors[start : start + _BATCH] for start in range(0, vectors.shape[0], _BATCH)]
        return [float(best) for batch in batches for best in dot_products(batch, self.vectors).max(axis=1)]

    def similarities_to_other_parts(self) -> list[float]:
        """Return the similarity of each training quote to the most similar one of another part and another group."""
        part, group = np.array(self.parts), np.array([row.group for row in self.rows])
        full = full_columns(self.vectors)
        best = np.zeros(len(self.rows), dtype=self.vectors.dtype)
        for start in range(0, len(self.rows), _BATCH):
            # Each pair once: a quote is as similar to another as that is to it.
            batch, rest = slice(start, start + _BATCH), slice(start, None)
            similarities = dot_products(self.vectors[batch], self.vectors[rest], full)
            similarities[(part[batch, None] == part[rest]) | (group[batch, None] == group[rest])] = 0.0
            best[batch] = np.maximum(best[batch], similarities.max(axis=1))
            best[rest] = np.maximum(best[rest], similarities.max(axis=0))
        return best.tolist()

    def count_unknown_words(self, text: str) -> tuple[int, int]:
        """Return the number of words of a text, and how many of them no training quote has."""
        words = lowercase_words(text)
        return len(words), sum(word not in self._parts_by_word for word in words)

    def count_words_unknown_to_other_parts(self, number: int) -> tuple[int, int]:
        """Return the number of words of a training quote, and how many of them only quotes of its own part have."""
        words = self._words[number]
        return len(words), sum(self._parts_by_word[word] == 1 for word in words)


def assign_parts(rows: Sequence[StanceRow]) -> list[str]:
    """Return the author of each row if enough authors wrote enough rows, else its group."""
    counts = Counter(row.annotator for row in rows)
    enough = sum(n >= FEWEST_ROWS for n in counts.values()) >= FEWEST_AUTHORS
    return [row.annotator if enough else row.group for row in rows]


def lowercase_words(text: str) -> list[str]:
    """Return the words of a text that are in lower case: a capitalised one may be a name."""
    return [word for word, _ in tokenize(text) if word.isalpha() and word.islower()]
