"""Compose what was measured: the reports, by their templates, and the few figures of `dvc metrics`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.markdown import render
from pipeline.core.stance_headlines import stance_headlines, summarise_stances
from pipeline.core.targets import LabelRoles
from pipeline.evaluate.charts import CHARTS
from pipeline.evaluate.extraction_errors import CAUSES, ErrorExample
from pipeline.evaluate.run_counts import KINDS
from pipeline.evaluate.stance_measures import StanceResults

TEMPLATES = Path(__file__).parent / "templates"
Metrics = Mapping[str, Any]
# Of the figures that `dvc metrics` prints.
DIGITS = 3


def render_agreement(agreement: Metrics) -> str:
    """Return `reports/agreement.md`."""
    return render(TEMPLATES / "agreement.md.j2", **agreement)


def render_extraction(
    scores: Metrics, examples: Sequence[ErrorExample], agreement: Metrics | None, counts: Metrics
) -> str:
    """Return `reports/extraction.md`; `counts` are those of `count_run`."""
    return render(
        TEMPLATES / "extraction.md.j2",
        scores=scores,
        agreement=agreement,
        failures=counts["failures"],
        articles=counts["articles"],
        without_quote=counts["without_quote"],
        meanings=KINDS,
        causes=CAUSES,
        examples=examples,
    )


def render_speakers(speakers: Metrics) -> str:
    """Return `reports/speakers.md`."""
    return render(TEMPLATES / "speakers.md.j2", **speakers)


def render_stance(
    results: StanceResults,
    labels: Sequence[str],
    descriptions: Mapping[str, str],
    roles: LabelRoles,
    counts: Metrics,
    alphas: Metrics,
) -> str:
    """Return `reports/stance.md`; `counts` are those of `count_run`, `alphas` the agreement by target."""
    metrics = results.metrics
    return render(
        TEMPLATES / "stance.md.j2",
        **{name: metrics[name] for name in ("stance", "behaviours")},
        labelled=metrics["stance_rows"],
        alphas=alphas,
        errors=results.errors,
        labels=list(labels),
        descriptions=descriptions,
        counts=counts,
        summary=summarise_stances(metrics, roles),
        headlines=stance_headlines(metrics, roles),
        charts=CHARTS,
    )


def choose_main_figures(scores: Metrics) -> dict[str, dict[str, float]]:
    """Return the main figures of `scores.json` by what they are about.

    Returns
    -------
    dict
        `run` (numbers of articles and quotes), `extraction` (F1 of found quotes, and of those with the same bounds),
        `speakers` (shares of all gold quotes: with the right speaker, without a speaker), and by target: mean F1 of
        favor and against, macro-F1, expected calibration error, share of the predicted stances that are kept, share
        of these that are wrong, and share of right direction pairs. DVC warns of a value that is no number: what was
        not measured is left out.
    """
    counts, extraction = scores["counts"], scores["extraction"]
    run = {"articles": counts["articles"], "quotes": sum(counts["quotes"].values())}
    figures: dict[str, dict[str, Any]] = {"run": run}
    if extraction["on"]["quotes"]:
        found = {"found_f1": "content_match", "exact_f1": "content_exact"}
        figures["extraction"] = {name: extraction[key]["f1"] for name, key in found.items()}
        speakers = scores["speakers"]["end_to_end"]["all"]
        figures["speakers"] = {name: speakers[name] for name in ("right", "open")}
    for target, of in scores["stance"].items():
        # A target may bear the name of one of the above.
        figures.setdefault(target, {}).update(_target_figures(of, scores["behaviours"].get(target, {})))
    measured = {part: {n: v for n, v in values.items() if v is not None} for part, values in figures.items()}
    return {part: {name: round(v, DIGITS) for name, v in values.items()} for part, values in measured.items() if values}


def _target_figures(of: Metrics, behaviours: Metrics) -> dict[str, float | None]:
    model, kept = of["model"], of["kept"]
    direction = behaviours.get("kinds", {}).get("direction")
    return {
        "f1_favor_against": _value(model.get("f1_favor_against")),
        "macro_f1": _value(model.get("macro_f1")),
        "calibration_error": _value(model.get("calibration_error")),
        "stances_kept": _value(kept["coverage"]),
        "kept_wrong": _value(kept["error"]),
        "direction_right": _value(direction["share"]) if direction else None,
    }


def _value(figures: Metrics | None) -> float | None:
    return figures["value"] if figures else None
