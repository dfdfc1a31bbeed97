"""Count how far to trust the stances of the page, and say it in the words of `page/trust.txt.j2`; table of scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.core.number_format import interval, percent
from pipeline.core.stance_headlines import target_words

Scores = Mapping[str, Any]
# Of fewer stances with a label than this the share that is right says little.
ENOUGH_STANCES = 20
EXTRACTION_SCORES = {
    "content_match": "quotes found, overlapping by half or more (IoU ≥ 0.5): F1",
    "content_exact": "quotes found exactly: F1",
    "speaker": "quotes found, with the right speaker: F1",
}


@dataclass
class Given:
    """Stances that the program gave to real quotes: how many of them are right, and how many there are."""

    right: int = 0
    of: int = 0

    @property
    def share(self) -> str:
        """The share that is right, in percent."""
        return f"{round(100 * self.right / self.of)} %"


@dataclass(frozen=True)
class Trust:
    """What the page says about errors."""

    # How many of the stances shown are right, and what the percentages are worth, as far as it was measured.
    sentence: str
    # For each target where they were counted, the stances given to real quotes, by label.
    given: dict[str, dict[str, Given]] = field(default_factory=dict)

    def rates(self, target: str, labels: Iterable[str]) -> dict[str, str]:
        """Say for each label of a target how often such stances were right; nothing where none was counted."""
        by_label = self.given.get(target)
        if not by_label:
            return {}
        every = _total(by_label.values())
        return {
            label: _say("rate", label.replace("_", " "), by_label.get(label, Given()), every, ENOUGH_STANCES)
            for label in labels
        }


def judge_trust(scores: Scores) -> Trust:
    """Return what scores of a run, whose `real_quotes` may be missing, say about the stances on its page."""
    figures = [pair for each in scores.get("real_quotes", []) for pair in each["targets"].items()]
    given = _count_given(figures)
    right = list(_shares_right(given, figures))
    errors = _range(of["calibration_error"]["value"] for _, of in figures) if right else ""
    return Trust(_say("sentence", right, errors), given)


def build_score_rows(metrics: Scores) -> Iterator[dict[str, str]]:
    """Yield the rows of the table of extraction from `reports/scores.json`, all scores in percent.

    A row has `what`, `value`, `interval` (95 %), `agreement` (of two annotators, a dash where it was not measured) and
    `on`. Without gold there are no rows.
    """
    extraction, agreement = metrics["extraction"], metrics.get("agreement", {})
    if not extraction["on"]["quotes"]:
        return
    on = f"{extraction['on']['quotes']} gold quotes of {extraction['on']['articles']} articles, seen in training"
    for key, what in EXTRACTION_SCORES.items():
        scores, annotators = extraction[key], agreement.get("spans", {}).get(key, {}).get("f1")
        row = {"what": what, "value": percent(scores["f1"]), "interval": interval(scores), "on": on}
        yield {**row, "agreement": percent(annotators)}


def _count_given(figures: Iterable[tuple[str, Scores]]) -> dict[str, dict[str, Given]]:
    """Count for each target the stances given to real quotes by label, over all sets; no label that was never given."""
    found: dict[str, dict[str, Given]] = {}
    for target, of in figures:
        for gold, numbers in (of.get("kept_stances") or {}).items():
            for label, number in numbers.items():
                if number:
                    total = found.setdefault(target, {}).setdefault(label, Given())
                    total.right += number if label == gold else 0
                    total.of += number
    return found


def _shares_right(given: Mapping[str, Mapping[str, Given]], figures: Iterable[tuple[str, Scores]]) -> Iterator[str]:
    """Say for each target which share of its stances was right, and of how many where they were counted."""
    values: dict[str, list[float]] = {}
    for target, of in figures:
        share = of.get("stances_kept_right")
        values.setdefault(target, []).extend([share["value"]] if share else [])
    for target, shares in values.items():
        if target in given:
            yield _say("counted_share", target_words(target), _total(given[target].values()))
        elif shares:
            yield _say("measured_share", target_words(target), _range(shares))


def _total(given: Iterable[Given]) -> Given:
    counted = list(given)
    return Given(sum(each.right for each in counted), sum(each.of for each in counted))


def _range(shares: Iterable[float]) -> str:
    """Format the lowest and the highest of some shares in percent."""
    ends = sorted(shares)
    low, high = percent(ends[0]), percent(ends[-1])
    return low if low == high else f"{low} to {high}"


@cache
def _words() -> Any:
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "page"), undefined=StrictUndefined)
    return environment.get_template("trust.txt.j2").module


def _say(macro: str, *values: Any) -> str:
    """Return what a macro of the template says; the page escapes it."""
    return str(getattr(_words(), macro)(*values))
