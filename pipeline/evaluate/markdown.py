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
INVENTED = "The sample's articles, people and states are invented; so are the quotes shown here.\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; pipes and line breaks in cells are escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return str(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def percent(value: float | None) -> str:
    """A share as a percentage with one decimal."""
    return "–" if value is None else f"{100 * value:.1f}"


def bounds(figures: Mapping[str, float]) -> str:
    """A 95 % interval in percent."""
    return f"{percent(figures['low'])} to {percent(figures['high'])}"


def extraction(found: Mapping[str, Any], ceiling: Mapping[str, Any] | None, examples: Sequence[Sequence[Any]]) -> str:
    """`reports/extraction.md`."""
    on = found["on"]
    text = "# Extraction and speakers\n\n"
    if not on["quotes"]:
        return text + "No annotated article is among the articles of this run, so nothing was measured here.\n"
    text += f"Measured on {on['articles']} annotated articles of this run with {on['quotes']} gold quotes. {INVENTED}\n"
    text += (
        "The extractor's weights were trained with the sample's gold among other data, and its rules were made with an "
    )
    text += "eye on it: on the sample these are figures of training. Cross-validated and held-out ones stand in "
    text += "`pipeline/extract/learned/weights/MODEL_CARD.md` and the README.\n\n"
    rows = [
        [
            name,
            percent(found[key]["precision"]),
            percent(found[key]["recall"]),
            percent(found[key]["f1"]),
            bounds(found[key]),
            percent(ceiling[key]["f1"]) if ceiling and key in ceiling else "–",
        ]
        for key, name in SPAN_NAMES.items()
    ]
    text += table(["%", "precision", "recall", "F1", "95 % interval of F1", "two annotators, F1"], rows)
    text += "\nIntervals: bootstrap over articles, 1,000 draws.\n\n## By type of the gold quote\n\n"
    types = found["recall_by_type"].items()
    text += table(
        ["type", "gold quotes", "found exactly, %", "found with IoU ≥ 0.5, %"],
        [[k, v["quotes"], percent(v["content_exact"]), percent(v["content_match"])] for k, v in types],
    )
    text += "\n## Worked errors\n\nThe first of each kind, in the order of the articles.\n\n"
    return text + table(["kind", "article", "gold", "found"], examples)


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
