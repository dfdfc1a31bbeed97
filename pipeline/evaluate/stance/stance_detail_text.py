"""Sections of `reports/stance.md` for the ceiling, slices and the learning curve of a target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.evaluate.markdown_tables import MEASURE_NAMES, percent, table, with_bounds
from pipeline.evaluate.stance.learning_scores import LEARNING_MEASURES
from pipeline.evaluate.stance.stance_scores import BASELINES

# Of fewer no F1 is shown: one quote more or less would change it by half.
FEWEST_DIRECTED = 10
KEY = "f1_favor_against"
BASELINE_NAMES = {"majority": "majority label", "keywords": "keyword rules", "ngrams": "word n-grams, linear SVM"}
SLICE_NAMES = {
    "type": "Type (all, some or none of it in quotation marks)",
    "length": "Length",
    "annotator": "Annotator",
    "speaker": "Kind of the speaker (known where the run has met the name)",
    "topic": "Topic (the largest)",
    "author": "Author of the text and its labels",
}


def short(found: Mapping[str, Mapping[str, Any]]) -> str:
    """All targets in one table: the model, its best rival, and the annotators."""
    rows = []
    for target, figures in found.items():
        rivals = {name: figures[name][KEY] for name in BASELINES if name in figures}
        best = max(rivals, key=lambda name: rivals[name]["value"])
        twice = figures["twice"]
        ends = [with_bounds(twice[name][KEY]) if twice else "–" for name in ("model", "annotators")]
        rival = f"{with_bounds(rivals[best])}, {BASELINE_NAMES[best]}"
        rows.append([target, figures["on"]["quotes"], with_bounds(figures["model"][KEY]), rival, *ends])
    head = ["target", "gold quotes", "model", "best baseline", "model, quotes labelled twice", "two annotators there"]
    return f"## In short\n\nThe {MEASURE_NAMES[KEY]}, in percent, out of fold:\n\n{table(head, rows)}"


def ceiling(found: Mapping[str, Any] | None) -> str:
    """The model beside two annotators, on the quotes that both labelled."""
    text = "\n### The ceiling: two annotators\n\n"
    if found is None:
        return text + "No quote was labelled twice for this target.\n"
    text += f"On the {found['quotes']} quotes that two annotators labelled: the model by the gold label, out of fold; "
    text += "one annotator by the other's labels.\n\n"
    rows = [
        [MEASURE_NAMES[key], with_bounds(found["model"][key]), with_bounds(figures)]
        for key, figures in found["annotators"].items()
    ]
    return text + table(["%", "model", "two annotators"], rows)


def learning(curve: Mapping[str, Mapping[str, Any]]) -> str:
    """Scores by share of the training groups."""
    text = (
        "\n### Would more labels help?\n\nOut of fold on all quotes, with models that were trained on a share of the "
    )
    text += "groups of the other folds:\n\n"
    rows = [
        [f"{share} %", figures["trained_on"], *(with_bounds(figures[name]) for name in LEARNING_MEASURES)]
        for share, figures in curve.items()
    ]
    head = [
        "share of the groups",
        "training quotes, mean",
        *(f"{MEASURE_NAMES[name]}, %" for name in LEARNING_MEASURES),
    ]
    return text + table(head, rows) + "\n![Learning curve](figures/learning.svg)\n"


def slices(found: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """A table per slice."""
    text = "\n### By slice\n\nOut of fold. *Directed* are the quotes whose gold label is favor or against: of "
    text += f"fewer than {FEWEST_DIRECTED} no F1 is shown. *Kept* are those that the model does not abstain from.\n"
    head = ["quotes", "directed", "mean F1 of favor and against, %", "accuracy, %", "kept, %", "of these wrong, %"]
    for name, values in found.items():
        rows = [
            [
                value,
                v["quotes"],
                v["directed"],
                with_bounds(v["f1_favor_against"]) if v["directed"] >= FEWEST_DIRECTED else "–",
                with_bounds(v["accuracy"]),
                percent(v["kept"]),
                with_bounds(v["wrong"]),
            ]
            for value, v in values.items()
        ]
        text += f"\n{table([SLICE_NAMES[name], *head], rows)}"
    return text
