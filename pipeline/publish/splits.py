"""Splits that keep together what belongs together, and that hardly move when articles are added."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from zlib import crc32

from datasketch import MinHash

# Two articles share a band of rows when about 0.55 of their five-word sequences are common (0.8: with probability
# 0.9996; 0.3: with 0.05). A chance collision only keeps two articles together that need not be.
BANDS, ROWS = 20, 5
SHINGLE = 5  # words
_WORD = re.compile(r"\w+")
_EMPTY = MinHash(BANDS * ROWS, seed=1, hashfunc=crc32)


class Groups:
    """Articles tied to each other, directly or through others (union-find; Tarjan 1975).

    Memory is about 3 kB an article: its bands.
    """

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._holders: dict[str | bytes, str] = {}

    def add(self, article_id: str, text: str) -> None:
        """Take in an article; it joins those that are nearly the same text."""
        self._parent.setdefault(article_id, article_id)
        for band in bands(text):
            self.tie(article_id, band)

    def tie(self, article_id: str, mark: str | bytes) -> None:
        """Join an article with all others that bear the same mark, such as the group of a quote."""
        one, other = self.first(article_id), self.first(self._holders.setdefault(mark, article_id))
        # The smallest id leads, so that the order of the articles does not matter.
        self._parent[max(one, other)] = min(one, other)

    def first(self, article_id: str) -> str:
        """The smallest id of the articles that this one is tied to, itself included."""
        while (parent := self._parent[article_id]) != article_id:
            self._parent[article_id] = self._parent[parent]
            article_id = self._parent[article_id]
        return article_id

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._parent


def bands(text: str) -> Iterable[bytes]:
    """Marks that two texts are likely to share when they are nearly the same (MinHash with bands; Broder 1997)."""
    words = _WORD.findall(text.casefold())
    shingles = (" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))
    signature = _EMPTY.copy()
    signature.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
    for number, band in enumerate(signature.digest().reshape(BANDS, ROWS)):
        yield bytes([number]) + hashlib.blake2b(band.tobytes(), digest_size=8).digest()


def split_of(key: str, shares: Mapping[str, float]) -> str:
    """The split of a group, by a hash of its key alone.

    Parameters
    ----------
    key : str
        What the group is called.
    shares : mapping of str to float
        Weight of each split, in order.
    """
    place = int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest()[:8], "big") / 2**64 * sum(shares.values())
    for name, share in shares.items():
        place -= share
        if place < 0:
            return name
    return list(shares)[-1]
