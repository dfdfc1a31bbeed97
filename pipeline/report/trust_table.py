"""How far to trust the run: its main scores with interval, simplest rival, and what two annotators reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.number_format import interval, percent

FOUND = {
    "content_match": "quotes found, IoU ≥ 0.5: F1",
    "content_exact": "quotes found exactly: F1",
    "speaker": "quotes found, with the right speaker: F1",
}
STANCE = {"f1_favor_against": "mean F1 of favor and against", "accuracy": "share of labels right"}


def trust(metrics: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Rows of the first screen's table, all scores in percent.

    Parameters
    ----------
    metrics : mapping
        `reports/metrics.json`. What was not measured has no row; a rival or ceiling that was not measured is a dash.

    Yields
    ------
    dict
        `what`, `value`, `interval` (95 %), `simplest` (most frequent label), `people` (agreement) and `on`.
    """
    agreement = metrics.get("agreement", {})
    found = metrics["extraction"]
    if found["on"]["quotes"]:
        on = f"{found['on']['quotes']} gold quotes of {found['on']['articles']} articles, seen in training"
        for key, what in FOUND.items():
            people = agreement.get("spans", {}).get(key, {}).get("f1")
            yield _row(what, found[key], "f1", on, people=people)
    for target, figures in metrics["stance"].items():
        on = f"{figures['on']['quotes']} gold quotes, out of fold"
        alpha = agreement.get("alpha", {}).get(target, {})
        for key, what in STANCE.items():
            simplest = figures.get("majority", {}).get(key, {}).get("value")
            people = alpha.get("agree") if key == "accuracy" else None
            yield _row(f"{target.replace('_', ' ')}: {what}", figures["model"][key], "value", on, simplest, people)


def _row(
    what: str,
    figures: Mapping[str, float],
    key: str,
    on: str,
    simplest: float | None = None,
    people: float | None = None,
) -> dict[str, str]:
    row = {"what": what, "value": percent(figures[key]), "interval": interval(figures), "on": on}
    return {**row, "simplest": percent(simplest), "people": percent(people)}
