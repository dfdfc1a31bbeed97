"""Say in a sentence how far to trust the stances of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.number_format import percent
from pipeline.core.stance_headlines import target_words

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
    given : dict of str to dict of str to Given
        For each target where they were counted, the stances given to real quotes, by label.
    """

    sentence: str
    given: dict[str, dict[str, Given]] = field(default_factory=dict)

    def rates(self, target: str, labels: Iterable[str]) -> dict[str, str]:
        """Say for each label of a target how often such stances were right; nothing where none was counted."""
        by_label = self.given.get(target)
        return {label: _rate(label, by_label) for label in labels} if by_label else {}


def judge_trust(scores: Scores) -> Trust:
    """Return what scores of a run say about the stances on its page.

    Parameters
    ----------
    scores : mapping
        `real_quotes` as the stage `evaluate` writes them; they may be missing.
    """
    sets = scores.get("real_quotes", [])
    given = _count_given(sets)
    right = _shares_right(given, sets)
    return Trust(_sentence(right, sets), given)


def _count_given(sets: Iterable[Scores]) -> dict[str, dict[str, Given]]:
    """Count for each target the stances given to real quotes by label, over all sets; no label that was never given."""
    found: dict[str, dict[str, Given]] = {}
    for target, of in _figures(sets):
        for gold, numbers in (of.get("kept_stances") or {}).items():
            for label, number in numbers.items():
                if number:
                    before = found.setdefault(target, {}).get(label, Given(0, 0))
                    found[target][label] = Given(before.right + (number if label == gold else 0), before.of + number)
    return found


def _figures(sets: Iterable[Scores]) -> list[tuple[str, Scores]]:
    """Return each target of each set with its figures."""
    return [pair for each in sets for pair in each["targets"].items()]


def _shares_right(given: Mapping[str, Mapping[str, Given]], sets: Iterable[Scores]) -> list[str]:
    """Say for each target which share of its stances was right, and of how many where they were counted."""
    values: dict[str, list[float]] = {}
    for target, of in _figures(sets):
        share = of.get("stances_kept_right")
        values.setdefault(target, []).extend([share["value"]] if share else [])
    said = []
    for target, shares in values.items():
        if target in given:
            total = _total(given[target].values())
            said.append(f"{total.share} of the {total.of} on a {target_words(target)}")
        elif shares:
            said.append(f"{_range(shares)} % of those on a {target_words(target)}")
    return said


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
    every_right = (
        f"Of all {every.of} stances on this question that the program gave to real quotes, {every.share} were right"
    )
    if not own.of:
        return f"{every_right}; none of them was “{name}”."
    verb, owner = ("was", "its") if own.of == 1 else ("were", "their")
    return f"{every_right}; only {own.of} of them {verb} “{name}”, too few for a figure of {owner} own."


def _sentence(right: list[str], sets: Iterable[Scores]) -> str:
    if not right:
        return (
            "How often a stance shown here is right has not been measured on real news: read the article before you "
            "rely on one."
        )
    errors = _range(of["calibration_error"]["value"] for _, of in _figures(sets))
    return (
        f"Some of these stances are wrong: of those that the program gave to real quotes, {' and '.join(right)} were "
        "right, by a language model that had labelled the quotes before; the percentages of all its labels there, not "
        f"of stances alone, were off by {errors} points on average."
    )


def _range(shares: Iterable[float]) -> str:
    """Format the lowest and the highest of some shares in percent."""
    ends = sorted(shares)
    low, high = percent(ends[0]), percent(ends[-1])
    return low if low == high else f"{low} to {high}"
