"""Groups of near-identical quotes of one speaker: the same words copied, shortened or translated by several papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        signature = _signature(quote)
        first = next(
            (name for name, other in index.candidates(quote, signature) if similarity_kind(other, quote)), None
        )
        if first is None:
            index.add(quote_id, quote, signature)
        else:
            groups[quote_id] = first
    return groups


class _Index:
    """First quotes of their groups, by content words and by word sequences."""

    def __init__(self, settings: SimilaritySettings) -> None:
        self.length = settings.min_tokens
        self.firsts: list[tuple[str, ComparableQuote]] = []
        self.by_band: dict[tuple[int, bytes], list[int]] = {}
        self.by_sequence: dict[tuple[str, ...], list[int]] = {}
        self.by_words: dict[tuple[str, ...], int] = {}

    def candidates(self, quote: ComparableQuote, signature: MinHash) -> Iterator[tuple[str, ComparableQuote]]:
        """Yield the quotes that may have the same words, the earliest first."""
        numbers = {self.by_words[words]} if (words := tuple(quote.words)) in self.by_words else set()
        for band in _bands(signature):
            alike = self.by_band.get(band, [])
            numbers.update(alike if len(alike) < _COMMON_BAND else [])
        for sequence in self._sequences(quote):
            same = self.by_sequence.get(sequence, [])
            numbers.update(same if len(same) < _COMMON_SEQUENCE else [])
        yield from (self.firsts[number] for number in sorted(numbers))

    def add(self, quote_id: str, quote: ComparableQuote, signature: MinHash) -> None:
        """Add the first quote of a group."""
        number = len(self.firsts)
        self.firsts.append((quote_id, quote))
        self.by_words.setdefault(tuple(quote.words), number)
        for band in _bands(signature):
            self.by_band.setdefault(band, []).append(number)
        for sequence in self._sequences(quote):
            self.by_sequence.setdefault(sequence, []).append(number)

    def _sequences(self, quote: ComparableQuote) -> set[tuple[str, ...]]:
        return {tuple(quote.words[i : i + self.length]) for i in range(len(quote.words) - self.length + 1)}


def _bands(signature: MinHash) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the hashes of each band."""
    for n in range(BANDS):
        yield n, signature.hashvalues[n * ROWS : (n + 1) * ROWS].tobytes()


def _signature(quote: ComparableQuote) -> MinHash:
    """Return the MinHash signature of a quote's content words."""
    # Imported here because it loads SciPy: with few new quotes nobody has two to compare.
    from datasketch.hashfunc import sha1_hash32

    return compute_minhash([stem.encode("utf-8") for stem in set(quote.stems)], BANDS * ROWS, sha1_hash32)
