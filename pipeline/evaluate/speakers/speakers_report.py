"""`reports/speakers.md`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.evaluate.markdown_tables import INVENTED, bounds, percent, table
from pipeline.evaluate.speakers.speaker_scores import OUTCOMES

_PARTS = (
    ("by_mention", "By what the source is", "source"),
    ("by_distance", "By how far back the name stands (sources that are not the name itself)", "name last seen in"),
    ("by_kind", "By kind of the answer", "kind"),
)


def page(found: Mapping[str, Any]) -> str:
    """The report of `metrics["speakers"]`."""
    text = "# Speakers\n\n"
    if not found["gold_spans"]["all"]["quotes"]:
        text += "No annotated article is among the articles of this run, so accuracy was not measured here.\n\n"
    else:
        text += f"A speaker is right when the name equals the annotated one, case and article aside. {INVENTED}\n"
        text += (
            "The rules were made with an eye on the sample. *Right* has a 95 % interval: bootstrap over articles.\n\n"
        )
        text += "## Resolved from the annotated spans\n\n" + _accuracy(found["gold_spans"])
        rules = found["gold_spans"]["by_rule"]
        rows = [[f"`{rule}`", rules[rule]["quotes"], percent(rules[rule]["right"])] for rule in rules]
        text += "### By rule\n\n" + table(["rule", "quotes", "right"], rows) + "\n"
        text += "## End to end\n\nA quote that was not found counts as one without a speaker.\n\n"
        text += _accuracy(found["end_to_end"])
    text += _unresolved(found["unresolved"])
    return text + _repeats(found["repeats"])


def _accuracy(figures: Mapping[str, Any]) -> str:
    text = _table("over", {"all": figures["all"]})
    for part, title, head in _PARTS:
        text += f"### {title}\n\n" + _table(head, figures[part])
    return text


def _table(head: str, parts: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, figures in parts.items():
        if figures["quotes"]:
            shares = [percent(figures[outcome]) for outcome in OUTCOMES]
            rows.append([name, figures["quotes"], *shares, bounds(figures)])
    return table([head, "quotes", *OUTCOMES, "right, 95 %"], rows) + "\n"


def _unresolved(found: Mapping[str, Any]) -> str:
    text = "## Left without a speaker\n\n"
    text += f"{percent(found['share'])} % of the {found['quotes']} quotes of this run have none: the source is "
    parts = [f"{why} ({percent(share)} %)" for why, share in found["by_mention"].items()]
    return text + (", ".join(parts) if parts else "never missing") + ".\n\n"


def _repeats(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    text = "## The same quote in many papers\n\n"
    text += "Labelled pairs of invented quotes; thresholds were chosen on one half and judged on the other.\n\n"
    rows = []
    for use, half in found.items():
        scores = [f"{percent(half[m]['value'])} ({bounds(half[m])})" for m in ("precision", "recall")]
        rows.append([use, half["pairs"], *scores, *(f"{a} of {b}" for a, b in half["taken"].values())])
    kinds = [f"{kind}: taken as the same" for kind in next(iter(found.values()))["taken"]]
    return text + table(["half", "pairs", "precision (95 %)", "recall (95 %)", *kinds], rows)
