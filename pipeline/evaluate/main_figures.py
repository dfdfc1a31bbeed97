"""Choose the few figures that `dvc metrics show` and `dvc metrics diff` print: `reports/metrics.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]
DIGITS = 3


def choose_main_figures(scores: Figures) -> dict[str, dict[str, float]]:
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
    figures: dict[str, dict[str, Any]] = {
        "run": {"articles": counts["articles"], "quotes": sum(counts["quotes"].values())}
    }
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


def _target_figures(of: Figures, behaviours: Figures) -> dict[str, float | None]:
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


def _value(figures: Figures | None) -> float | None:
    return figures["value"] if figures else None
