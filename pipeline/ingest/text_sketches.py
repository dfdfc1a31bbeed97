"""Sketches of texts, from which it is computed how much two texts have in common (Broder 1997)."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from pipeline.core.near_duplicates import extract_shingles

# The smallest hashes of an article: all of them up to this many shingles, above it an estimate within about 2 %.
SKETCH_SIZE = 1000


def sketch_text(text: str) -> np.ndarray:
    """Return the sketch of a text: the smallest of its hashes, sorted, uint32."""
    return hash_shingles(text)[:SKETCH_SIZE]


def hash_shingles(text: str) -> np.ndarray:
    """Return the sorted 32-bit hashes of the different five-word sequences of a text, case and punctuation left out."""
    shingles = set(extract_shingles(text))
    hashes = b"".join(blake2b(shingle.encode("utf-8", "replace"), digest_size=4).digest() for shingle in shingles)
    return np.unique(np.frombuffer(hashes, dtype="<u4"))


def jaccard_index(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of common hashes among all of two sorted sketches, within the range that both cover."""
    places = np.minimum(np.searchsorted(second, first), len(second) - 1)
    common = int(np.count_nonzero(second[places] == first))
    largest = [sketch[-1] for sketch in (first, second) if len(sketch) >= SKETCH_SIZE]
    sizes = [
        np.searchsorted(sketch, min(largest), side="right") if largest else len(sketch) for sketch in (first, second)
    ]
    return common / max(1, int(sum(sizes)) - common)
