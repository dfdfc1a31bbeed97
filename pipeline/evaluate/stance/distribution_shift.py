"""Will the scores carry over? Quotes from elsewhere beside the training quotes.

Each measure of the quotes is held against the same measure of every part of the training quotes (an author, or a group
where there are few authors) taken alone against the others: the spread that the scores already have in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

# Of the parts, in percent: beyond it a measure warns. FEWEST quotes are needed to say anything.
USUAL_PERCENTILES = (5, 95)
FEWEST = 50
# Measure, and the side on which it warns: 1 above, -1 below.
MEASURES = {"likeness": -1, "unseen": 1, "labels": 1, "confidence": -1}
Row = Mapping[str, Any]


def measure_shift(measured: Sequence[Row], labelled: Sequence[Row], shares: Mapping[str, float]) -> dict[str, float]:
    """The measures of some quotes.

    Parameters
    ----------
    measured : sequence of mapping
        `similarity`, `words` and `unseen` of quotes.
    labelled : sequence of mapping
        `label` and `p`, its probability, of quotes: the same or more.
    shares : mapping of str to float
        Share of each label in what they are compared with.

    Returns
    -------
    dict
        `likeness` to the nearest training quote, mean; share of words `unseen`; `labels`: total variation distance of
        the label shares, 0 to 1; `confidence`: mean probability of the label given.
    """
    return {
        "likeness": float(np.mean([row["similarity"] for row in measured])),
        "unseen": sum(row["unseen"] for row in measured) / max(1, sum(row["words"] for row in measured)),
        "labels": total_variation(label_shares(row["label"] for row in labelled), shares),
        "confidence": float(np.mean([row["p"] for row in labelled])),
    }


def label_shares(labels: Iterable[str]) -> dict[str, float]:
    """Share of each label."""
    counts = Counter(labels)
    return {label: number / counts.total() for label, number in counts.items()}


def total_variation(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Total variation distance of two distributions: half the sum of the differences."""
    return sum(abs(one.get(label, 0.0) - other.get(label, 0.0)) for label in sorted({*one, *other})) / 2


def measure_parts(measured: Sequence[Row], predicted: Mapping[str, Row]) -> dict[str, dict[str, float]]:
    """The measures of each part of the training quotes against the others.

    Parameters
    ----------
    measured : sequence of mapping
        Training quotes: `id`, `part`, `similarity`, `words`, `unseen`, each against other parts.
    predicted : mapping of str to mapping
        By id, out of fold: `gold`, `label` and `p`.
    """
    found = {}
    for part in sorted({row["part"] for row in measured}):
        inside = [row for row in measured if row["part"] == part]
        others = label_shares(predicted[row["id"]]["gold"] for row in measured if row["part"] != part)
        found[part] = measure_shift(inside, [predicted[row["id"]] for row in inside], others)
    return found


def compare_with_parts(
    values: Mapping[str, float], parts: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, Any]]:
    """Each measure with its usual range over the parts, and whether it lies beyond it on the bad side."""
    out = {}
    for name, side in MEASURES.items():
        low, high = np.percentile([part[name] for part in parts.values()], USUAL_PERCENTILES)
        beyond = values[name] > high if side > 0 else values[name] < low
        out[name] = {
            "value": round(values[name], 4),
            "low": round(float(low), 4),
            "high": round(float(high), 4),
            "beyond": bool(beyond),
        }
    return out


def summarise_shift(
    measured: Sequence[Row],
    labelled: Sequence[Row],
    shares: Mapping[str, float],
    parts: Mapping[str, Mapping[str, float]],
) -> dict[str, Any] | None:
    """The comparison for quotes of one target; None where there are too few of them, or too few parts.

    `shares` are those of all training labels; the other arguments are those of `figures` and `compare`.
    """
    if len(measured) < FEWEST or len(parts) < 2:
        return None
    found = compare_with_parts(measure_shift(measured, labelled, shares), parts)
    warned = sum(any(one["beyond"] for one in compare_with_parts(part, parts).values()) for part in parts.values())
    return {"quotes": len(labelled), "parts": len(parts), "parts_warned": warned, "measures": found}
