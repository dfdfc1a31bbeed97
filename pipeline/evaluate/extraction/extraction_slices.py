"""Extraction by slice: how much of each kind of annotated quote is found, and how much of what is found is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.core.schema.data_tables import QUOTE_TYPES, SPEAKER_KINDS
from pipeline.evaluate.extraction.outcomes import Outcome
from pipeline.evaluate.intervals import bounds, resampled
from pipeline.evaluate.span_scores import Spans

# Words of a content, from and up to; the last has no end.
LENGTHS = (1, 5, 10, 20, 40)
PARTS = ("one part", "several parts")
# Values of a slice that are not known beforehand (outlets): the largest are shown, the others are taken together.
MOST, OTHERS = 8, "(all others)"
UNKNOWN = "unknown"
# In this order; what is not listed is sorted by name.
ORDER = {
    "type": QUOTE_TYPES,
    "length": (*(f"{a} to {b - 1} words" for a, b in pairwise(LENGTHS)), f"{LENGTHS[-1]} words or more"),
    "parts": PARTS,
    "speaker": (*SPEAKER_KINDS, "nobody"),
    "annotator": ("sure", "unsure"),
}


def length(text: str) -> str:
    """The slice of a content by its number of words."""
    words = max(1, len(text.split()))
    return ORDER["length"][sum(words >= start for start in LENGTHS) - 1]


def by_slice(judged: Sequence[Outcome]) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of every slice and value.

    Parameters
    ----------
    judged : sequence of Outcome
        Their quotes say in `about` which slices they are in; a slice that found quotes do not know (`annotator`) has
        no precision.

    Returns
    -------
    dict
        By slice and value: `quotes` annotated, shares of them `matched` (with its 95 % interval), `exact` and, of
        those with a speaker, `speaker`; `found` quotes and `precision`, the share of them matched. A share of nothing
        is None.
    """
    names = dict.fromkeys(name for row in judged if row.gold for name in row.gold.about)
    return {name: _values(name, judged) for name in names}


def ceilings(judged: Sequence[Outcome]) -> dict[str, dict[str, dict[str, Any]]]:
    """Of one annotator's quotes (`gold`) the share that another (`found`) marked too: `quotes` and `matched`."""
    return {
        name: {value: {key: v[key] for key in ("quotes", "matched")} for value, v in values.items()}
        for name, values in by_slice(judged).items()
    }


def _values(name: str, judged: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    counts = Counter(value for row in judged if (value := _of(row.gold, name)) is not None)
    kept = _kept(name, counts)
    shown = [*kept, OTHERS] if set(counts) - set(kept) else kept

    def within(quote: Spans | None, value: str) -> bool:
        found = _of(quote, name)
        return found is not None and (found == value or (value == OTHERS and found not in kept))

    return {
        value: _figures([r for r in judged if within(r.gold, value)], [r for r in judged if within(r.found, value)])
        for value in shown
    }


def _of(quote: Spans | None, name: str) -> str | None:
    return quote.about.get(name) if quote is not None else None


def _kept(name: str, counts: Counter[str]) -> list[str]:
    if name in ORDER:
        return [value for value in ORDER[name] if counts[value]]
    return sorted(sorted(counts, key=lambda value: (-counts[value], value))[:MOST])


def _figures(gold: Sequence[Outcome], found: Sequence[Outcome]) -> dict[str, Any]:
    named = [row for row in gold if row.gold and row.gold.speaker]
    return {
        "quotes": len(gold),
        "matched": share((row.article, row.matched) for row in gold),
        "exact": mean(row.exact for row in gold),
        "speaker": mean(row.speaker_right for row in named),
        "found": len(found),
        "precision": share((row.article, row.matched) for row in found),
    }


def share(rows: Iterable[tuple[str, bool]]) -> dict[str, float] | None:
    """Share of rows of group and truth that are true, with its 95 % interval over groups; None of no rows."""
    counts: dict[str, list[int]] = {}
    for group, right in rows:
        pair = counts.setdefault(group, [0, 0])
        pair[0] += right
        pair[1] += 1
    if not counts:
        return None
    array = np.array([counts[group] for group in sorted(counts)], dtype=float)
    drawn = resampled(array)
    low, high = bounds(drawn[:, 0] / np.maximum(drawn[:, 1], 1))
    right, total = array.sum(axis=0)
    return {"value": round(float(right / total), 4), "low": round(low, 4), "high": round(high, 4)}


def mean(values: Iterable[bool]) -> float | None:
    """Share of truths, rounded; None of nothing."""
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None


def types(judged: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Numbers of quotes by annotated type (`nothing` for a false quote) and by found type (`missed`)."""
    pairs = Counter((r.gold.type if r.gold else "nothing", r.found.type if r.found else "missed") for r in judged)
    return {
        wanted: {given: pairs[wanted, given] for given in (*QUOTE_TYPES, "missed") if (wanted, given) != IMPOSSIBLE}
        for wanted in (*QUOTE_TYPES, "nothing")
    }


IMPOSSIBLE = ("nothing", "missed")


def kinds_of(speakers: Iterable[Mapping[str, Any]], fold: Any) -> dict[str, str]:
    """Kind of each speaker by folded name or alias, of rows of `speakers`; the first row of a name counts."""
    kinds: dict[str, str] = {}
    for row in speakers:
        for name in (row["name"], *row["aliases"]):
            kinds.setdefault(fold(name), row["kind"])
    return kinds
