"""`reports/stance.md`, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.evaluate.markdown_tables import INVENTED, MEASURE_NAMES, bounds, percent, table, with_bounds
from pipeline.evaluate.stance import stance_detail_text

KIND_NAMES = {
    "must_pass": "must pass",
    "hard_negative": "hard negative",
    "invariance": "invariance",
    "direction": "direction",
    "pairs": "invariance and direction",
}
SHIFT_NAMES = {
    "likeness": "likeness to the nearest training quote, mean",
    "unseen": "words that stand in no training quote",
    "labels": "distance of the label shares from those of the training quotes",
    "confidence": "probability of the label given, mean",
}
SHIFT_WARNINGS = {
    "likeness": "these quotes are less like the training quotes than one author's are like the others'",
    "unseen": "more of their words are new to the model",
    "labels": "they are given other labels than the training quotes have",
    "confidence": "the model is less sure of them",
}
HOLDS = {"yes": "yes", "no": "**no**", "open": "not shown either way"}
INTRODUCTION = f"""# Stance

Labels of the first sections are the model's on quotes of groups that it did not see in training. Intervals: bootstrap
over groups, 1,000 draws, unless another is named.

{INVENTED}"""
_SHORT = 90


def labelled(rows: Mapping[str, Any], alphas: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """What the models are trained on: rows, authors, labels, agreement, near-duplicates."""
    text = "## The labelled quotes\n\n`data/annotations/stance.jsonl`: "
    text += f"{rows['rows']} quotes of {rows['groups']} groups by {rows['authors']} authors (`annotator`).\n\n"
    labels = list(next(iter(rows["labels"].values())))
    body = []
    for target, counts in rows["labels"].items():
        alpha = alphas.get(target)
        twice = f"{alpha['alpha']:.3f} on {alpha['quotes']}" if alpha else "–"
        body.append([target, *(counts[label] for label in labels), twice])
    text += table(["target", *labels, "Krippendorff's alpha, quotes labelled twice"], body)
    near = rows["near_duplicates"]
    text += f"\nNear-duplicates: {near['rows']} quotes ({percent(near['share'])} %) have a quote of another group "
    text += f"whose set of word triples is like theirs (Jaccard similarity of {near['similar']} or more).\n"
    if near["pairs"]:
        pairs = [[similarity, _short(texts[a]), _short(texts[b])] for a, b, similarity in near["pairs"]]
        text += "The closest pairs:\n\n" + table(["similarity", "quote", "quote"], pairs)
    return text


def target(name: str, figures: Mapping[str, Any], labels: Sequence[str], worked: Sequence[Mapping[str, Any]]) -> str:
    """A target's scores out of fold, with worked errors."""
    on = figures["on"]
    text = f"## {name}\n\nOut of fold, on {on['quotes']} gold quotes of {on['groups']} groups (articles or scenarios); "
    text += "no fold shares a group with another.\n\n" + _scores(figures)
    kept = figures["kept"]
    text += f"\nKept at the threshold of `configs/stance.yaml`: {percent(kept['coverage']['value'])} % of the quotes, "
    text += f"{percent(kept['error']['value'] if kept['error'] else None)} % of these wrong.\n\n"
    text += _labels(figures, labels) + stance_detail_text.ceiling(figures["twice"])
    text += stance_detail_text.learning(figures["learning"]) + stance_detail_text.slices(figures["slices"])
    text += "\n### Worked errors\n\nThe most confident first. Beside the label given: the words "
    text += "without which it would be less probable, most first, those without which it would be more probable, and "
    text += "the labelled quotes of other groups that the model finds nearest.\n\n"
    head = ["gold", "given", "p", "quote", "words for it", "words against it", "nearest labelled quotes"]
    return text + table(head, [_worked(row) for row in worked])


def _worked(row: Mapping[str, Any]) -> list[str]:
    nearest = "; ".join(f"{label}: {_short(text)}" for label, text in row["nearest"])
    words = [", ".join(row[name]) or "–" for name in ("words_for", "words_against")]
    return [row["gold"], row["label"], f"{row['p']:.2f}", row["text"], *words, nearest or "–"]


def holds(sets: Mapping[str, Mapping[str, Any]]) -> str:
    """Does the stated error hold, set by set."""
    stated = next(iter(next(iter(sets.values())).values()))["kept"]["stated"]
    text = "## Does the stated error hold?\n\n"
    text += f"`abstain_error` of `configs/stance.yaml` says that at most {percent(stated)} % of what is not abstained "
    text += "is wrong; out of fold, each fold is judged by a threshold of the others. *Reachable* is the coverage of a "
    text += "threshold chosen on these very quotes.\n\n"
    rows = [
        [
            name,
            target,
            with_bounds(figures["kept"]["coverage"]),
            with_bounds(figures["kept"]["error"]),
            HOLDS[figures["kept"]["holds"]],
            with_bounds(figures["kept"]["reachable"]),
        ]
        for name, by_target in sets.items()
        for target, figures in by_target.items()
    ]
    head = ["set", "target", "kept, %", "of these wrong, %", "holds", "reachable, %"]
    return (
        text
        + table(head, rows)
        + "\n![Risk and coverage](figures/risk_coverage.svg)\n\nThe grey line is the stated error.\n"
    )


def behaviours(summary: Mapping[str, Any], worst: Sequence[Sequence[str]]) -> str:
    """Failure rates of the behaviour suite."""
    text = "## Behaviour suite\n\n"
    if not summary:
        return text + "There is no `data/annotations/behaviours.jsonl`.\n"
    text += "`data/annotations/behaviours.jsonl`, in the manner of CheckList (Ribeiro et al. 2020), by an author who "
    text += "did not see the training quotes. Intervals: Wilson.\n\n"
    rows = [
        [name, KIND_NAMES[kind], rate["items"], rate["failures"], with_bounds(rate["rate"])]
        for name, by in summary.items()
        for kind, rate in by["kinds"].items()
    ]
    text += table(["target", "kind", "items", "failed", "failed, %"], rows) + "\n"
    rows = [
        [KIND_NAMES[one["kind"]], one["capability"], name, one["items"], one["failures"], percent(one["rate"]["value"])]
        for name, by in summary.items()
        for one in by["capabilities"]
    ]
    rows.sort(key=lambda row: tuple(row[:3]))
    text += table(["kind", "capability", "target", "items", "failed", "failed, %"], rows)
    if worst:
        text += "\nFailures, the most confident first; each text after the label that it was given:\n\n"
        text += table(["item", "kind", "capability", "target", "given", "expected"], worst)
    return text


def shift(sets: Mapping[str, Mapping[str, Any]]) -> str:
    """How far other quotes are from the training quotes, with a warning in words."""
    text = "## Will these scores carry over?\n\n"
    text += "Quotes from elsewhere beside the training quotes. The usual range is that of the training quotes "
    text += "themselves: each author's (each group's, where there are few authors) against all others', 5th to 95th "
    text += "percentile. A measure beyond it warns; `run` is this run's quotes of articles without gold.\n\n"
    for name, by_target in sets.items():
        for target, found in by_target.items():
            text += _shifted(name, target, found) + "\n"
    return text


def _shifted(name: str, target: str, found: Mapping[str, Any] | None) -> str:
    text = f"### {name}, {target}\n\n"
    if found is None:
        return text + "Too few quotes to compare: fewer than 50, or none of articles without gold.\n"
    beyond = [key for key, one in found["measures"].items() if one["beyond"]]
    if beyond:
        reasons = "; ".join(SHIFT_WARNINGS[key] for key in beyond)
        text += f"**Warning: the scores above will not carry over to these {found['quotes']} quotes**: {reasons}. "
        text += "Label some of them, and name the file under `external` in `configs/evaluate.yaml`.\n"
    else:
        text += f"Nothing here says that the scores above do not carry over to these {found['quotes']} quotes; it is "
        text += "no proof that they do.\n"
    rows = [
        [name, f"{one['value']:.3f}", f"{one['low']:.3f} to {one['high']:.3f}", "yes" if one["beyond"] else ""]
        for name, one in ((SHIFT_NAMES[key], one) for key, one in found["measures"].items())
    ]
    text += "\n" + table(["measure", "here", "usual range", "beyond it"], rows)
    share = f"{found['parts_warned']} of the {found['parts']} parts of the training quotes"
    return text + f"\nBy the same rule {share} would be warned of.\n"


def external(name: str, by_target: Mapping[str, Any], labels: Sequence[str]) -> str:
    """Scores on a set of the user's own gold."""
    text = f"## External gold: {name}\n"
    for target, figures in by_target.items():
        on = figures["on"]
        text += f"\n### {name}: {target}\n\n{on['quotes']} quotes of {on['groups']} groups.\n\n"
        text += _scores(figures) + "\n"
        if "annotators" in figures:
            alpha = figures["annotators"]["alpha"]
            text += f"The two annotators: alpha {alpha['alpha']:.3f} ({alpha['low']:.3f} to {alpha['high']:.3f}), the "
            text += f"same label for {percent(alpha['agree'])} % of {alpha['quotes']} quotes.\n\n"
        text += _labels(figures, labels)
    return text


def _scores(figures: Mapping[str, Any]) -> str:
    """Each measure of the model, with the baselines and annotators beside it."""
    beside = {name: figures[key] for key, name in stance_detail_text.BASELINE_NAMES.items() if key in figures}
    for name in ("first", "second") if "annotators" in figures else ():
        beside[f"{name} annotator"] = figures["annotators"][name]
    rows = [
        [
            name,
            percent(figures["model"][key]["value"]),
            bounds(figures["model"][key]),
            *(with_bounds(measures.get(key)) for measures in beside.values()),
        ]
        for key, name in MEASURE_NAMES.items()
    ]
    kept = figures["kept"]
    name = f"coverage at {percent(kept['stated'])} % error"
    rows.append([name, percent(kept["reachable"]["value"]), bounds(kept["reachable"]), *("–" for _ in beside)])
    return table(["%", "model", "95 % interval", *beside], rows)


def _labels(figures: Mapping[str, Any], labels: Sequence[str]) -> str:
    rows = [[k, v["gold"], v["given"], v["right"], percent(v["f1"])] for k, v in figures["per_label"].items()]
    text = table(["label", "gold", "given", "right", "F1, %"], rows)
    rows = [[labels[i], *row] for i, row in enumerate(figures["confusion"])]
    text += (
        "\nRows are gold labels, columns what the model gave (`figures/confusion.svg`, and `figures/calibration.svg` "
    )
    return text + "for the reliability diagram):\n\n" + table(["", *labels], rows)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
