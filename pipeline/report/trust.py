"""Say in a sentence how far to trust the stances of the page, and whether the scores hold for its articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.number_format import percent
from pipeline.core.stance_headlines import TOLERATED_GAP, target_words
from pipeline.core.stance_summary import shift_reasons

Scores = Mapping[str, Any]


@dataclass(frozen=True)
class Trust:
    """What the first screen says about errors.

    Attributes
    ----------
    sentence : str
        How many of the stances shown are right, as far as it was measured.
    warnings : dict of str to str
        For each target whose scores will not carry over to these articles, why not.
    unchecked : str
        Why it is open whether the scores carry over; empty where it was compared.
    percentages : dict of str to str
        For each target whose percentages are far off, by how much.
    right : dict of str to str
        For each target that was measured, how many of the stances given to real quotes are right, in percent.
    """

    sentence: str
    warnings: dict[str, str] = field(default_factory=dict)
    unchecked: str = ""
    percentages: dict[str, str] = field(default_factory=dict)
    right: dict[str, str] = field(default_factory=dict)


def judge_trust(scores: Scores) -> Trust:
    """Return what scores of a run say about the stances on its page.

    Parameters
    ----------
    scores : mapping
        `real_quotes`, `shift` and `stance` as the stage `evaluate` writes them; each may be missing.
    """
    compared = scores.get("shift", {}).get("run", {})
    reasons = {target: shift_reasons(found) for target, found in compared.items()}
    warnings = {
        name: f"{target_words(name).capitalize()}: {'; '.join(found)}." for name, found in reasons.items() if found
    }
    right = _right(scores.get("real_quotes", []))
    # Where nothing was measured, there is nothing that might carry over.
    unchecked = _UNCHECKED if right and not any(compared.values()) else ""
    return Trust(_sentence(right), warnings, unchecked, _percentages(scores.get("stance", {})), right)


_UNCHECKED = (
    "Whether that holds for the articles here is not known: too few of their quotes are new to the program to compare "
    "them."
)


def _right(sets: list[Scores]) -> dict[str, str]:
    """Return for each target the share of given stances that are right, over the sets of real quotes."""
    shares: dict[str, list[float]] = {}
    for each in sets:
        for target, of in each["targets"].items():
            if of["stances_kept_right"]:
                shares.setdefault(target, []).append(of["stances_kept_right"]["value"])
    return {target: _range(values) for target, values in shares.items()}


def _sentence(right: Mapping[str, str]) -> str:
    if not right:
        return (
            "How often a stance shown here is right has not been measured on real news: read the article before you "
            "rely on one."
        )
    parts = " and ".join(f"{share} of those about a {target_words(target)}" for target, share in right.items())
    return (
        "Some of these stances are wrong. On real quotes that had been labelled before, by a language model that read "
        f"them, the program was right in {parts}, where it was sure enough to name a stance."
    )


def _percentages(by_target: Scores) -> dict[str, str]:
    """Say for each target with a large calibration error how far its percentages are off, and where most."""
    found = {}
    for target, scores in by_target.items():
        error = scores["model"].get("calibration_error")
        if error and error["value"] > TOLERATED_GAP:
            found[target] = (
                f"Do not take the percentages on a {target_words(target)} at their word: in a test on annotated quotes "
                f"they were off by {percent(error['value'])} points on average{_worst(scores.get('reliability', []))}."
            )
    return found


def _worst(bins: Sequence[Sequence[float]]) -> str:
    """Say where the model was most too sure; empty where it never was."""
    stated, right, _ = max(bins, key=lambda part: part[0] - part[1], default=(0.0, 0.0, 0.0))
    if stated - right <= TOLERATED_GAP:
        return ""
    return f", and of the labels given {round(100 * stated)} %, {round(100 * right)} % were right"


def _range(values: list[float]) -> str:
    low, high = round(100 * min(values)), round(100 * max(values))
    return f"{low} %" if low == high else f"{low} to {high} %"
