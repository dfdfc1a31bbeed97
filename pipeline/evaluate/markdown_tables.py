"""Reports as Markdown: tables of figures, each with what it was measured on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SPAN_NAMES = {
    "content_exact": "content exact",
    "segment_exact": "content part exact",
    "content_match": "content IoU ≥ 0.5",
    "content_overlap": "content overlap (letters)",
    "attribution": "content and source head",
    "cue": "cue",
    "speaker": "content and resolved speaker",
}
MEASURE_NAMES = {
    "f1_favor_against": "mean F1 of favor and against",
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "related_f1": "related or not, F1",
    "label_drift": "distance of the label shares from gold",
    "calibration_error": "expected calibration error",
}
INVENTED = "The sample's articles, people and states are invented; so are the quotes shown here.\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; pipes and line breaks in cells are escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return str(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def percent(value: float | None) -> str:
    """A share as a percentage with one decimal."""
    return "–" if value is None else f"{100 * value:.1f}"


def bounds(figures: Mapping[str, float]) -> str:
    """A 95 % interval in percent."""
    return f"{percent(figures['low'])} to {percent(figures['high'])}"


def with_bounds(figures: Mapping[str, float] | None) -> str:
    """A share and its interval, in percent; a dash for None."""
    return "–" if figures is None else f"{percent(figures['value'])} ({bounds(figures)})"


def agreement(found: Mapping[str, Any]) -> str:
    """`reports/agreement.md`."""
    text = "# Agreement of the annotators\n\nAll annotators are language models that follow "
    text += "`data/annotations/GUIDELINES.md`; people may agree less.\n\n## Spans\n\n"
    spans = found["spans"]
    if spans:
        on = spans["on"]
        text += f"{on['articles']} articles, annotated independently: {on['first']} and {on['second']} quotes.\n\n"
        rows = [[name, percent(spans[k]["f1"]), bounds(spans[k])] for k, name in SPAN_NAMES.items() if k in spans]
        text += table(["spans", "F1, %", "95 % interval"], rows)
    else:
        text += "No article of this run was annotated twice.\n"
    text += "\n## Stance\n\nQuotes of these articles that both marked (content IoU ≥ 0.5), and quotes of "
    text += "`stance.jsonl` that a second annotator labelled without seeing the first's labels:\n\n"
    named = {"sample": found["alpha"], "stance.jsonl": found["alpha_stance_rows"]}
    rows = [
        [name, t, a["quotes"], f"{a['alpha']:.3f}", f"{a['low']:.3f} to {a['high']:.3f}", percent(a["agree"])]
        for name, alphas in named.items()
        for t, a in alphas.items()
    ]
    return text + table(["on", "target", "quotes", "Krippendorff's alpha", "95 % interval", "same label, %"], rows)
