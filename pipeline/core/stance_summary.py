"""The stance figures in five points, for the top of `reports/stance.md`.

The text has no markup. Every number follows from `reports/scores.json`; the tables behind them are in
`stance_headlines.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.core.number_format import DASH, percent
from pipeline.core.stance_headlines import best_baseline, count_given_stances, target_words
from pipeline.core.targets import UNKNOWN, LabelRoles

Figures = Mapping[str, Any]


def summarise_stances(scores: Figures, roles: LabelRoles) -> list[str]:
    """Return five points: real quotes, small changes, invented quotes, given stances, probabilities.

    Parameters
    ----------
    scores : mapping
        `reports/scores.json`.
    roles : LabelRoles
        The labels whose F1 is averaged.
    """
    f1 = f"the mean F1 of {roles.favor} and {roles.against}"
    return [
        _real_quotes(scores.get("real_quotes", []), f1),
        _direction(scores.get("behaviours", {})),
        _invented_quotes(scores["stance"], f1),
        _given_stances(scores["stance"]),
        _probabilities(scores["stance"], scores.get("real_quotes", [])),
    ]


def _real_quotes(sets: Sequence[Figures], f1: str) -> str:
    measured = [of for each in sets for of in each["targets"].values()]
    if not measured:
        return (
            "No figures on real quotes are stored for this model, so nothing here says how good the labels are on news."
        )
    names = ", ".join(each["name"][:1].lower() + each["name"][1:] for each in sets if each["targets"])
    right = _range(of["stances_kept_right"]["value"] for of in measured if of["stances_kept_right"])
    given = sum(map(count_given_stances, measured))
    in_all = f" ({given} in all)" if given else ""
    return (
        f"On real quotes ({names}), {f1} is {_range(of['f1_favor_against']['value'] for of in measured)} %, depending "
        f"on set and target, and {right} % of the stances that the model is sure enough to give{in_all} are right."
    )


def _direction(by_target: Figures) -> str:
    rates = {target: of["kinds"]["direction"] for target, of in by_target.items() if "direction" in of["kinds"]}
    if not rates:
        return "How the labels follow a small change of the words was not measured."
    pairs = _each({target: f"{rate['right']} of {rate['items']} pairs" for target, rate in rates.items()})
    return f"Where a small change, such as a negation, turns a stance around, the labels follow it in {pairs}."


def _invented_quotes(by_target: Figures, f1: str) -> str:
    model = _each({target: f"{_f1(scores['model'])} %" for target, scores in by_target.items()})
    best = {target: name for target, scores in by_target.items() if (name := best_baseline(scores))}
    beside = _each({target: f"{_f1(by_target[target][name])} %" for target, name in best.items()}) if best else ""
    text = f"On quotes that were invented for this project and kept out of training, {f1} is {model}"
    text += f"; that of the best simple baseline is {beside}." if best else "."
    return text + _labelled_twice(by_target)


def _labelled_twice(by_target: Figures) -> str:
    """Say how far the model is from annotators on the quotes that two of them labelled; empty where there are none."""
    both = {target: of["twice"] for target, of in by_target.items() if of.get("twice")}
    if not both:
        return ""
    quotes = max(of["quotes"] for of in both.values())
    model, annotators = (
        _each({target: f"{_f1(of[name])} %" for target, of in both.items()}) for name in ("model", "annotators")
    )
    return (
        f" On the {quotes} of them that two annotators labelled, it is {model}; one annotator, measured by the other, "
        f"has {annotators}."
    )


def _given_stances(by_target: Figures) -> str:
    right = {target: 1 - wrong["value"] for target, of in by_target.items() if (wrong := of["kept"]["error"])}
    text = f"Where the model is not sure enough, the label is `{UNKNOWN}`"
    if not right:
        return f"{text}; on these invented quotes it gave no stance."
    shares = _each({target: f"{percent(share)} %" for target, share in right.items()})
    return f"{text}; of the stances that it does give on these invented quotes, {shares} are right."


def _probabilities(by_target: Figures, sets: Sequence[Figures]) -> str:
    errors = {target: scores["model"].get("calibration_error") for target, scores in by_target.items()}
    points = _each({target: f"{percent(_value(figures))} points" for target, figures in errors.items()})
    real = [of["calibration_error"]["value"] for each in sets for of in each["targets"].values()]
    beside = f"on real quotes by {_range(real)} points, " if real else ""
    return (
        f"A stated probability differs from the share of labels that are right (expected calibration error) {beside}"
        f"on invented ones by {points}."
    )


def _value(figures: Figures | None) -> float | None:
    return figures["value"] if figures else None


def _f1(scores: Figures) -> str:
    return percent(scores.get("f1_favor_against", {}).get("value"))


def _each(values: Mapping[str, str]) -> str:
    """Join the value of each target: `1 (ceasefire) and 2 (exchange)`."""
    *others, last = (f"{value} for {target_words(target)}" for target, value in values.items())
    return f"{', '.join(others)} and {last}" if others else last


def _range(shares: Iterable[float]) -> str:
    """Format the lowest and the highest of some shares in percent; a dash without shares."""
    ends = sorted(shares)
    if not ends:
        return DASH
    low, high = percent(ends[0]), percent(ends[-1])
    return low if low == high else f"{low} to {high}"
