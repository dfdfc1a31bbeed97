"""Extraction and speakers against the gold of the articles of this run, with baselines and annotators beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.extraction import extraction_slices
from pipeline.evaluate.extraction.outcomes import QuoteOutcome, QuotesByArticle
from pipeline.evaluate.intervals import score_with_interval
from pipeline.evaluate.span_scores import METRICS, tally_quotes


def score_extraction(
    texts: Mapping[str, str], gold: QuotesByArticle, found: QuotesByArticle, judged: Sequence[QuoteOutcome]
) -> dict[str, Any]:
    """Scores over annotated articles.

    Parameters
    ----------
    texts, gold, found : mappings by article_id
        Only articles with gold are judged; an article without found quotes counts as one with none.
    judged : sequence of Outcome
        Of the same quotes.

    Returns
    -------
    dict
        `on` (articles, quotes), each metric of `spans.METRICS` with precision, recall, F1 and its 95 % interval,
        `recall_by_type` (for gold quotes of each type, the share found exactly and with an IoU of at least a half),
        `types_found` (numbers), `types` (of `slices.types`) and `slices` (of `slices.by_slice`).
    """
    result: dict[str, Any] = score_metrics(texts, gold, found, METRICS)
    result["recall_by_type"] = {kind: _recall(kind, judged) for kind in QUOTE_TYPES}
    result["types_found"] = dict(sorted(Counter(row.found.type for row in judged if row.found).items()))
    return result | {"types": extraction_slices.count_types(judged), "slices": extraction_slices.score_slices(judged)}


def score_metrics(
    texts: Mapping[str, str], gold: QuotesByArticle, found: QuotesByArticle, metrics: Collection[str]
) -> dict[str, Any]:
    """`on` and some metrics of `spans.METRICS`, over the articles of `gold` that are in `texts`."""
    ids = sorted(set(gold) & set(texts))
    tallies = [tally_quotes(texts[i], gold[i], found.get(i, [])) for i in ids]
    on = {"articles": len(ids), "quotes": sum(len(gold[i]) for i in ids)}
    return {"on": on} | {
        metric: score_with_interval([tally[metric].array() for tally in tallies]) for metric in metrics
    }


def _recall(kind: str, judged: Sequence[QuoteOutcome]) -> dict[str, Any]:
    wanted = [row for row in judged if row.gold and row.gold.type == kind]
    shares = {
        "content_exact": extraction_slices.share_true(r.exact for r in wanted),
        "content_match": extraction_slices.share_true(r.matched for r in wanted),
    }
    return {"quotes": len(wanted), **{name: share or 0.0 for name, share in shares.items()}}
