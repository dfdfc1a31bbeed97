"""Numbers of articles by 32-bit key, in a few sorted arrays: 8 bytes for each pair of key and number."""

from __future__ import annotations

from array import array

import numpy as np

# New pairs are collected in a dict, which takes some twenty times as much memory, and sorted when there are so many.
RECENT_PAIRS = 20_000
# An array is merged with the one before it until each is at least so many times as large as the next: few arrays to
# search, and each pair is moved a few times only (the log-structured merge-tree, O'Neil et al. 1996).
GROWTH = 4


class Postings:
    """Articles by key; keys and numbers are below 2**32."""

    def __init__(self) -> None:
        self._arrays: list[np.ndarray] = []  # of key * 2**32 + number, sorted; the largest first
        self._recent: dict[int, int] = {}  # most keys have one article, others have the rest in `_more`
        self._more: dict[int, array[int]] = {}
        self._recent_pairs = 0

    def add(self, keys: np.ndarray, number: int) -> None:
        """Add an article, whose number is larger than all before, with its keys."""
        for key in keys.tolist():
            if self._recent.setdefault(key, number) != number:
                self._more.setdefault(key, array("I")).append(number)
        self._recent_pairs += len(keys)
        if self._recent_pairs >= RECENT_PAIRS:
            self._sort_recent()

    def find(self, keys: np.ndarray, limit: int) -> tuple[np.ndarray, int]:
        """Return the numbers of the articles with some of these keys, each as often as it has one of them.

        Keys that most articles have are left out as long as there are more than `limit` numbers; the second value is
        how many keys were.
        """
        low = keys.astype(np.uint64) << np.uint64(32)
        high = low | np.uint64(2**32 - 1)
        spans = [(pairs, np.searchsorted(pairs, low), np.searchsorted(pairs, high)) for pairs in self._arrays]
        recent = {n: self._recent_numbers(key) for n, key in enumerate(keys.tolist()) if key in self._recent}
        lengths = np.zeros(len(keys), np.int64)
        for n, numbers in recent.items():
            lengths[n] = len(numbers)
        for _, starts, ends in spans:
            lengths += ends - starts
        if not lengths.any():
            return np.zeros(0, np.uint32), 0
        order = np.argsort(lengths, kind="stable")
        kept = int(np.searchsorted(np.cumsum(lengths[order]), limit, side="right"))
        found = [np.zeros(0, np.uint32)]
        for n in order[:kept][lengths[order[:kept]] > 0].tolist():
            found += [pairs[starts[n] : ends[n]].astype(np.uint32) for pairs, starts, ends in spans]
            found.append(recent.get(n, found[0]))
        return np.concatenate(found), len(keys) - kept

    def _recent_numbers(self, key: int) -> np.ndarray:
        return np.array([self._recent[key], *self._more.get(key, ())], np.uint32)

    def _sort_recent(self) -> None:
        """Make a sorted array of the pairs in the dicts."""
        pairs = [key << 32 | number for key, number in self._recent.items()]
        pairs += [key << 32 | number for key, numbers in self._more.items() for number in numbers]
        self._arrays.append(np.sort(np.array(pairs, np.uint64)))
        self._recent, self._more, self._recent_pairs = {}, {}, 0
        while len(self._arrays) > 1 and len(self._arrays[-2]) < GROWTH * len(self._arrays[-1]):
            merged = np.concatenate(self._arrays[-2:])
            del self._arrays[-2:]
            merged.sort(kind="stable")  # for two sorted runs this is a merge
            self._arrays.append(merged)
