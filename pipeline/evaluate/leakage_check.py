"""Find labelled quotes that nearly repeat a quote of another group, and so leak from training to test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipeline.core.near_duplicates import extract_shingles

SHINGLE_WORDS = 3
# Texts at least this similar are near-duplicates.
SIMILAR = 0.5


def similarities_to_other_groups(texts: Sequence[str], groups: Sequence[str]) -> list[float]:
    """Return the similarity of each text to the most similar one of another group.

    It is the Jaccard similarity of the sets of word triples (Broder 1997), 0 to 1; a shorter text is one shingle.
    """
    sets = [set(extract_shingles(text, SHINGLE_WORDS)) for text in texts]
    having: dict[str, list[int]] = {}
    for number, shingles in enumerate(sets):
        for shingle in shingles:
            having.setdefault(shingle, []).append(number)
    best = []
    for number, shingles in enumerate(sets):
        shared = Counter(other for shingle in shingles for other in having[shingle])
        both = ((n, len(sets[other])) for other, n in shared.items() if groups[other] != groups[number])
        best.append(max((n / (len(shingles) + size - n) for n, size in both), default=0.0))
    return best


def find_near_duplicates(texts: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """Count the texts with a near-duplicate in another group, and compute their share."""
    rows = sum(similarity >= SIMILAR for similarity in similarities_to_other_groups(texts, groups))
    return {"rows": rows, "share": round(rows / max(1, len(texts)), 4)}
