"""Near-identical quotes of one speaker: the same words printed, shortened or translated by several papers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datasketch import MinHash, MinHashLSH
from datasketch.hashfunc import sha1_hash32

from pipeline.core.near_duplicates import minhash
from pipeline.core.quote_similarity import ComparableQuote, SimilaritySettings, similarity_kind

# 21 bands of 3 rows: two quotes that share 0.6 of their content words share a band with a probability of 0.994.
BANDS, ROWS = 21, 3
# A sequence of words that so many quotes have is a manner of speaking.
_COMMON = 40


def group(quotes: Sequence[tuple[str, str]], rules: SimilaritySettings) -> dict[str, str]:
    """Group the quotes of one speaker by their words.

    MinHash and locality-sensitive hashing of the content words (Broder 1997) propose copies and translations, a
    sequence of words in common proposes the shortened; `alike.alike` decides.

    Parameters
    ----------
    quotes : sequence of (str, str)
        Quote id and content, the earliest first.
    rules : Rules
        When two quotes are the same.

    Returns
    -------
    dict
        For each quote that has an earlier likeness the id of the earliest; the others are left out.
    """
    groups: dict[str, str] = {}
    if len(quotes) < 2:
        return groups
    index = _Index(rules)
    for quote_id, content in quotes:
        said = ComparableQuote(content, rules)
        if len(said.words) < rules.min_tokens:
            continue
        signature = _signature(said)
        first = next((name for name, other in index.near(said, signature) if similarity_kind(other, said)), None)
        if first is None:
            index.add(quote_id, said, signature)
        else:
            groups[quote_id] = first
    return groups


class _Index:
    """First quotes of their groups, found by content words and by sequences of words."""

    def __init__(self, rules: SimilaritySettings) -> None:
        self.length = rules.min_tokens
        self.firsts: list[tuple[str, ComparableQuote]] = []
        self.hashed = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
        self.sequences: dict[tuple[str, ...], list[int]] = {}

    def near(self, said: ComparableQuote, signature: MinHash) -> Iterator[tuple[str, ComparableQuote]]:
        """Quotes that may be the same, the earliest first."""
        numbers = set(self.hashed.query(signature))
        for sequence in self._sequences(said):
            holders = self.sequences.get(sequence, [])
            numbers.update(holders if len(holders) < _COMMON else [])
        yield from (self.firsts[number] for number in sorted(numbers))

    def add(self, quote_id: str, said: ComparableQuote, signature: MinHash) -> None:
        number = len(self.firsts)
        self.firsts.append((quote_id, said))
        self.hashed.insert(number, signature)
        for sequence in self._sequences(said):
            self.sequences.setdefault(sequence, []).append(number)

    def _sequences(self, said: ComparableQuote) -> set[tuple[str, ...]]:
        return {tuple(said.words[i : i + self.length]) for i in range(len(said.words) - self.length + 1)}


def _signature(said: ComparableQuote) -> MinHash:
    return minhash([stem.encode("utf-8") for stem in set(said.stems)], BANDS * ROWS, sha1_hash32)
