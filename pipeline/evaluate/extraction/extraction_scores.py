"""Score extraction against the annotated quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.extraction.extraction_slices import count_types, score_slices
from pipeline.evaluate.extraction.outcomes import QuoteOutcome, QuotesByArticle
from pipeline.evaluate.intervals import score_with_interval
from pipeline.evaluate.slices import share_true
from pipeline.evaluate.span_scores import METRICS, tally_quotes


def score_extraction(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, outcomes: Sequence[QuoteOutcome]
) -> dict[str, Any]:
    """Compute all scores of extraction.

    Returns
    -------
    dict
        What `score_metrics` returns; `recall_by_type` (of the gold quotes of each type, the shares found exactly and
        with an IoU of at least 0.5); `types_found` (numbers of predicted quotes); `types` (confused types) and
        `slices`.
    """
    result = score_metrics(texts, gold, predicted, METRICS)
    result["recall_by_type"] = {quote_type: _recall(quote_type, outcomes) for quote_type in QUOTE_TYPES}
    result["types_found"] = dict(sorted(Counter(row.predicted.type for row in outcomes if row.predicted).items()))
    return result | {"types": count_types(outcomes), "slices": score_slices(outcomes)}


def score_metrics(
    texts: Mapping[str, str], gold: QuotesByArticle, predicted: QuotesByArticle, metrics: Collection[str]
) -> dict[str, Any]:
    """Compute some of `METRICS` over the articles of `gold` that have a text; `on` tells how many quotes these are."""
    ids = sorted(set(gold) & set(texts))
    tallies = [tally_quotes(texts[i], gold[i], predicted.get(i, [])) for i in ids]
    scores = {name: score_with_interval([tally[name].as_array() for tally in tallies]) for name in metrics}
    return {"on": {"articles": len(ids), "quotes": sum(len(gold[i]) for i in ids)}, **scores}


def _recall(quote_type: str, outcomes: Sequence[QuoteOutcome]) -> dict[str, Any]:
    gold = [row for row in outcomes if row.gold and row.gold.type == quote_type]
    exact, match = share_true(row.exact for row in gold), share_true(row.matched for row in gold)
    return {"quotes": len(gold), "content_exact": exact or 0.0, "content_match": match or 0.0}
