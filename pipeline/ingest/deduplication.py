"""Duplicates and near duplicates: of texts that are alike the first in order stays.

Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, "Mining of
Massive Datasets", chapter 3); each is then checked against the true Jaccard index, so that chance merges nothing.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from datasketch import MinHashLSH

from pipeline.core.near_duplicates import minhash, word_shingles
from pipeline.ingest.raw_document import Reject

PERMUTATIONS = 128
# Hashes kept per article, the smallest ones: exact up to this many shingles, an estimate within about 2 % above.
SKETCH_SIZE = 1000
TextSketch = tuple[np.ndarray, np.ndarray]


def hash_shingles(text: str) -> np.ndarray:
    """Sorted 32-bit hashes of the different five-word sequences of a text, case and punctuation left out.

    Returns
    -------
    array of uint32, shape (n_shingles,)
    """
    sequences = set(word_shingles(text))
    hashes = b"".join(blake2b(words.encode("utf-8", "replace"), digest_size=4).digest() for words in sequences)
    return np.unique(np.frombuffer(hashes, dtype="<u4"))


def jaccard_index(one: np.ndarray, other: np.ndarray) -> float:
    """Share of common hashes among all, of two sorted sketches; read off the range that both cover."""
    tops = [sketch[-1] for sketch in (one, other) if len(sketch) >= SKETCH_SIZE]
    if tops:
        one, other = (sketch[sketch <= min(tops)] for sketch in (one, other))
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / max(1, len(one) + len(other) - common)


def sketch_text(text: str) -> TextSketch:
    """What a text is compared by: a sketch of its smallest hashes, and a MinHash signature of 128 (uint32)."""
    hashes = hash_shingles(text)
    return hashes[:SKETCH_SIZE], minhash(hashes.tolist(), PERMUTATIONS, int).hashvalues.astype("<u4")


class Deduplicator:
    """What was taken so far, for asking whether a text is new.

    Memory is about 6 kB an article: a signature of 128 hashes and a sketch of at most 1,000.

    Parameters
    ----------
    threshold : float
        Jaccard index from which two texts are near duplicates; 1 looks for equal texts only.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._seen: dict[str, tuple[int, str, int | None]] = {}  # order, path and row
        self._sketches: dict[str, np.ndarray] = {}
        # Bands are chosen for a lower threshold: a candidate too many costs a comparison, one too few a duplicate.
        self._index = MinHashLSH(max(0.1, threshold - 0.1), PERMUTATIONS, weights=(0.2, 0.8)) if threshold < 1 else None

    def take(
        self, article_id: str, text: str, raw_path: str, row: int | None, described: TextSketch | None = None
    ) -> Reject | None:
        """Remember a text and return None, or return the reject that names the earlier one.

        `described` is what `describe` gives for the text, where that is known.
        """
        if article_id in self._seen:
            return Reject("duplicate", f"the same text as {self._name(article_id)}", row)
        if self._index is not None:
            sketch, values = described or sketch_text(text)
            signature = minhash((), PERMUTATIONS, int)
            signature.hashvalues = values
            for earlier in sorted(self._index.query(signature), key=lambda key: self._seen[key][0]):
                if (share := jaccard_index(sketch, self._sketches[earlier])) >= self.threshold:
                    return Reject("near_duplicate", f"{share:.0%} the same as {self._name(earlier)}", row)
            self._index.insert(article_id, signature)
            self._sketches[article_id] = sketch
        self._seen[article_id] = (len(self._seen), raw_path, row)
        return None

    def _name(self, article_id: str) -> str:
        _, path, row = self._seen[article_id]
        return f"article {article_id} ({path}{f', row {row}' if row else ''})"
