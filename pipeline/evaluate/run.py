"""Stage `evaluate`: score the run against the gold, and write scores, reports and charts to `reports/`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.publish_config import ELLIPSIS, load_publish_config
from pipeline.core.storage.tables import iterate_rows, write_text
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import load_targets, shared_labels, shared_roles
from pipeline.evaluate import reports
from pipeline.evaluate.agreement import measure_agreement, read_double_annotation
from pipeline.evaluate.annotated_articles import gold_quote_spans, group_by_article, read_texts
from pipeline.evaluate.charts import ChartData, save_charts, save_library, save_plots
from pipeline.evaluate.extraction_measures import measure_extraction
from pipeline.evaluate.run_counts import count_run
from pipeline.evaluate.speaker_scores import measure_speakers
from pipeline.evaluate.stance_measures import StanceResults, measure_stance
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.gold.stance_annotations import StanceRow, own_rows, read_stance


def run(root: Path) -> dict[str, int]:
    """Score quotes, speakers and stances against the gold, and write what `reports/` has of them.

    Writes a page of each kind of score, the charts, all scores to `scores.json`, and some fifteen of them to
    `metrics.json`, which DVC shows.

    Returns
    -------
    dict of str to int
        Numbers of annotated articles and quotes.
    """
    targets = load_targets(root / paths.CONFIGS)
    gold = read_gold_quotes(root / paths.ANNOTATIONS / "quotes.jsonl")
    labelled = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    texts = read_texts(root, {quote.article_id for quote in gold})
    gold_spans = group_by_article(gold_quote_spans(gold, texts))
    rows = list(iterate_rows(root / paths.QUOTES, None, texts))

    double = read_double_annotation(root, texts)
    agreement = measure_agreement(texts, double, targets)
    extraction, examples = measure_extraction(root, texts, gold_spans, rows, double)
    stance = measure_stance(root, targets, labelled)
    speakers = measure_speakers(root, texts, gold, rows)
    counts = count_run(root)
    scores: dict[str, Any] = {"counts": counts, "extraction": extraction, "agreement": agreement}
    scores |= {**stance.metrics, "speakers": speakers}

    labels, roles = shared_labels(targets), shared_roles(targets)
    withholding = plan_withholding(root, load_publish_config(root / paths.CONFIGS))
    examples = [
        each._replace(gold=ELLIPSIS, predicted=ELLIPSIS) if withholding.hides(each.article_id) else each
        for each in examples
    ]
    shown = _withhold_errors(root, withholding, stance, labelled)
    alphas, descriptions = agreement["alpha_stance_rows"], next(iter(targets.values())).descriptions
    pages = {
        "agreement.md": reports.render_agreement(agreement),
        "extraction.md": reports.render_extraction(extraction, examples, agreement["spans"], counts),
        "speakers.md": reports.render_speakers(speakers),
        "stance.md": reports.render_stance(shown, labels, descriptions, roles, counts, alphas),
    }
    folder = root / paths.REPORTS
    for name, page in pages.items():
        write_text(folder / name, withholding.people.cover(page))
    save_plots(folder / "plots", stance.metrics["stance"], stance.curves, labels)
    save_library(folder / "vega.js")
    save_charts(folder / "figures", ChartData(scores, stance.curves, labels))
    for path, figures in {paths.SCORES: scores, paths.METRICS: reports.choose_main_figures(scores)}.items():
        write_text(root / path, json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return {"articles with gold": len(texts), "gold quotes": extraction["on"]["quotes"]}


def _withhold_errors(
    root: Path, withholding: Withholding, results: StanceResults, labelled: Sequence[StanceRow]
) -> StanceResults:
    """Return results whose errors are without the texts that may not leave."""
    hidden = {row.text for row in labelled if withholding.hides(row.id[:16])}
    hidden |= withholding.find_held(root, (row.text for row in own_rows(root, labelled)))
    errors = {
        target: [row | {"text": ELLIPSIS} if row["text"] in hidden else row for row in rows]
        for target, rows in results.errors.items()
    }
    return replace(results, errors=errors)
