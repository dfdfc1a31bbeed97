"""Groups of near-identical quotes of one speaker: the same words copied, shortened or translated by several papers."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from pipeline.core.near_duplicates import compute_minhash
from pipeline.core.quote_similarity import ComparableQuote, SimilaritySettings, similarity_kind

if TYPE_CHECKING:
    from datasketch import MinHash

# 21 bands of 3 rows: two quotes that share 0.6 of their content words share a band with a probability of 0.994.
BANDS, ROWS = 21, 3
# A word sequence or band that so many quotes have is a common phrase and proposes no pair: the work for a quote is
# bounded where a speaker says thousands of times nearly the same with other numbers or names.
_COMMON_SEQUENCE, _COMMON_BAND = 40, 100


def group_quotes(quotes: Sequence[tuple[str, str]], settings: SimilaritySettings) -> dict[str, str]:
    """Group the quotes of one speaker by their words.

    MinHash and locality-sensitive hashing of the content words (Broder 1997) propose copies and translations, shared
    word sequences propose shortened quotes; `similarity_kind` decides about each pair.

    The quotes are ids and contents, the earliest first. The result has for each quote that repeats an earlier one the
    id of the earliest; other quotes are left out.
    """
    groups: dict[str, str] = {}
    comparable = [(quote_id, ComparableQuote(content, settings)) for quote_id, content in quotes]
    comparable = [(quote_id, quote) for quote_id, quote in comparable if len(quote.words) >= settings.min_tokens]
    if len(comparable) < 2:
        return groups
    index = _Index(settings)
    for quote_id, quote in comparable:
        traits = list(index.traits(quote))
        first = next((name for name, other in index.candidates(traits) if similarity_kind(other, quote)), None)
        if first is None:
            index.add(quote_id, quote, traits)
        else:
            groups[quote_id] = first
    return groups


class _Index:
    """First quotes of their groups, by what two quotes with the same words share."""

    def __init__(self, settings: SimilaritySettings) -> None:
        self.length = settings.min_tokens
        self.firsts: list[tuple[str, ComparableQuote]] = []
        self.by_trait: dict[Hashable, list[int]] = {}  # places in `firsts`

    def traits(self, quote: ComparableQuote) -> Iterator[tuple[Hashable, float]]:
        """Yield all words, the bands and the word sequences of a quote, each with the number that makes it common."""
        yield ("words", *quote.words), math.inf
        hashes = _signature(quote).hashvalues
        yield from (((n, hashes[n * ROWS : (n + 1) * ROWS].tobytes()), _COMMON_BAND) for n in range(BANDS))
        starts = range(len(quote.words) - self.length + 1)
        sequences = {tuple(quote.words[start : start + self.length]) for start in starts}
        yield from ((sequence, _COMMON_SEQUENCE) for sequence in sequences)

    def candidates(self, traits: list[tuple[Hashable, float]]) -> Iterator[tuple[str, ComparableQuote]]:
        """Yield the quotes that may have the same words, the earliest first."""
        found = ((self.by_trait.get(trait, []), common) for trait, common in traits)
        alike = (numbers for numbers, common in found if len(numbers) < common)
        yield from (self.firsts[number] for number in sorted(set(chain.from_iterable(alike))))

    def add(self, quote_id: str, quote: ComparableQuote, traits: list[tuple[Hashable, float]]) -> None:
        """Add the first quote of a group."""
        for trait, _ in traits:
            self.by_trait.setdefault(trait, []).append(len(self.firsts))
        self.firsts.append((quote_id, quote))


def _signature(quote: ComparableQuote) -> MinHash:
    """Return the MinHash signature of a quote's content words."""
    # Imported here because it loads SciPy: with few new quotes nobody has two to compare.
    from datasketch.hashfunc import sha1_hash32

    return compute_minhash([stem.encode("utf-8") for stem in set(quote.stems)], BANDS * ROWS, sha1_hash32)
