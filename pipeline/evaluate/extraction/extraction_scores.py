"""Extraction and speakers against the gold of the articles of this run, with baselines and annotators beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pipeline.core.schema.data_tables import QUOTE_TYPES
from pipeline.evaluate.extraction import extraction_slices
from pipeline.evaluate.extraction.outcomes import Outcome, Quotes
from pipeline.evaluate.intervals import score
from pipeline.evaluate.span_scores import METRICS, compare


def summary(texts: Mapping[str, str], gold: Quotes, found: Quotes, judged: Sequence[Outcome]) -> dict[str, Any]:
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
    result: dict[str, Any] = scores(texts, gold, found, METRICS)
    result["recall_by_type"] = {kind: _recall(kind, judged) for kind in QUOTE_TYPES}
    result["types_found"] = dict(sorted(Counter(row.found.type for row in judged if row.found).items()))
    return result | {"types": extraction_slices.types(judged), "slices": extraction_slices.by_slice(judged)}


def scores(texts: Mapping[str, str], gold: Quotes, found: Quotes, metrics: Collection[str]) -> dict[str, Any]:
    """`on` and some metrics of `spans.METRICS`, over the articles of `gold` that are in `texts`."""
    ids = sorted(set(gold) & set(texts))
    tallies = [compare(texts[i], gold[i], found.get(i, [])) for i in ids]
    on = {"articles": len(ids), "quotes": sum(len(gold[i]) for i in ids)}
    return {"on": on} | {metric: score([tally[metric].array() for tally in tallies]) for metric in metrics}


def _recall(kind: str, judged: Sequence[Outcome]) -> dict[str, Any]:
    wanted = [row for row in judged if row.gold and row.gold.type == kind]
    shares = {
        "content_exact": extraction_slices.mean(r.exact for r in wanted),
        "content_match": extraction_slices.mean(r.matched for r in wanted),
    }
    return {"quotes": len(wanted), **{name: share or 0.0 for name, share in shares.items()}}
