"""Compose the Markdown reports from what was measured and their templates in `templates`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.markdown import render
from pipeline.core.stance_headlines import BASELINE_NAMES, calibration_sentences, stance_headlines
from pipeline.core.stance_summary import shift_reasons, summarise_stances
from pipeline.core.targets import LabelRoles
from pipeline.evaluate.charts import CHARTS
from pipeline.evaluate.extraction.error_causes import CAUSES, ErrorExample
from pipeline.evaluate.quoteless_articles import KINDS
from pipeline.evaluate.stance.learning_scores import LEARNING_MEASURES
from pipeline.evaluate.stance.stance_measures import OUT_OF_FOLD, StanceResults
from pipeline.gold.stance_annotations import StanceRow

TEMPLATES = Path(__file__).parent / "templates"
Metrics = Mapping[str, Any]


def render_agreement(agreement: Metrics) -> str:
    """Return `reports/agreement.md`."""
    return render(TEMPLATES / "agreement.md.j2", **agreement)


def render_extraction(scores: Metrics, agreement: Metrics | None, counts: Metrics) -> str:
    """Return `reports/extraction.md`: what a reader needs first; `counts` are those of `count_run`."""
    return render(
        TEMPLATES / "extraction.md.j2",
        scores=scores,
        agreement=agreement,
        failures=counts["failures"],
        articles=counts["articles"],
        without_quote=counts["without_quote"],
        meanings=KINDS,
        causes=CAUSES,
    )


def render_extraction_details(scores: Metrics, examples: Sequence[ErrorExample]) -> str:
    """Return `reports/extraction_details.md`: scores by slice, examples of errors."""
    return render(TEMPLATES / "extraction_details.md.j2", scores=scores, examples=examples, causes=CAUSES)


def render_speakers(speakers: Metrics) -> str:
    """Return `reports/speakers.md`."""
    return render(TEMPLATES / "speakers.md.j2", **speakers)


def render_stance(
    results: StanceResults,
    labels: Sequence[str],
    descriptions: Mapping[str, str],
    roles: LabelRoles,
    counts: Metrics,
) -> str:
    """Return `reports/stance.md`: what a reader needs first; `counts` are those of `count_run`."""
    metrics = results.metrics
    return render(
        TEMPLATES / "stance.md.j2",
        **{name: metrics[name] for name in ("shift", "external")},
        labels=list(labels),
        descriptions=descriptions,
        counts=counts,
        summary=summarise_stances(metrics, roles),
        headlines=stance_headlines(metrics, roles),
        shift_reasons=shift_reasons,
        charts=CHARTS,
    )


def render_stance_details(
    results: StanceResults, labels: Sequence[str], roles: LabelRoles, alphas: Metrics, labelled: Sequence[StanceRow]
) -> str:
    """Return `reports/stance_details.md`: all that was measured."""
    metrics = results.metrics
    capabilities = [
        {"target": target, **rate} for target, rates in metrics["behaviours"].items() for rate in rates["capabilities"]
    ]
    return render(
        TEMPLATES / "stance_details.md.j2",
        **{name: metrics[name] for name in ("stance", "behaviours", "shift", "external")},
        labelled=metrics["stance_rows"],
        labels=list(labels),
        alphas=alphas,
        texts={row.id: row.text for row in labelled},
        headlines=stance_headlines(metrics, roles),
        baselines=BASELINE_NAMES,
        calibration={
            name: list(calibration_sentences(by_target))
            for name, by_target in {OUT_OF_FOLD: metrics["stance"], **metrics["external"]}.items()
        },
        scores_by_set={OUT_OF_FOLD: metrics["stance"], **metrics["external"]},
        stated_error=next(iter(metrics["stance"].values()))["kept"]["stated"],
        capabilities=sorted(capabilities, key=lambda rate: (rate["kind"], rate["capability"], rate["target"])),
        learning_measures=LEARNING_MEASURES,
        errors=results.errors,
        failures=results.failures,
        shift_reasons=shift_reasons,
        charts=CHARTS,
    )
