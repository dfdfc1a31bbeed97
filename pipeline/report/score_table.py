"""Prepare the page's table of extraction scores: score with interval, and agreement of two annotators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.core.number_format import interval, percent

EXTRACTION_SCORES = {
    "content_match": "quotes found, overlapping by half or more (IoU ≥ 0.5): F1",
    "content_exact": "quotes found exactly: F1",
    "speaker": "quotes found, with the right speaker: F1",
}


def build_score_rows(metrics: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rows of the table, all scores in percent.

    Parameters
    ----------
    metrics : mapping
        `reports/scores.json`. Without gold there are no rows; an agreement that was not measured is a dash.

    Yields
    ------
    dict
        `what`, `value`, `interval` (95 %), `agreement` (of two annotators) and `on`.
    """
    extraction, agreement = metrics["extraction"], metrics.get("agreement", {})
    if not extraction["on"]["quotes"]:
        return
    on = f"{extraction['on']['quotes']} gold quotes of {extraction['on']['articles']} articles, seen in training"
    for key, what in EXTRACTION_SCORES.items():
        scores, annotators = extraction[key], agreement.get("spans", {}).get(key, {}).get("f1")
        row = {"what": what, "value": percent(scores["f1"]), "interval": interval(scores), "on": on}
        yield {**row, "agreement": percent(annotators)}
