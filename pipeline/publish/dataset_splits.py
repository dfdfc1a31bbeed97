"""Splits that keep together what belongs together, and that hardly move when articles are added."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pipeline.publish.minhash import marks


class Groups:
    """Articles tied to each other, directly or through others (union-find; Tarjan 1975).

    Memory is about 3 kB an article: its bands.
    """

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._holders: dict[str | bytes, str] = {}

    def add(self, article_id: str, bands: bytes) -> None:
        """Take in an article with its bands; it joins those that are nearly the same text."""
        self._parent.setdefault(article_id, article_id)
        for mark in marks(bands):
            self.tie(article_id, mark)

    def tie(self, article_id: str, mark: str | bytes) -> None:
        """Join an article with all others that bear the same mark, such as the group of a quote."""
        holder = self._holders.setdefault(mark, article_id)
        if holder == article_id:  # hardly any mark is met twice
            return
        one, other = self.first(article_id), self.first(holder)
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
