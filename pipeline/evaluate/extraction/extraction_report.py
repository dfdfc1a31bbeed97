"""The extraction part of `evaluate`: `reports/extraction.md`, and what `metrics.json` says of extraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import tables
from pipeline.evaluate.annotated_articles import AnnotatedArticles, group_by_article, predicted_quote_spans
from pipeline.evaluate.cached_values import Memory
from pipeline.evaluate.extraction import error_causes, extraction_scores, extraction_slices, extraction_text
from pipeline.evaluate.extraction.outcomes import QuotesByArticle, list_outcomes
from pipeline.evaluate.extraction.quotation_mark_baseline import quotes_between_marks
from pipeline.evaluate.span_scores import METRICS

# What a rival does not give cannot be scored: quotes between marks have neither cue nor source, rules no resolved name.
RIVALS = {"rules": METRICS[:-1], "marks": METRICS[:4]}


def run(
    root: Path,
    world: AnnotatedArticles,
    gold: QuotesByArticle,
    quotes: Iterable[Mapping[str, Any]],
    twice: Sequence[QuotesByArticle],
    ceiling: Mapping[str, Any] | None,
    n: int,
    remember: Memory,
) -> dict[str, Any]:
    """Write the report; returns its metrics.

    Parameters
    ----------
    root : path
        The project's folder.
    world, gold
        The articles with gold and their annotated quotes.
    quotes : iterable of mapping
        Rows of the found quotes of these articles; others do not count.
    twice : two mappings
        What each of two annotators marked, of the articles that both have read.
    ceiling : mapping or None
        Their agreement, of `agreement.spans`.
    n : int
        Worked errors of each cause.
    remember : Memory
        Figures of earlier runs.
    """
    found = group_by_article(predicted_quote_spans(quotes, world))
    ruled = group_by_article(predicted_quote_spans(tables.iterate_rows(root / paths.RULED), world))
    given = world.texts, gold, found, ruled, list(twice)
    metrics, worked = remember("extraction", lambda: _measure(*given, n), *given, n)
    tables.write_text(root / paths.REPORTS / "extraction.md", extraction_text.page(metrics, ceiling, worked))
    return metrics


def _measure(
    texts: Mapping[str, str],
    gold: QuotesByArticle,
    found: QuotesByArticle,
    ruled: QuotesByArticle,
    twice: Sequence[QuotesByArticle],
    n: int,
) -> tuple[dict[str, Any], list[error_causes.ErrorExample]]:
    judged = list_outcomes(texts, gold, found)
    metrics = extraction_scores.score_extraction(texts, gold, found, judged)
    first, second = twice
    both = {article: quotes for article, quotes in gold.items() if article in first or article in second}
    metrics["annotated_twice"] = extraction_scores.score_metrics(texts, both, found, METRICS)
    metrics["slices_annotators"] = extraction_slices.annotator_slices(list_outcomes(texts, first, second))
    rivals = {
        "rules": ruled,
        "marks": {article: quotes_between_marks(text) for article, text in texts.items()},
    }
    metrics["baselines"] = {
        name: extraction_scores.score_metrics(texts, gold, rivals[name], scored) for name, scored in RIVALS.items()
    }
    metrics["causes"], rows = error_causes.classify_errors(texts, judged, n)
    return metrics, rows
