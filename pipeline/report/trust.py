"""Say in a sentence how far to trust the stances of the page, and whether the scores hold for its articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# What a measure of `shift` says of these quotes when it is beyond the usual range.
WARNINGS = {
    "likeness": "their quotes are less like those that the model learned from",
    "unseen": "more of their words are new to the model",
    "labels": "their stances are spread differently",
    "confidence": "the model is less sure of them",
}
Scores = Mapping[str, Any]


@dataclass(frozen=True)
class Trust:
    """What the first screen says about errors.

    Attributes
    ----------
    sentence : str
        How many of the stances shown are right, as far as it was measured.
    warnings : list of str
        For each target whose scores will not carry over to these articles, why not.
    unchecked : str
        Why it is open whether the scores carry over; empty where it was compared.
    """

    sentence: str
    warnings: list[str] = field(default_factory=list)
    unchecked: str = ""


def judge_trust(scores: Scores) -> Trust:
    """Return what scores of a run say about the stances on its page.

    Parameters
    ----------
    scores : mapping
        `real_quotes` and `shift` as the stage `evaluate` writes them; either may be missing.
    """
    compared = scores.get("shift", {}).get("run", {})
    warnings = [_warning(target, found) for target, found in compared.items() if found and _beyond(found)]
    unchecked = "" if any(compared.values()) else _UNCHECKED
    return Trust(_sentence(scores.get("real_quotes", [])), warnings, unchecked)


_UNCHECKED = (
    "Whether that holds for the articles here was not compared: too few of their quotes are from articles without "
    "annotations."
)


def _sentence(sets: list[Scores]) -> str:
    shares: dict[str, list[float]] = {}
    for each in sets:
        for target, of in each["targets"].items():
            if of["stances_kept_right"]:
                shares.setdefault(target, []).append(of["stances_kept_right"]["value"])
    if not shares:
        return (
            "How often a stance shown here is right has not been measured on real news: read the article before you "
            "rely on one."
        )
    parts = " and ".join(f"{_range(values)} of those on {_words(target)}" for target, values in shares.items())
    return (
        "Some of these stances are wrong: on real quotes whose stance was labelled beforehand, "
        f"{parts} were right where the program named one."
    )


def _range(values: list[float]) -> str:
    low, high = round(100 * min(values)), round(100 * max(values))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _warning(target: str, found: Scores) -> str:
    return f"{_words(target).capitalize()}: {'; '.join(_beyond(found))}."


def _beyond(found: Scores) -> list[str]:
    return list(_reasons(found["measures"]))


def _reasons(measures: Scores) -> Iterator[str]:
    for name, figures in measures.items():
        if figures["beyond"]:
            yield WARNINGS[name]


def _words(target: str) -> str:
    return target.replace("_", " ")
