"""Slices of quotes (by type, length, kind of speaker, ...): their names, the order of their values, and shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from pipeline.core.schema.data_tables import QUOTE_TYPES, SPEAKER_KINDS
from pipeline.evaluate.intervals import percentile_interval, resample_sums, rounded_interval

# Numbers of words at which the classes of length begin; the last class has no end.
LENGTH_STARTS = (1, 5, 10, 20, 40)
LENGTHS = (*(f"{a} to {b - 1} words" for a, b in pairwise(LENGTH_STARTS)), f"{LENGTH_STARTS[-1]} words or more")
PARTS = ("one part", "several parts")
# Slices without a fixed list of values (publishers, topics) show the most frequent ones and join the others.
MAX_VALUES, OTHERS = 8, "(all others)"
# The speaker's kind where the run does not have the name, the publisher of an article that names none; no speaker.
UNKNOWN, NOBODY = "unknown", "nobody"
# The values of each slice in the order of the report; slices that are not listed are sorted by name.
VALUES = {
    "type": QUOTE_TYPES,
    "length": LENGTHS,
    "parts": PARTS,
    "speaker": (*SPEAKER_KINDS, NOBODY),
    "annotator": ("sure", "unsure"),
}


def length_slice(text: str) -> str:
    """Return the class of length that a content belongs to by its number of words."""
    words = max(1, len(text.split()))
    return LENGTHS[sum(words >= start for start in LENGTH_STARTS) - 1]


def shown_values(name: str, counts: Counter[str], most: int = MAX_VALUES) -> list[str]:
    """Return the values of a slice that the report shows: all known ones, or the `most` frequent of an open slice."""
    if name in VALUES:
        return [value for value in VALUES[name] if counts[value]]
    return sorted(sorted(counts, key=lambda value: (-counts[value], value))[:most])


def share_with_interval(rows: Iterable[tuple[str, bool]]) -> dict[str, float] | None:
    """Compute the share of true rows and its 95 % interval, from rows of group and truth; None without rows."""
    counts: dict[str, list[int]] = {}
    for group, true in rows:
        count = counts.setdefault(group, [0, 0])
        count[0] += true
        count[1] += 1
    if not counts:
        return None
    array = np.array([counts[group] for group in sorted(counts)], dtype=float)
    drawn = resample_sums(array)
    true, total = array.sum(axis=0)
    return rounded_interval(true / total, *percentile_interval(drawn[:, 0] / np.maximum(drawn[:, 1], 1)))


def share_true(values: Iterable[bool]) -> float | None:
    """Return the share of true values, rounded; None without values."""
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else None
