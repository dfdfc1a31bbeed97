"""Count how far to trust the stances of the page, and say it in the words of `page/trust.txt.j2`; table of scores."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

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


class Trust(NamedTuple):
    """What the page says about errors."""

    sentence: str  # how many of the stances shown are right, and how many are found, as far as it was measured
    rates: dict[str, dict[str, str]]  # how often stances were right, by target where they were counted, and by label


def judge_trust(scores: Scores, labels: Sequence[str] = ()) -> Trust:
    """Return what scores of a run, whose `real_quotes` may be missing, say about the stances on its page."""
    words = Environment(loader=FileSystemLoader(Path(__file__).parent / "page"), undefined=StrictUndefined)
    say: Any = words.get_template("trust.txt.j2").module
    figures = [pair for each in scores.get("real_quotes", []) for pair in each["targets"].items()]
    counts: dict[str, Counter[tuple[str, str]]] = {target: Counter() for target, _ in figures}
    for target, of in figures:
        for gold, numbers in (of.get("kept_stances") or {}).items():
            counts[target].update({(gold, label): number for label, number in numbers.items()})
    right: list[str] = []
    found: list[str] = []
    rates: dict[str, dict[str, str]] = {}
    for target, counted in counts.items():
        shares, recalls = (
            [share["value"] for each, of in figures if each == target and (share := of.get(key))]
            for key in ("stances_kept_right", "stances_found")
        )
        if recalls:
            found.append(say.measured_share(target_words(target), _range(recalls)))
        if counted.total():
            every = _given(counted)
            right.append(say.counted_share(target_words(target), every))
            rates[target] = {
                label: say.rate(label.replace("_", " "), _given(counted, label), every, ENOUGH_STANCES)
                for label in labels
            }
        elif shares:
            right.append(say.measured_share(target_words(target), _range(shares)))
    errors = _range(of["calibration_error"]["value"] for _, of in figures) if right else ""
    return Trust(say.sentence(right, found, errors), rates)


def _given(counts: Counter[tuple[str, str]], label: str | None = None) -> dict[str, Any]:
    """Return how many stances were given, or how many with one label, and which share of them is right."""
    pairs = [pair for pair in counts.elements() if label in (None, pair[1])]
    right = sum(gold == given for gold, given in pairs)
    return {"of": len(pairs), "share": f"{round(100 * right / len(pairs))} %" if pairs else ""}


def _range(shares: Iterable[float]) -> str:
    """Format the lowest and the highest of some shares in percent."""
    ends = sorted(shares)
    low, high = percent(ends[0]), percent(ends[-1])
    return low if low == high else f"between {low} and {high}"


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
