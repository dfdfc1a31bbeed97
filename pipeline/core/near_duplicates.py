"""Compute word sequences (shingles) and MinHash signatures, by which nearly identical texts are found (Broder 1997)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasketch import MinHash

SHINGLE_WORDS = 5
SEED = 1


def extract_shingles(text: str, size: int = SHINGLE_WORDS) -> list[str]:
    """Return all sequences of `size` words of a text, casefolded, without punctuation; one of a text with fewer."""
    words = re.findall(r"\w+", text.casefold())
    return [" ".join(words[start : start + size]) for start in range(max(1, len(words) - size + 1))]


def compute_minhash(values: Iterable[Any], permutations: int, hash_function: Callable[[Any], int]) -> MinHash:
    """Return the MinHash signature of a set of values; `hash_function` returns 32 bits for a value."""
    signature = _empty_signature(permutations, hash_function).copy()
    signature.update_batch(values)
    return signature


@cache
def _empty_signature(permutations: int, hash_function: Callable[[Any], int]) -> MinHash:
    """Return a signature to copy: drawing the permutations takes longer than using them."""
    # Imported here because it loads SciPy, which most commands do not need.
    from datasketch import MinHash

    return MinHash(permutations, seed=SEED, hashfunc=hash_function)
