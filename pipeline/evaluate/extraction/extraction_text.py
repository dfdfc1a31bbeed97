"""`reports/extraction.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.evaluate.extraction.error_causes import CAUSES, ErrorExample
from pipeline.evaluate.markdown_tables import INVENTED, SPAN_NAMES, bounds, percent, table, with_bounds

TRAINED = """The extractor's weights were trained with the sample's gold among other data, and its rules were made with
an eye on it: on the sample these are figures of training. Cross-validated and held-out ones stand in
`pipeline/extract/learned/weights/MODEL_CARD.md` and the README.
"""
SLICE_NAMES = {
    "type": "Type",
    "length": "Length of the content",
    "parts": "Parts of the content",
    "speaker": "Kind of the speaker",
    "annotator": "Annotator, of the quote's stance",
    "outlet": "Outlet",
    "format": "Format of the input",
}
SLICES = """## By slice

*Matched* are annotated quotes with a found one of an IoU of at least 0.5, *exact* those with equal bounds, *speaker*
those with the right name (of those that have a speaker); *precise* are found quotes that match an annotated one. Found
quotes are sliced by what the run says of them. The kind of a speaker is known where the run has the name, else it is
`unknown`, and the name given is wrong. The largest outlets are shown, the others together. *Second annotator* is the
ceiling: the share of one annotator's quotes that the other marked too, on the articles annotated twice. In brackets
95 % intervals: bootstrap over articles.

"""
KIND_TITLES = {
    "missed": "Missed: annotated, not found",
    "false": "False: found, not annotated",
    "bounds": "Bounds: found, not exactly",
    "speaker": "Speaker: found, another name",
}


def page(found: Mapping[str, Any], ceiling: Mapping[str, Any] | None, worked: Sequence[ErrorExample]) -> str:
    """The report of `metrics["extraction"]`, with the annotators' agreement and worked errors."""
    on = found["on"]
    text = "# Extraction and speakers\n\n"
    if not on["quotes"]:
        return text + "No annotated article is among the articles of this run, so nothing was measured here.\n"
    text += f"Measured on {_on(on)}. {INVENTED}\n{TRAINED}\n## Scores\n\n"
    text += _scores(found) + _beside(found, ceiling) + _types(found["types"]) + SLICES
    for name, values in found["slices"].items():
        text += f"### {SLICE_NAMES[name]}\n\n" + _slice(values, found["slices_annotators"].get(name, {})) + "\n"
    return text + _causes(found["causes"], worked)


def _on(on: Mapping[str, int]) -> str:
    return f"{on['articles']} annotated articles of this run with {on['quotes']} gold quotes"


def _scores(found: Mapping[str, Any]) -> str:
    rows = []
    for key, name in SPAN_NAMES.items():
        rivals = [_f1(found["baselines"][rival], key) for rival in ("rules", "marks")]
        rows.append([name, percent(found[key]["precision"]), percent(found[key]["recall"]), _f1(found, key), *rivals])
    text = table(["%", "precision", "recall", "F1", "rules alone, F1", "marks alone, F1"], rows)
    text += "\n*Rules alone*: the extractor without its learned weights. *Marks alone*: all that stands between double "
    text += "quotation marks, from three words on. In brackets 95 % intervals: bootstrap over articles, 1,000 draws.\n"
    return text


def _beside(found: Mapping[str, Any], ceiling: Mapping[str, Any] | None) -> str:
    text = "\n## The ceiling: two annotators\n\n"
    if not ceiling:
        return text + "No article of this run was annotated twice.\n\n"
    both = found["annotated_twice"]
    text += f"On {_on(both['on'])} that two annotators marked independently ({ceiling['on']['first']} and "
    text += f"{ceiling['on']['second']} quotes), F1 of one by the other's, and of the extractor by the gold:\n\n"
    rows = [[name, _f1(both, key), _f1(ceiling, key)] for key, name in SPAN_NAMES.items() if key in ceiling]
    return text + table(["F1, %", "extractor", "two annotators"], rows) + "\n"


def _f1(figures: Mapping[str, Any], key: str) -> str:
    return f"{percent(figures[key]['f1'])} ({bounds(figures[key])})" if key in figures else "–"


def _types(types: Mapping[str, Mapping[str, int]]) -> str:
    names = list(next(iter(types.values())))
    text = "## Types taken for each other\n\nNumbers of quotes; rows are what is annotated, columns what was found "
    text += "(IoU of at least 0.5):\n\n"
    rows = [[wanted, *(given.get(name, "–") for name in names)] for wanted, given in types.items()]
    return text + table(["annotated", *names], rows) + "\n"


def _slice(values: Mapping[str, Mapping[str, Any]], twice: Mapping[str, Mapping[str, Any]]) -> str:
    def ceiling(value: str) -> str:
        return f"{with_bounds(twice[value]['matched'])} of {twice[value]['quotes']}" if value in twice else "–"

    rows = [
        [
            value,
            v["quotes"],
            with_bounds(v["matched"]),
            ceiling(value),
            percent(v["exact"]),
            percent(v["speaker"]),
            v["found"] or "–",
            with_bounds(v["precision"]),
        ]
        for value, v in values.items()
    ]
    head = [
        "",
        "gold quotes",
        "matched, %",
        "second annotator, %",
        "exact, %",
        "speaker, %",
        "found quotes",
        "precise, %",
    ]
    return table(head, rows)


def _causes(counts: Mapping[str, Mapping[str, int]], worked: Sequence[ErrorExample]) -> str:
    text = "## Worked errors, by cause\n\nA matched quote may err in its bounds and in its speaker.\n\n"
    rows = [[kind, cause, n, CAUSES[kind, cause]] for kind, by in counts.items() for cause, n in by.items()]
    text += table(["kind", "cause", "quotes", "what it means"], rows)
    text += (
        "\nBelow, the first of each cause in the order of the articles; ⟦ ⟧ mark a quote among the words around it, "
    )
    text += "`…` parts the pieces of a content, `[…]` is cut out here.\n"
    for kind, title in KIND_TITLES.items():
        heads = {"missed": ["gold"], "false": ["found"]}.get(kind, ["gold", "found"])
        rows = [
            [cause, article, *_columns(kind, gold, given)] for k, cause, article, gold, given in worked if k == kind
        ]
        if rows:
            text += f"\n### {title}\n\n" + table(["cause", "article", *heads], rows)
    return text


def _columns(kind: str, gold: str, found: str) -> list[str]:
    return {"missed": [gold], "false": [found]}.get(kind, [gold, found])
