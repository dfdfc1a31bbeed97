"""Who said it: how often the speaker is right, with the annotated spans and with those that were found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.evaluate.intervals import percentile_interval, resample_sums
from pipeline.evaluate.span_scores import ComparableText, QuoteSpans, fold_name, match_contents
from pipeline.evaluate.speakers.mention_types import DISTANCES, TYPES, classify_mention, name_distance

OUTCOMES = ("right", "wrong", "open", "not found")


@dataclass(frozen=True)
class SpeakerOutcome:
    """One annotated quote: its article, mention type, distance, kind and rule of the answer, and the outcome."""

    article: str
    mention: str
    distance: str
    kind: str
    rule: str
    outcome: str


def judge_gold_spans(
    texts: Mapping[str, str],
    gold: Mapping[str, Sequence[tuple[str, QuoteSpans]]],
    answers: Mapping[str, Mapping[str, Any]],
    pronouns: frozenset[str],
) -> list[SpeakerOutcome]:
    """Annotated quotes, by the answers that resolution gave to their own spans.

    Parameters
    ----------
    texts, gold : mappings by article_id
        The text, and its annotated quotes with their ids.
    answers : mapping of quote_id to row
        Rows of `schema.GOLD_SPEAKERS`.
    pronouns : frozenset of str
        Pronouns of the language.
    """
    out = []
    for article in sorted(gold):
        for quote_id, quote in gold[article]:
            if (row := answers.get(quote_id)) is not None:
                outcome = _outcome(quote.speaker, row["speaker"])
                out.append(_judged(article, texts[article], quote, row["kind"], row["resolved_by"], outcome, pronouns))
    return out


def judge_end_to_end(
    texts: Mapping[str, str],
    gold: Mapping[str, Sequence[tuple[str, QuoteSpans]]],
    found: Mapping[str, Sequence[tuple[QuoteSpans, str, str]]],
    pronouns: frozenset[str],
) -> list[SpeakerOutcome]:
    """Annotated quotes, by the found quote whose content matches (IoU of a half); `found` has spans, kind and rule."""
    out = []
    for article in sorted(gold):
        doc, given = ComparableText(texts[article]), found.get(article, [])
        quotes = [quote for _, quote in gold[article]]
        wanted = [doc.normal(quote.content) for quote in quotes]
        matched = dict(match_contents(doc, wanted, [doc.normal(spans.content) for spans, _, _ in given]))
        for number, quote in enumerate(quotes):
            if number in matched:
                spans, kind, rule = given[matched[number]]
                outcome = _outcome(quote.speaker, spans.speaker)
            else:
                kind, rule, outcome = "unknown", "", "not found"
            out.append(_judged(article, texts[article], quote, kind, rule, outcome, pronouns))
    return out


def _judged(
    article: str, text: str, quote: QuoteSpans, kind: str, rule: str, outcome: str, pronouns: frozenset[str]
) -> SpeakerOutcome:
    source = text[quote.source[0] : quote.source[1]] if quote.source else None
    return SpeakerOutcome(
        article, classify_mention(source, quote.speaker, pronouns), name_distance(text, quote), kind, rule, outcome
    )


def _outcome(wanted: str | None, given: str | None) -> str:
    if wanted is None or given is None:
        return "right" if wanted is given else "open" if given is None else "wrong"
    return "right" if fold_name(wanted) == fold_name(given) else "wrong"


def summarise_speakers(judged: Sequence[SpeakerOutcome]) -> dict[str, Any]:
    """Shares over all and by mention type, distance, kind of the answer and rule.

    Returns
    -------
    dict
        `all` and each part: `quotes`, one share per outcome, and `low` and `high` of the 95 % interval of the share
        that is right (bootstrap over articles).
    """
    return {
        "all": _shares(judged),
        "by_mention": {kind: _shares([j for j in judged if j.mention == kind]) for kind in TYPES},
        "by_distance": {
            far: _shares([j for j in judged if j.distance == far and j.mention != "name"]) for far in DISTANCES
        },
        "by_kind": {kind: _shares([j for j in judged if j.kind == kind]) for kind in sorted({j.kind for j in judged})},
        "by_rule": {rule: _shares([j for j in judged if j.rule == rule]) for rule in sorted({j.rule for j in judged})},
    }


def _shares(judged: Sequence[SpeakerOutcome]) -> dict[str, Any]:
    n = len(judged)
    counts = Counter(j.outcome for j in judged)
    shares = {outcome: round(counts[outcome] / n, 4) if n else None for outcome in OUTCOMES}
    articles = sorted({j.article for j in judged})
    per_article = np.zeros((len(articles), 2))
    number = {article: i for i, article in enumerate(articles)}
    for j in judged:
        per_article[number[j.article]] += (j.outcome == "right", 1)
    low = high = None
    if n:
        sums = resample_sums(per_article)
        low, high = (round(value, 4) for value in percentile_interval(sums[:, 0] / np.maximum(sums[:, 1], 1)))
    return {"quotes": n, **shares, "low": low, "high": high}


def count_unresolved(rows: Iterable[Mapping[str, Any]], pronouns: frozenset[str]) -> dict[str, Any]:
    """Share of all quotes of the run without a speaker, and by what kind of mention they have."""
    total, open_ = 0, Counter[str]()
    for row in rows:
        total += 1
        if row["speaker"] is None:
            open_[
                "question" if row["resolved_by"] == "question" else classify_mention(row["source"], None, pronouns)
            ] += 1
    shares = {why: round(number / max(total, 1), 4) for why, number in sorted(open_.items())}
    return {"quotes": total, "share": round(sum(open_.values()) / max(total, 1), 4), "by_mention": shares}
