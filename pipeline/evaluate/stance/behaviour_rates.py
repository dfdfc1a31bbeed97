"""Compute failure rates of the behaviour suite by target, kind and capability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import binomtest

from pipeline.evaluate.intervals import rounded_interval
from pipeline.gold.behaviour_suite import TEXTS_BY_KIND, BehaviourItem

# Predicted label and its probability by item and number of the text.
LabelsByText = Mapping[tuple[str, int], tuple[str, float]]
# Invariance and direction together: the items of two texts.
PAIRS = "pairs"


@dataclass(frozen=True)
class BehaviourFailure:
    """An item that failed, with the predicted label of each of its texts."""

    item: BehaviourItem
    labels: tuple[str, ...]


def labels_by_text(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], tuple[str, float]]:
    """Return the predicted labels of a table of behaviours by text."""
    return {(row["id"], row["number"]): (row["label"], row["p"]) for row in rows}


def failure_rates(suite: Sequence[BehaviourItem], predicted: LabelsByText) -> dict[str, Any]:
    """Compute the failure rates of each target.

    Returns
    -------
    dict
        For each target that has items, `kinds` and `capabilities`: number of items, of failures, and their share with
        its 95 % interval (Wilson 1927). `pairs` among the kinds is invariance and direction together.
    """
    rates: dict[str, Any] = {}
    for target in dict.fromkeys(item.target for item in suite):
        items = [item for item in suite if item.target == target]
        by_kind = {kind: [item for item in items if item.kind == kind] for kind in TEXTS_BY_KIND}
        by_kind[PAIRS] = by_kind["invariance"] + by_kind["direction"]
        rates[target] = {
            "kinds": {kind: _rate(of_kind, predicted) for kind, of_kind in by_kind.items() if of_kind},
            "capabilities": [
                {"kind": kind, "capability": capability}
                | _rate([item for item in by_kind[kind] if item.capability == capability], predicted)
                for kind in TEXTS_BY_KIND
                for capability in sorted({item.capability for item in by_kind[kind]})
            ],
        }
    return rates


def worst_failures(suite: Sequence[BehaviourItem], predicted: LabelsByText, n: int) -> list[BehaviourFailure]:
    """Return the `n` most confident failures."""
    failed = [item for item in suite if not item.passes(_labels(item, predicted))]
    failed.sort(key=lambda item: (-min(predicted[item.id, k][1] for k in range(len(item.texts))), item.id))
    return [BehaviourFailure(item, _labels(item, predicted)) for item in failed[:n]]


def _labels(item: BehaviourItem, predicted: LabelsByText) -> tuple[str, ...]:
    return tuple(predicted[item.id, k][0] for k in range(len(item.texts)))


def _rate(items: Sequence[BehaviourItem], predicted: LabelsByText) -> dict[str, Any]:
    failures = sum(not item.passes(_labels(item, predicted)) for item in items)
    interval = binomtest(failures, len(items)).proportion_ci(method="wilson")
    rate = rounded_interval(failures / len(items), interval.low, interval.high)
    return {"items": len(items), "failures": failures, "rate": rate}
