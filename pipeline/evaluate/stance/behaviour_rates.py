"""Failure rates of the behaviour suite, by target, kind and capability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.gold.behaviour_suite import TEXTS_BY_KIND, BehaviourItem

# Label and its probability by item and number of the text.
LabelsByText = Mapping[tuple[str, int], tuple[str, float]]
PAIRS = "pairs"


def labels_by_text(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], tuple[str, float]]:
    """Rows of the table of behaviours as a mapping."""
    return {(row["id"], row["number"]): (row["label"], row["p"]) for row in rows}


def failure_rates(suite: Sequence[BehaviourItem], given: LabelsByText) -> dict[str, Any]:
    """Failures per target.

    Parameters
    ----------
    suite : sequence of Behaviour
        The items.
    given : mapping
        Of `said`.

    Returns
    -------
    dict
        For each target that has items, `kinds` and `capabilities`: number of items, of failures, and their share with
        its 95 % interval (Wilson 1927). `pairs` among the kinds is invariance and direction together.
    """
    out: dict[str, Any] = {}
    for target in dict.fromkeys(item.target for item in suite):
        here = [item for item in suite if item.target == target]
        kinds = {kind: [item for item in here if item.kind == kind] for kind in TEXTS_BY_KIND}
        kinds[PAIRS] = kinds["invariance"] + kinds["direction"]
        names = sorted(
            {(item.kind, item.capability) for item in here}, key=lambda n: (list(TEXTS_BY_KIND).index(n[0]), n[1])
        )
        out[target] = {
            "kinds": {kind: _rate(items, given) for kind, items in kinds.items() if items},
            "capabilities": [
                {"kind": kind, "capability": name}
                | _rate([item for item in kinds[kind] if item.capability == name], given)
                for kind, name in names
            ],
        }
    return out


def worst_failures(suite: Sequence[BehaviourItem], given: LabelsByText, n: int) -> list[list[str]]:
    """The most confident failures, as rows of id, kind, capability, target, texts after labels, labels expected."""
    failed = [item for item in suite if not item.passed(_labels(item, given))]
    failed.sort(key=lambda item: (-min(given[item.id, k][1] for k in range(len(item.texts))), item.id))
    return [
        [
            item.id,
            item.kind,
            item.capability,
            item.target,
            " / ".join(f"{given[item.id, k][0]}: {text['text']}" for k, text in enumerate(item.texts)),
            ", ".join(item.expect) or "the same",
        ]
        for item in failed[:n]
    ]


def _labels(item: BehaviourItem, given: LabelsByText) -> tuple[str, ...]:
    return tuple(given[item.id, k][0] for k in range(len(item.texts)))


def _rate(items: Sequence[BehaviourItem], given: LabelsByText) -> dict[str, Any]:
    # Half a second to load, and most runs remember the figures.
    from scipy.stats import binomtest

    failures = sum(not item.passed(_labels(item, given)) for item in items)
    ends = binomtest(failures, len(items)).proportion_ci(method="wilson")
    share = {"value": round(failures / len(items), 4), "low": round(ends.low, 4), "high": round(ends.high, 4)}
    return {"items": len(items), "failures": failures, "rate": share}
