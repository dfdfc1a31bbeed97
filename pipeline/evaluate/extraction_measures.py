"""Measure extraction against the annotated quotes: scores, baselines, annotators, confused types, causes of errors."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.core.storage import tables
from pipeline.evaluate.agreement import DoubleAnnotation
from pipeline.evaluate.annotated_articles import group_by_article, predicted_quote_spans
from pipeline.evaluate.extraction_errors import (
    ErrorExample,
    QuoteOutcome,
    QuotesByArticle,
    classify_errors,
    list_outcomes,
)
from pipeline.evaluate.intervals import score_with_interval, share_true
from pipeline.evaluate.span_scores import METRICS, QuoteSpans, tally_quotes

# A baseline is scored only on what it predicts: the rules alone have no resolved speaker, marks neither cue nor source.
BASELINE_METRICS = {"rules": METRICS[:-1], "marks": METRICS[:4]}
# Row of false quotes and column of missed ones in the table of confused types.
NO_GOLD, MISSED = "nothing", "missed"
# The baseline of quotation marks leaves out single ones, because an apostrophe looks like one, and short contents,
# which are mostly titles, and words that the writer distances himself from.
_PAIRS = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("„", "”"))
_BETWEEN = re.compile("|".join(f"{a}[^{a}{b}\n]+{b}" for a, b in _PAIRS))
MIN_WORDS = 3


def measure_extraction(
    root: Path,
    texts: Mapping[str, str],
    gold: QuotesByArticle,
    rows: Iterable[Mapping[str, Any]],
    double: DoubleAnnotation,
) -> tuple[dict[str, Any], list[ErrorExample]]:
    """Compute all figures about extraction, and return an example of each cause of errors."""
    predicted = group_by_article(predicted_quote_spans(rows, texts))
    outcomes = list_outcomes(texts, gold, predicted)
    metrics = score_extraction(texts, gold, predicted, outcomes)
    annotated_twice = {i: quotes for i, quotes in gold.items() if i in double.first or i in double.second}
    metrics["annotated_twice"] = score_metrics(texts, annotated_twice, predicted, ["content_match"])
    baselines: dict[str, QuotesByArticle] = {
        "rules": group_by_article(predicted_quote_spans(tables.iterate_rows(root / paths.RULED), texts)),
        "marks": {article_id: quotes_between_marks(text) for article_id, text in texts.items()},
    }
    metrics["baselines"] = {
        name: score_metrics(texts, gold, baselines[name], scored) for name, scored in BASELINE_METRICS.items()
    }
    metrics["causes"], examples = classify_errors(texts, outcomes)
    return metrics, examples


def score_extraction(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, outcomes: Sequence[QuoteOutcome]
) -> dict[str, Any]:
    """Compute all scores of extraction.

    Returns
    -------
    dict
        What `score_metrics` returns; `recall_by_type` (of the gold quotes of each type, the shares found exactly and
        with an IoU of at least 0.5); `types` (confused types).
    """
    recalls = {}
    for quote_type in QUOTE_TYPES:
        of_type = [row for row in outcomes if row.gold and row.gold.type == quote_type]
        exact, match = share_true(row.exact for row in of_type), share_true(row.matched for row in of_type)
        recalls[quote_type] = {"quotes": len(of_type), "content_exact": exact or 0.0, "content_match": match or 0.0}
    scores = score_metrics(texts, gold, predicted, METRICS)
    return {**scores, "recall_by_type": recalls, "types": count_types(outcomes)}


def score_metrics(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, metrics: Collection[str]
) -> dict[str, Any]:
    """Compute some of `METRICS` over the articles of `gold` that have a text; `on` tells how many quotes these are."""
    ids = sorted(set(gold) & set(texts))
    tallies = [tally_quotes(texts[i], gold[i], predicted.get(i, [])) for i in ids]
    scores = {name: score_with_interval([tally[name] for tally in tallies]) for name in metrics}
    return {"on": {"articles": len(ids), "quotes": sum(len(gold[i]) for i in ids)}, **scores}


def count_types(outcomes: Sequence[QuoteOutcome]) -> dict[str, dict[str, int]]:
    """Count quotes by annotated type (`nothing` for false quotes) and predicted type (`missed` for missed ones)."""
    types = {gold: dict.fromkeys((*QUOTE_TYPES, MISSED), 0) for gold in (*QUOTE_TYPES, NO_GOLD)}
    del types[NO_GOLD][MISSED]
    for row in outcomes:
        types[row.gold.type if row.gold else NO_GOLD][row.predicted.type if row.predicted else MISSED] += 1
    return types


def quotes_between_marks(text: str) -> list[QuoteSpans]:
    """Return the contents between double quotation marks of one paragraph that have three words or more."""
    matches = [match for match in _BETWEEN.finditer(text) if len(match.group().split()) >= MIN_WORDS]
    return [QuoteSpans([match.span()], type="direct") for match in matches]
