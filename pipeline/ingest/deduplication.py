"""Reject articles whose text repeats that of an earlier one, exactly (duplicates) or nearly (near duplicates).

Candidates come from MinHash with locality-sensitive hashing (Broder 1997; Leskovec, Rajaraman and Ullman, "Mining of
Massive Datasets", chapter 3). Each candidate is then checked against the true Jaccard index, so that no article is
rejected because two hashes happen to be equal.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from datasketch import MinHashLSH

from pipeline.core.near_duplicates import compute_minhash, extract_shingles
from pipeline.ingest.raw_document import Reject

PERMUTATIONS = 128
# The smallest hashes of an article: all of them up to this many shingles, above it an estimate within about 2 %.
SKETCH_SIZE = 1000


class TextSketch(NamedTuple):
    """What texts are compared by: a bottom-k sketch (sorted smallest hashes) and a MinHash signature, both uint32."""

    smallest_hashes: np.ndarray
    signature: np.ndarray


def hash_shingles(text: str) -> np.ndarray:
    """Return the sorted 32-bit hashes of the different five-word sequences of a text, case and punctuation left out."""
    shingles = set(extract_shingles(text))
    hashes = b"".join(blake2b(shingle.encode("utf-8", "replace"), digest_size=4).digest() for shingle in shingles)
    return np.unique(np.frombuffer(hashes, dtype="<u4"))


def jaccard_index(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of common hashes among all of two sorted sketches, within the range that both cover."""
    largest = [sketch[-1] for sketch in (first, second) if len(sketch) >= SKETCH_SIZE]
    if largest:
        first, second = (sketch[sketch <= min(largest)] for sketch in (first, second))
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / max(1, len(first) + len(second) - common)


def sketch_text(text: str) -> TextSketch:
    """Return the smallest hashes and the MinHash signature of a text."""
    hashes = hash_shingles(text)
    signature = compute_minhash(hashes.tolist(), PERMUTATIONS, int)
    return TextSketch(hashes[:SKETCH_SIZE], signature.hashvalues.astype("<u4"))


class Deduplicator:
    """Rejects an article whose text repeats that of an earlier one.

    Memory is about 6 kB an article: a signature of 128 hashes and a sketch of at most 1,000.

    Parameters
    ----------
    threshold : float
        Jaccard index from which two texts are near duplicates; 1 rejects equal texts only.
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._places: dict[str, tuple[int, str, int | None]] = {}  # order, path and row by article
        self._hashes: dict[str, np.ndarray] = {}
        # Bands are chosen for a lower threshold: a candidate too many costs a comparison, one too few a duplicate.
        self._index = MinHashLSH(max(0.1, threshold - 0.1), PERMUTATIONS, weights=(0.2, 0.8)) if threshold < 1 else None

    def add(
        self, article_id: str, text: str, raw_path: str, row: int | None, sketch: TextSketch | None = None
    ) -> Reject | None:
        """Add an article and return None, or return the reject that names the earlier article it repeats.

        `sketch` is that of the text, where it was computed before.
        """
        if article_id in self._places:
            return Reject("duplicate", f"the same text as {self._describe(article_id)}", row)
        if self._index is not None:
            hashes, values = sketch or sketch_text(text)
            signature = compute_minhash((), PERMUTATIONS, int)
            signature.hashvalues = values
            for candidate in sorted(self._index.query(signature), key=lambda key: self._places[key][0]):
                if (share := jaccard_index(hashes, self._hashes[candidate])) >= self.threshold:
                    return Reject("near_duplicate", f"{share:.0%} the same as {self._describe(candidate)}", row)
            self._index.insert(article_id, signature)
            self._hashes[article_id] = hashes
        self._places[article_id] = (len(self._places), raw_path, row)
        return None

    def _describe(self, article_id: str) -> str:
        _, path, row = self._places[article_id]
        return f"article {article_id} ({path}{f', row {row}' if row else ''})"
