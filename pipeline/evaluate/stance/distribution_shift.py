"""Measure whether scores carry over to other quotes, by comparing these with the training quotes.

Each measure of the other quotes is compared with the same measure of every part of the training quotes (an author, or a
group if there are few authors) against the remaining parts: the scores were measured across this spread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

# A measure outside these percentiles of the parts is a warning.
USUAL_PERCENTILES = (5, 95)
# Fewer quotes are not compared.
MIN_QUOTES = 50
# Each measure, and on which side it is a warning: 1 above the usual range, -1 below.
MEASURES = {"likeness": -1, "unseen": 1, "labels": 1, "confidence": -1}
Row = Mapping[str, Any]


def measure_shift(measured: Sequence[Row], labelled: Sequence[Row], shares: Mapping[str, float]) -> dict[str, float]:
    """Compute the measures of some quotes.

    Parameters
    ----------
    measured : sequence of mapping
        `similarity`, `words` and `unseen` of quotes.
    labelled : sequence of mapping
        `label` and `p`, its probability, of the same quotes or more.
    shares : mapping of str to float
        Share of each label in the quotes that they are compared with.

    Returns
    -------
    dict
        `likeness` to the nearest training quote, mean; share of words `unseen`; `labels`: total variation distance of
        the label shares, 0 to 1; `confidence`: mean probability of the predicted label.
    """
    return {
        "likeness": float(np.mean([row["similarity"] for row in measured])),
        "unseen": sum(row["unseen"] for row in measured) / max(1, sum(row["words"] for row in measured)),
        "labels": total_variation(label_shares(row["label"] for row in labelled), shares),
        "confidence": float(np.mean([row["p"] for row in labelled])),
    }


def label_shares(labels: Iterable[str] | Counter[str]) -> dict[str, float]:
    """Compute the share of each label, from labels or their counts."""
    counts = Counter(labels)
    return {label: number / counts.total() for label, number in counts.items()}


def total_variation(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Compute the total variation distance of two distributions: half the sum of the differences."""
    return sum(abs(first.get(label, 0.0) - second.get(label, 0.0)) for label in sorted({*first, *second})) / 2


def measure_parts(measured: Sequence[Row], predicted: Mapping[str, Row]) -> dict[str, dict[str, float]]:
    """Compute the measures of each part of the training quotes against the other parts.

    Parameters
    ----------
    measured : sequence of mapping
        Training quotes: `id`, `part`, `similarity`, `words`, `unseen`, each against other parts.
    predicted : mapping of str to mapping
        By id, out of fold: `gold`, `label` and `p`.
    """
    by_part: dict[str, list[Row]] = {}
    for row in measured:
        by_part.setdefault(row["part"], []).append(row)
    gold = {part: Counter(predicted[row["id"]]["gold"] for row in rows) for part, rows in by_part.items()}
    total = sum(gold.values(), Counter())
    return {
        part: measure_shift(
            by_part[part], [predicted[row["id"]] for row in by_part[part]], label_shares(total - gold[part])
        )
        for part in sorted(by_part)
    }


def compare_with_parts(
    values: Mapping[str, float], parts: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, Any]]:
    """Return each measure with its usual range over the parts, and whether it is beyond it on the side that warns."""
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
    """Compare quotes with the training quotes of one target; None if there are too few quotes or parts.

    `shares` are those of all training labels; the other parameters are those of `measure_shift` and
    `compare_with_parts`.
    """
    if len(measured) < MIN_QUOTES or len(parts) < 2:
        return None
    measures = compare_with_parts(measure_shift(measured, labelled, shares), parts)
    compared = [compare_with_parts(part, parts) for part in parts.values()]
    warned = sum(any(measure["beyond"] for measure in part.values()) for part in compared)
    return {"quotes": len(labelled), "parts": len(parts), "parts_warned": warned, "measures": measures}
