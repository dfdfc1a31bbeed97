"""Say in a sentence how far to trust the stances of the page, and whether the scores hold for its articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.number_format import percent
from pipeline.core.stance_headlines import target_words
from pipeline.core.stance_summary import shift_reasons

Scores = Mapping[str, Any]
# Of fewer stances with a label than this the share that is right says little.
ENOUGH_STANCES = 20


@dataclass(frozen=True)
class Given:
    """Stances that the program gave to real quotes.

    Attributes
    ----------
    right, of : int
        How many of them are right, and how many there are.
    """

    right: int
    of: int

    @property
    def share(self) -> str:
        """The share that is right, in percent."""
        return f"{round(100 * self.right / self.of)} %"


@dataclass(frozen=True)
class Trust:
    """What the page says about errors.

    Attributes
    ----------
    sentence : str
        How many of the stances shown are right, and what the percentages are worth, as far as it was measured.
    warnings : dict of str to str
        For each target whose scores will not carry over to these articles, why not.
    unchecked : str
        Why it is open whether the scores carry over; empty where it was compared.
    given : dict of str to dict of str to Given
        For each target that was measured, the stances given to real quotes, by label.
    """

    sentence: str
    warnings: dict[str, str] = field(default_factory=dict)
    unchecked: str = ""
    given: dict[str, dict[str, Given]] = field(default_factory=dict)

    def rates(self, target: str, labels: Iterable[str]) -> dict[str, str]:
        """Say for each label of a target how often such stances were right; nothing where none was measured."""
        by_label = self.given.get(target)
        return {label: _rate(label, by_label) for label in labels} if by_label else {}


def judge_trust(scores: Scores) -> Trust:
    """Return what scores of a run say about the stances on its page.

    Parameters
    ----------
    scores : mapping
        `real_quotes` and `shift` as the stage `evaluate` writes them; each may be missing.
    """
    compared = scores.get("shift", {}).get("run", {})
    reasons = {target: shift_reasons(found) for target, found in compared.items()}
    warnings = {
        name: f"{target_words(name).capitalize()}: {'; '.join(found)}." for name, found in reasons.items() if found
    }
    sets = scores.get("real_quotes", [])
    given = _count_given(sets)
    # Where nothing was measured, there is nothing that might carry over.
    unchecked = _UNCHECKED if given and not any(compared.values()) else ""
    return Trust(_sentence(given, sets), warnings, unchecked, given)


_UNCHECKED = (
    "Whether that holds for the articles here is not known: too few of their quotes are new to the program to compare "
    "them."
)


def _count_given(sets: Iterable[Scores]) -> dict[str, dict[str, Given]]:
    """Count for each target the stances given to the real quotes of all sets, by label."""
    found: dict[str, dict[str, Given]] = {}
    for target, of in (pair for each in sets for pair in each["targets"].items()):
        for gold, numbers in (of.get("kept_stances") or {}).items():
            for label, number in numbers.items():
                before = found.setdefault(target, {}).get(label, Given(0, 0))
                found[target][label] = Given(before.right + (number if label == gold else 0), before.of + number)
    return found


def _total(given: Iterable[Given]) -> Given:
    counted = list(given)
    return Given(sum(each.right for each in counted), sum(each.of for each in counted))


def _rate(label: str, by_label: Mapping[str, Given]) -> str:
    """Say how often a label was right, or how often all stances were where the label was given to a few quotes only."""
    own, every, name = by_label.get(label, Given(0, 0)), _total(by_label.values()), label.replace("_", " ")
    if own.of >= ENOUGH_STANCES:
        return (
            f"To real quotes the program gave “{name}” on this question {own.of} times; "
            f"{own.share} of these were right."
        )
    return (
        f"Of all {every.of} stances on this question that the program gave to real quotes, {every.share} were right; "
        f"only {own.of} of them were “{name}”, too few for a figure of their own."
    )


def _sentence(given: Mapping[str, Mapping[str, Given]], sets: Iterable[Scores]) -> str:
    if not given:
        return (
            "How often a stance shown here is right has not been measured on real news: read the article before you "
            "rely on one."
        )
    totals = {target: _total(by_label.values()) for target, by_label in given.items()}
    parts = " and ".join(f"{each.share} of the {each.of} on a {target_words(on)}" for on, each in totals.items())
    errors = [of["calibration_error"]["value"] for each in sets for of in each["targets"].values()]
    low, high = percent(min(errors)), percent(max(errors))
    return (
        f"Some of these stances are wrong: of those that the program gave to real quotes, {parts} were right, by a "
        "language model that had labelled the quotes before; the percentages of all its labels there, not of stances "
        f"alone, were off by {low if low == high else f'{low} to {high}'} points on average."
    )
