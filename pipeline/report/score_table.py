"""Prepare the page's table of scores: main scores with interval, simplest baseline, agreement of two annotators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.number_format import interval, percent
from pipeline.core.targets import LabelRoles

EXTRACTION_SCORES = {
    "content_match": "quotes found, IoU ≥ 0.5: F1",
    "content_exact": "quotes found exactly: F1",
    "speaker": "quotes found, with the right speaker: F1",
}


def build_score_rows(metrics: Mapping[str, Any], roles: LabelRoles) -> Iterator[dict[str, str]]:
    """Yield the rows of the table, all scores in percent.

    Parameters
    ----------
    metrics : mapping
        `reports/metrics.json`. What was not measured has no row; a baseline or agreement that was not is a dash.
    roles : LabelRoles
        The labels whose F1 is averaged.

    Yields
    ------
    dict
        `what`, `value`, `interval` (95 %), `baseline` (most frequent label), `agreement` (of two annotators) and `on`.
    """
    agreement = metrics.get("agreement", {})
    extraction = metrics["extraction"]
    if extraction["on"]["quotes"]:
        on = f"{extraction['on']['quotes']} gold quotes of {extraction['on']['articles']} articles, seen in training"
        for key, what in EXTRACTION_SCORES.items():
            annotators = agreement.get("spans", {}).get(key, {}).get("f1")
            yield _row(what, extraction[key], "f1", on, annotators=annotators)
    stance_scores = {
        "f1_favor_against": f"mean F1 of {roles.favor} and {roles.against}",
        "accuracy": "share of predicted labels right",
    }
    for target, figures in metrics["stance"].items():
        on = f"{figures['on']['quotes']} gold quotes, out of fold"
        alpha = agreement.get("alpha", {}).get(target, {})
        for key, what in stance_scores.items():
            if key in figures["model"]:
                baseline = figures.get("majority", {}).get(key, {}).get("value")
                annotators = alpha.get("agree") if key == "accuracy" else None
                name = f"{target.replace('_', ' ')}: {what}"
                yield _row(name, figures["model"][key], "value", on, baseline, annotators)


def _row(
    what: str,
    figures: Mapping[str, float],
    key: str,
    on: str,
    baseline: float | None = None,
    annotators: float | None = None,
) -> dict[str, str]:
    row = {"what": what, "value": percent(figures[key]), "interval": interval(figures), "on": on}
    return {**row, "baseline": percent(baseline), "agreement": percent(annotators)}
