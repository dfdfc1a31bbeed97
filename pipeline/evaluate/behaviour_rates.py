"""Compute the share right of the behaviour suite by target and kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.evaluate.intervals import rounded_interval, wilson_interval
from pipeline.gold.behaviour_suite import TEXTS_BY_KIND, BehaviourItem

# Predicted label by item and number of the text.
LabelsByText = Mapping[tuple[str, int], str]


def pass_rates(suite: Sequence[BehaviourItem], predicted: LabelsByText) -> dict[str, Any]:
    """Compute the share of items that pass, for each target.

    Returns
    -------
    dict
        For each target that has items, `kinds` and `known`: number of `items`, how many are `right`, and their `share`
        with its 95 % interval (Wilson 1927). `kinds` counts the reserved items of a kind if it has
        some, and `known` then the others, which the authors of the classifier have read. Direction and invariance are
        never added up: a model that gives every quote the same label passes all items of the one and none of the other.
    """
    rates: dict[str, Any] = {}
    for target in dict.fromkeys(item.target for item in suite):
        items = [item for item in suite if item.target == target]
        by_kind = {kind: [item for item in items if item.kind == kind] for kind in TEXTS_BY_KIND}
        reserved = {kind: [item for item in of_kind if item.reserved] for kind, of_kind in by_kind.items()}
        known = {kind: [item for item in by_kind[kind] if not item.reserved] for kind in by_kind if reserved[kind]}
        rates[target] = {
            "kinds": {kind: _rate(reserved[kind] or by_kind[kind], predicted) for kind in by_kind if by_kind[kind]},
            "known": {kind: _rate(of_kind, predicted) for kind, of_kind in known.items() if of_kind},
        }
    return rates


def _rate(items: Sequence[BehaviourItem], predicted: LabelsByText) -> dict[str, Any]:
    right = sum(item.passes(tuple(predicted[item.id, k] for k in range(len(item.texts)))) for item in items)
    share = rounded_interval(right / len(items), *wilson_interval(right, len(items)))
    return {"items": len(items), "right": right, "share": share}
