"""Scores, agreement and known failures for the card and the README; every figure is read from the run's metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]
SPANS = {"content_match": "content, IoU ≥ 0.5", "content_exact": "content, exact", "speaker": "content and speaker"}


def trust(metrics: Figures) -> str:
    """A Markdown table of the main scores with their intervals."""
    found = metrics["extraction"]
    lines = []
    if found["on"]["quotes"]:
        on = f"{found['on']['quotes']} gold quotes of {found['on']['articles']} articles, seen in training"
        lines += [f"| {what} | F1 {_interval(found[key], 'f1')} | {on} |" for key, what in SPANS.items()]
    for target, figures in metrics["stance"].items():
        on = f"{figures['on']['quotes']} quotes, out of fold"
        for key, name in (("f1_favor_against", "mean F1 of favor and against"), ("macro_f1", "macro-F1")):
            lines.append(f"| `{target}`, {name} | {_interval(figures['model'][key], 'value')} | {on} |")
    return "| what | score in %, 95 % interval | on |\n|---|---|---|\n" + "\n".join(lines) + "\n"


def baselines(metrics: Figures) -> str:
    """Accuracy of the models beside that of always saying the most frequent label, as a Markdown table."""
    lines = [
        f"| `{target}` | {_interval(figures['model']['accuracy'], 'value')} "
        f"| {_interval(figures['majority']['accuracy'], 'value')} |\n"
        for target, figures in metrics["stance"].items()
    ]
    head = "| target | accuracy in %, 95 % interval | always the most frequent label |\n|---|---|---|\n"
    return head + "".join(lines)


def agreement(metrics: Figures) -> str:
    """How far two annotators agree: the ceiling of the scores, as a Markdown table."""
    both = metrics["agreement"]
    lines = []
    if spans := both.get("spans"):
        on = f"{spans['on']['articles']} articles annotated twice"
        lines += [f"| {what} | F1 {_interval(spans[key], 'f1')} | {on} |" for key, what in SPANS.items()]
    for part, what in (("alpha", "quotes that both found"), ("alpha_stance_rows", "quotes labelled twice")):
        for target, figures in both.get(part, {}).items():
            on = f"{figures['quotes']} {what}"
            lines.append(f"| `{target}`, Krippendorff's alpha | {_interval(figures, 'alpha')} | {on} |")
    if not lines:
        return "Nothing was annotated twice.\n"
    return "| what | two annotators, in %, 95 % interval | on |\n|---|---|---|\n" + "\n".join(lines) + "\n"


def per_label(metrics: Figures) -> str:
    """F1 of each label, as a Markdown table; labels as columns."""
    labels = list(dict.fromkeys(name for figures in metrics["stance"].values() for name in figures["per_label"]))
    text = "| F1 in % (gold quotes) |" + "".join(f" {name} |" for name in labels) + "\n|---"
    text += "|---" * len(labels) + "|\n"
    for target, figures in metrics["stance"].items():
        cells = [figures["per_label"].get(name) for name in labels]
        text += f"| `{target}` |" + "".join(f" {_percent(c['f1'])} ({c['gold']}) |" if c else " – |" for c in cells)
        text += "\n"
    return text


def failures(metrics: Figures, labels: Mapping[str, Sequence[str]]) -> str:
    """A Markdown list of where this run goes wrong most, with figures."""
    return "".join(f"- {line}\n" for line in _failures(metrics, labels))


def _failures(metrics: Figures, labels: Mapping[str, Sequence[str]]) -> Iterator[str]:
    kinds = {k: v for k, v in metrics["extraction"].get("recall_by_type", {}).items() if v["quotes"]}
    if kinds:
        worst = min(kinds, key=lambda kind: (kinds[kind]["content_match"], kind))
        recall = ", ".join(f"{_percent(v['content_match'])} % of {v['quotes']} {kind}" for kind, v in kinds.items())
        yield f"Missed quotes, the {worst} ones most: found with an IoU of at least 0.5 are {recall} gold quotes."
    counts = metrics["counts"]
    yield (
        f"Speakers that stay open: {counts['quotes_with_speaker']} of {sum(counts['quotes'].values())} quotes have one."
    )
    for target, figures in metrics["stance"].items():
        rated = {name: f for name, f in figures["per_label"].items() if f["gold"]}
        if rated:
            worst = min(rated, key=lambda name: (rated[name]["f1"], name))
            found = rated[worst]
            line = f"`{target}`: `{worst}` is told worst, {found['right']} of its {found['gold']} gold quotes are right"
            yield line + _taken_for(worst, figures, labels.get(target, ())) + "."
        kept = figures.get("kept")
        if kept and kept["error"]:
            coverage, error = _interval(kept["coverage"], "value"), _interval(kept["error"], "value")
            yield f"`{target}`: the model does not abstain on {coverage} % of the quotes; of these {error} % are wrong."


def _taken_for(label: str, figures: Figures, labels: Sequence[str]) -> str:
    matrix = figures.get("confusion")
    if not matrix or label not in labels:
        return ""
    row = {name: n for name, n in zip(labels, matrix[labels.index(label)], strict=False) if name != label and n}
    if not row:
        return ""
    other = max(row, key=lambda name: (row[name], name))
    return f", {row[other]} are called `{other}`"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _interval(figures: Mapping[str, float], name: str) -> str:
    value, low, high = (_percent(figures[k]) for k in (name, "low", "high"))
    return f"{value} ({low} to {high})"
