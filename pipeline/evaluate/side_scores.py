"""Score the sides of speakers: right, wrong and open, on the annotated speakers of the sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.evaluate.intervals import share_with_interval
from pipeline.evaluate.span_scores import fold_name
from pipeline.gold.quote_annotations import USES, GoldSide

OUTCOMES = ("right", "wrong", "open", "rightly open")


class SideOutcome(NamedTuple):
    """The outcome for one speaker of one article, its annotated side, and the rule that gave a side."""

    article_id: str
    use: str
    outcome: str
    side: str | None
    rule: str | None


def judge_sides(
    gold: Iterable[GoldSide], speakers: Mapping[str, tuple[str, str]], resolved: Iterable[Mapping[str, Any]]
) -> list[SideOutcome]:
    """Compare annotated sides with those that were found for the annotated quotes of the same speakers.

    `speakers` are article and annotated speaker of each quote by quote_id, `resolved` the rows of `gold_speakers`. A
    speaker whose quotes got several sides counts once for each.
    """
    found: dict[tuple[str, str], dict[str | None, str | None]] = {}
    for row in resolved:
        if row["quote_id"] in speakers:
            found.setdefault(speakers[row["quote_id"]], {}).setdefault(row["side"], row["side_by"])
    return [
        SideOutcome(one.article_id, one.use, _outcome(one.side, side), one.side, rule)
        for one in gold
        for side, rule in found.get((one.article_id, one.speaker), {}).items()
    ]


def summarise_sides(outcomes: Sequence[SideOutcome]) -> dict[str, Any]:
    """Count the outcomes for each use (`choose`, `judge`), and by rule.

    Returns
    -------
    dict
        For each use that has speakers: `all` and `by_rule`. Each is the counts of `OUTCOMES`, and `right_share`
        of the sides given, with its 95 % interval (bootstrap over articles).
    """
    scores: dict[str, Any] = {}
    for use in USES:
        if rows := [row for row in outcomes if row.use == use]:
            rules = sorted({row.rule for row in rows if row.rule})
            by_rule = {rule: _counts([row for row in rows if row.rule == rule]) for rule in rules}
            scores[use] = {"all": _counts(rows), "by_rule": by_rule}
    return scores


def _outcome(gold: str | None, found: str | None) -> str:
    if found is None:
        return "open" if gold else "rightly open"
    return "right" if gold and fold_name(gold) == fold_name(found) else "wrong"


def _counts(rows: Sequence[SideOutcome]) -> dict[str, Any]:
    counts = Counter(row.outcome for row in rows)
    given = [(row.article_id, row.outcome == "right") for row in rows if row.outcome in ("right", "wrong")]
    return {**{outcome: counts[outcome] for outcome in OUTCOMES}, "right_share": share_with_interval(given)}
