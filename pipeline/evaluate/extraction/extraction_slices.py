"""Extraction by slice: how much of each kind of annotated quote is found, and how much of what is found is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from pipeline.core.schema.data_tables import QUOTE_TYPES, SPEAKER_KINDS
from pipeline.evaluate.extraction.outcomes import QuoteOutcome
from pipeline.evaluate.intervals import percentile_interval, resample_sums
from pipeline.evaluate.span_scores import QuoteSpans

# Words of a content, from and up to; the last has no end.
LENGTHS = (1, 5, 10, 20, 40)
PARTS = ("one part", "several parts")
# Values of a slice that are not known beforehand (outlets): the largest are shown, the others are taken together.
MAX_VALUES, OTHERS = 8, "(all others)"
UNKNOWN = "unknown"
# In this order; what is not listed is sorted by name.
SLICE_VALUES = {
    "type": QUOTE_TYPES,
    "length": (*(f"{a} to {b - 1} words" for a, b in pairwise(LENGTHS)), f"{LENGTHS[-1]} words or more"),
    "parts": PARTS,
    "speaker": (*SPEAKER_KINDS, "nobody"),
    "annotator": ("sure", "unsure"),
}


def length_slice(text: str) -> str:
    """The slice of a content by its number of words."""
    words = max(1, len(text.split()))
    return SLICE_VALUES["length"][sum(words >= start for start in LENGTHS) - 1]


def score_slices(judged: Sequence[QuoteOutcome]) -> dict[str, dict[str, dict[str, Any]]]:
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


def annotator_slices(judged: Sequence[QuoteOutcome]) -> dict[str, dict[str, dict[str, Any]]]:
    """Of one annotator's quotes (`gold`) the share that another (`found`) marked too: `quotes` and `matched`."""
    return {
        name: {value: {key: v[key] for key in ("quotes", "matched")} for value, v in values.items()}
        for name, values in score_slices(judged).items()
    }


def _values(name: str, judged: Sequence[QuoteOutcome]) -> dict[str, dict[str, Any]]:
    counts = Counter(value for row in judged if (value := _of(row.gold, name)) is not None)
    kept = _kept(name, counts)
    shown = [*kept, OTHERS] if set(counts) - set(kept) else kept

    def within(quote: QuoteSpans | None, value: str) -> bool:
        found = _of(quote, name)
        return found is not None and (found == value or (value == OTHERS and found not in kept))

    return {
        value: _figures([r for r in judged if within(r.gold, value)], [r for r in judged if within(r.found, value)])
        for value in shown
    }


def _of(quote: QuoteSpans | None, name: str) -> str | None:
    return quote.about.get(name) if quote is not None else None


def _kept(name: str, counts: Counter[str]) -> list[str]:
    if name in SLICE_VALUES:
        return [value for value in SLICE_VALUES[name] if counts[value]]
    return sorted(sorted(counts, key=lambda value: (-counts[value], value))[:MAX_VALUES])


def _figures(gold: Sequence[QuoteOutcome], found: Sequence[QuoteOutcome]) -> dict[str, Any]:
    named = [row for row in gold if row.gold and row.gold.speaker]
    return {
        "quotes": len(gold),
        "matched": share_with_interval((row.article, row.matched) for row in gold),
        "exact": share_true(row.exact for row in gold),
        "speaker": share_true(row.speaker_right for row in named),
        "found": len(found),
        "precision": share_with_interval((row.article, row.matched) for row in found),
    }


def share_with_interval(rows: Iterable[tuple[str, bool]]) -> dict[str, float] | None:
    """Share of rows of group and truth that are true, with its 95 % interval over groups; None of no rows."""
    counts: dict[str, list[int]] = {}
    for group, right in rows:
        pair = counts.setdefault(group, [0, 0])
        pair[0] += right
        pair[1] += 1
    if not counts:
        return None
    array = np.array([counts[group] for group in sorted(counts)], dtype=float)
    drawn = resample_sums(array)
    low, high = percentile_interval(drawn[:, 0] / np.maximum(drawn[:, 1], 1))
    right, total = array.sum(axis=0)
    return {"value": round(float(right / total), 4), "low": round(low, 4), "high": round(high, 4)}


def share_true(values: Iterable[bool]) -> float | None:
    """Share of truths, rounded; None of nothing."""
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None


def count_types(judged: Sequence[QuoteOutcome]) -> dict[str, dict[str, int]]:
    """Numbers of quotes by annotated type (`nothing` for a false quote) and by found type (`missed`)."""
    pairs = Counter((r.gold.type if r.gold else "nothing", r.found.type if r.found else "missed") for r in judged)
    return {
        wanted: {
            given: pairs[wanted, given] for given in (*QUOTE_TYPES, "missed") if (wanted, given) != IMPOSSIBLE_PAIR
        }
        for wanted in (*QUOTE_TYPES, "nothing")
    }


IMPOSSIBLE_PAIR = ("nothing", "missed")


def kinds_by_name(speakers: Iterable[Mapping[str, Any]], fold: Any) -> dict[str, str]:
    """Kind of each speaker by folded name or alias, of rows of `speakers`; the first row of a name counts."""
    kinds: dict[str, str] = {}
    for row in speakers:
        for name in (row["name"], *row["aliases"]):
            kinds.setdefault(fold(name), row["kind"])
    return kinds
