"""Measure extraction: scores, baselines, annotators, slices and causes of errors, for `reports/extraction.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.evaluate.annotated_articles import AnnotatedArticles, group_by_article, predicted_quote_spans
from pipeline.evaluate.double_annotation import DoubleAnnotation
from pipeline.evaluate.extraction.error_causes import ErrorExample, classify_errors
from pipeline.evaluate.extraction.extraction_scores import score_extraction, score_metrics
from pipeline.evaluate.extraction.extraction_slices import annotator_slices
from pipeline.evaluate.extraction.outcomes import QuotesByArticle, list_outcomes
from pipeline.evaluate.extraction.quotation_mark_baseline import quotes_between_marks
from pipeline.evaluate.span_scores import METRICS

# A baseline is scored only on what it predicts: the rules alone have no resolved speaker, marks neither cue nor source.
BASELINE_METRICS = {"rules": METRICS[:-1], "marks": METRICS[:4]}


def measure_extraction(
    root: Path,
    articles: AnnotatedArticles,
    gold: QuotesByArticle,
    rows: Iterable[Mapping[str, Any]],
    double: DoubleAnnotation,
    n: int,
) -> tuple[dict[str, Any], list[ErrorExample]]:
    """Compute all figures about extraction, and return `n` examples of errors of each cause."""
    texts = articles.texts
    predicted = group_by_article(predicted_quote_spans(rows, articles))
    outcomes = list_outcomes(texts, gold, predicted)
    metrics = score_extraction(texts, gold, predicted, outcomes)
    annotated_twice = {i: quotes for i, quotes in gold.items() if i in double.first or i in double.second}
    metrics["annotated_twice"] = score_metrics(texts, annotated_twice, predicted, METRICS)
    metrics["slices_annotators"] = annotator_slices(list_outcomes(texts, double.first, double.second))
    baselines: dict[str, QuotesByArticle] = {
        "rules": group_by_article(predicted_quote_spans(tables.iterate_rows(root / paths.RULED), articles)),
        "marks": {article_id: quotes_between_marks(text) for article_id, text in texts.items()},
    }
    metrics["baselines"] = {
        name: score_metrics(texts, gold, baselines[name], scored) for name, scored in BASELINE_METRICS.items()
    }
    metrics["causes"], examples = classify_errors(texts, outcomes, n)
    return metrics, examples
