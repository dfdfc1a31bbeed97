"""The stance figures that docs/trust.md, page and report show first, in tables and in sentences.

Every sentence follows from the figures in `scores.json`: which baseline is better, where the model is too sure. The
text has no markup, so that Markdown and HTML can both show it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.config import read_yaml
from pipeline.core.number_format import DASH, percent, with_interval
from pipeline.core.targets import LabelRoles

TEXTS = Path(__file__).with_suffix(".yaml")
Figures = Mapping[str, Any]
# Names of the baselines that `scores.json` may have for a set of predictions.
BASELINE_NAMES = {"majority": "majority label", "keywords": "keyword rules", "ngrams": "word n-grams, linear SVM"}
# A tenth of the labels is well calibrated up to this difference between mean probability and share right.
TOLERATED_GAP = 0.05


@dataclass(frozen=True)
class HeadlineSection:
    """Figures of one kind of evidence: what was measured, a table, and what follows from it."""

    title: str
    about: list[str]
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def stance_headlines(metrics: Figures, roles: LabelRoles) -> list[HeadlineSection]:
    """Return the sections of `reports/scores.json`, those first that say most about news; `roles` name the sides."""
    f1 = f"mean F1 of {roles.favor} and {roles.against}"
    return [
        _real_quotes(metrics.get("real_quotes", []), f1),
        _behaviours(metrics.get("behaviours", {})),
        _out_of_fold(metrics["stance"], f1),
    ]


def best_baseline(scores: Figures, measure: str = "f1_favor_against") -> str | None:
    """Return the key of the baseline with the highest value of a measure, None where there is no baseline."""
    known = [name for name in BASELINE_NAMES if measure in scores.get(name, {})]
    return max(known, key=lambda name: scores[name][measure]["value"], default=None)


def compare_with_baseline(what: str, model: Figures, baseline: Figures, difference: Figures, name: str) -> str | None:
    """Say in a sentence that the model is worse than a baseline, or not shown to be better; None where it is better.

    `what` both were measured on, `name` is that of the baseline, `difference` says how far the model's figure is above.
    """
    if difference["low"] > 0:
        return None
    text = f"the model is not shown to be better than a simple baseline ({name})"
    if difference["high"] < 0:
        text = f"a simple baseline ({name}) is better than the model"
    values = f"{percent(model['value'])} against {percent(baseline['value'])}"
    return f"{what}: {text}, {values}, a difference of {with_interval(difference)}."


def describe_calibration(what: str, bins: Sequence[Sequence[float]], error: Figures) -> str:
    """Say in a sentence or two how far probabilities are off, and where the model is most too sure or too unsure.

    Each of the `bins` has mean probability, share right and share of all labels of equal parts of the labels, the least
    sure first; `error` is the expected calibration error with its interval.
    """
    text = f"{what}: the expected calibration error is {with_interval(error)} %."
    for words, sign in (("too sure", 1), ("not sure enough", -1)):
        stated, right, share = max(bins, key=lambda part: sign * (part[0] - part[1]))
        if sign * (stated - right) > TOLERATED_GAP:
            text += f" The model is {words}, most of the {percent(share)} % of its labels to which it gives"
            text += f" {percent(stated)} % on average: {percent(right)} % of them are right."
    if all(abs(stated - right) <= TOLERATED_GAP for stated, right, _ in bins):
        text += " The share right is close to the probability given, in each tenth of the labels."
    return text


def calibration_sentences(by_target: Figures) -> Iterator[str]:
    """Yield `describe_calibration` for each target whose scores have a reliability curve."""
    for target, scores in by_target.items():
        if bins := scores.get("reliability"):
            yield describe_calibration(target_words(target).capitalize(), bins, scores["model"]["calibration_error"])


def _real_quotes(sets: Sequence[Figures], f1: str) -> HeadlineSection:
    title, texts = "On real quotes (their texts are not part of Parley)", read_yaml(TEXTS)
    if not any(each["targets"] for each in sets):
        return HeadlineSection(title, [texts["missing"]])
    rows: list[list[str]] = []
    notes: list[str | None] = []
    for each in sets:
        for target, of in each["targets"].items():
            model, baseline = of["f1_favor_against"], of["baseline_f1_favor_against"]
            cells = [each["name"], target_words(target), str(of["quotes"]), with_interval(model)]
            cells += [f"{with_interval(baseline)}, {of['baseline_name']}", with_interval(of["calibration_error"])]
            of_given = f" of {given}" if (given := count_given_stances(of)) else ""
            cells += [percent(of["kept"]), with_interval(of["kept_right"])]
            found = with_interval(of.get("stances_found"))
            rows.append([*cells, with_interval(of["stances_kept_right"]) + of_given, found])
            what = f"{each['name']}, {target_words(target)}"
            notes.append(compare_with_baseline(what, model, baseline, of["difference"], of["baseline_name"]))
    header = ["set", "target", "quotes", f"{f1}, %", "best baseline", "expected calibration error, %"]
    header += ["label given, %", "given labels right, %", "given stances right, % (of how many)", "stances found, %"]
    about = [f"{each['name']}: {each['description']} Licence of the texts: {each['licence']}." for each in sets]
    about.append(texts["measured"])
    return HeadlineSection(title, about, header, rows, [*filter(None, notes), texts["given"], texts["methods"]])


def count_given_stances(figures: Figures) -> int:
    """Return how many stances the model gives on a set of real quotes; 0 where that was not counted."""
    return sum(sum(counts.values()) for counts in (figures.get("kept_stances") or {}).values())


def _behaviours(by_target: Figures) -> HeadlineSection:
    title, texts = "Direction and invariance: pairs of quotes", read_yaml(TEXTS)
    if not any(kind in of["kinds"] for of in by_target.values() for kind in ("direction", "invariance")):
        return HeadlineSection(title, [texts["no_pairs"]])
    about = texts["pairs"]
    if any(of.get("known") for of in by_target.values()):
        about = about.replace("The pairs are invented.", texts["reserved"])
    rows = []
    for target, of in by_target.items():
        cells = [target_words(target)]
        for kind in ("direction", "invariance"):
            rate = of["kinds"].get(kind)
            cells += [with_interval(rate["share"]), f"{rate['right']} of {rate['items']}"] if rate else [DASH, DASH]
        rows.append(cells)
    header = ["target", "direction pairs right, %", "pairs", "invariance pairs kept, %", "pairs"]
    return HeadlineSection(title, [about], header, rows)


def _out_of_fold(by_target: Figures, f1: str) -> HeadlineSection:
    measures = {"f1_favor_against": f1, "macro_f1": "macro-F1", "accuracy": "share of predicted labels right"}
    rows: list[list[str]] = []
    notes: list[str] = []
    for target, scores in by_target.items():
        for measure, name in measures.items():
            if measure in scores["model"]:
                best = best_baseline(scores, measure)
                beside = f"{with_interval(scores[best][measure])}, {BASELINE_NAMES[best]}" if best else DASH
                model = with_interval(scores["model"][measure])
                rows.append([target_words(target), name, str(scores["on"]["quotes"]), model, beside])
        kept = scores.get("kept", {})
        if (wrong := kept.get("error")) and "given" in kept:
            right = {"value": 1 - wrong["value"], "low": 1 - wrong["high"], "high": 1 - wrong["low"]}
            given = f"{kept['given']} given"
            rows.append([target_words(target), "given stances right", given, with_interval(right), DASH])
        notes += _conclusions_out_of_fold(target, scores, f1)
    title, about = "Out of fold, on our own invented quotes", [read_yaml(TEXTS)["out_of_fold"]]
    return HeadlineSection(title, about, ["target", "measure", "quotes", "model, %", "best baseline, %"], rows, notes)


def _conclusions_out_of_fold(target: str, scores: Figures, f1: str) -> Iterator[str]:
    """Yield what follows from the scores of a target: beside the best baseline, beside annotators, calibration."""
    what, measure = f"{target_words(target).capitalize()}, {f1}", "f1_favor_against"
    best = best_baseline(scores)
    if best and measure in scores["model"]:
        model, baseline, more = (of[measure] for of in (scores["model"], scores[best], scores["difference"][best]))
        if note := compare_with_baseline(what, model, baseline, more, BASELINE_NAMES[best]):
            yield note
    if twice := scores.get("twice"):
        model, annotators = (with_interval(twice[name].get(measure)) for name in ("model", "annotators"))
        on = f"on the {twice['quotes']} quotes that two annotators labelled"
        yield f"{what}, {on}: the model {model}, one annotator by the labels of the other {annotators}."
    yield from calibration_sentences({target: scores})


def target_words(target: str) -> str:
    """Return the key of a target in words: `territorial_concession` is `territorial concession`."""
    return target.replace("_", " ")
