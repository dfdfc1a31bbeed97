"""Stage `evaluate`: gold and tables to `reports/metrics.json`, the reports beside it and their figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.storage.json_lines import read_json_lines
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import Target, load_targets
from pipeline.evaluate import agreement, chart_files, markdown_tables
from pipeline.evaluate.annotated_articles import (
    AnnotatedArticles,
    gold_quote_spans,
    group_by_article,
    read_annotated_articles,
    read_article_rows,
)
from pipeline.evaluate.cached_values import Memory
from pipeline.evaluate.config import EvaluateConfig
from pipeline.evaluate.extraction import extraction_report
from pipeline.evaluate.run_counts import count_run
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.evaluate.speakers import speaker_measures, speakers_report
from pipeline.evaluate.stance import stance_report
from pipeline.gold.quote_annotations import GOLD_QUOTE_FIELDS, GoldQuote, parse_gold_quote, read_gold_quotes
from pipeline.gold.stance_annotations import read_stance

Sides = list[dict[str, list[QuoteSpans]]]
SIDES = ("first", "second")


def run(root: Path) -> dict[str, int]:
    """Write the reports of `reports/` but the page."""
    config = load_config(EvaluateConfig, root / paths.CONFIGS / "evaluate.yaml")
    targets = load_targets(root / paths.CONFIGS)
    reports, remember = root / paths.REPORTS, Memory(root)
    gold = read_gold_quotes(root / paths.ANNOTATIONS / "quotes.jsonl")
    labelled = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    world = read_annotated_articles(
        root, {quote.article_id for quote in gold}, {row.id: row.unsure for row in labelled}
    )
    wanted = group_by_article(gold_quote_spans(gold, world))
    metrics: dict[str, Any] = {"counts": count_run(root), "extraction": {}}
    twice, metrics["agreement"] = _agreement(root, world, targets, remember)
    found = list(read_article_rows(root / paths.QUOTES, world.texts))
    metrics["extraction"] = extraction_report.run(
        root, world, wanted, found, twice, metrics["agreement"]["spans"], config.examples_of_a_cause, remember
    )
    write_text(reports / "agreement.md", markdown_tables.agreement(metrics["agreement"]))
    alphas = metrics["agreement"]["alpha_stance_rows"]
    metrics |= stance_report.run(root, targets, config, labelled, world.kinds, alphas, remember)
    shares = [metrics["counts"]["stances"], next(iter(targets.values())).labels]
    chart_files.save(reports / "figures" / "labels.svg", "label_shares", shares, remember)
    metrics["speakers"] = speaker_measures.measure_speakers(root, world.texts, gold, found, remember)
    write_text(reports / "speakers.md", speakers_report.page(metrics["speakers"]))
    write_text(reports / "metrics.json", json.dumps(metrics, indent=1, ensure_ascii=False) + "\n")
    return {"articles with gold": len(world.texts), "gold quotes": metrics["extraction"]["on"]["quotes"]}


def _agreement(
    root: Path, world: AnnotatedArticles, targets: Mapping[str, Target], remember: Memory
) -> tuple[Sides, dict[str, Any]]:
    """What each of two annotators marked in this run; their spans and alphas; alphas of the quotes labelled twice."""
    texts = world.texts
    folder = root / paths.ANNOTATIONS / "agreement"
    sides = [[row for row in read_json_lines(folder / f"{name}.jsonl") if row["article_id"] in texts] for name in SIDES]
    spans = [group_by_article(gold_quote_spans(map(_as_gold, side), world)) for side in sides]
    here = {i: texts[i] for i in texts if i in spans[0] or i in spans[1]}
    labels = [{i: [r["labels"] for r in side if r["article_id"] == i] for i in here} for side in sides]
    both = [
        (i, labels[0][i][a], labels[1][i][b])
        for i in sorted(here)
        for a, b in agreement.match_annotations(here[i], spans[0].get(i, []), spans[1].get(i, []))
    ]
    twice = [(row["group"], row["first"], row["second"]) for row in read_json_lines(folder / "stance.jsonl")]
    return spans, {
        "spans": remember("agreement", lambda: agreement.span_agreement(here, *spans) if here else None, here, spans),
        "alpha": remember("alpha", lambda: _alphas(both, targets), both, targets),
        "alpha_stance_rows": remember("alpha_rows", lambda: _alphas(twice, targets), twice, targets),
    }


def _alphas(
    rows: list[tuple[str, dict[str, str], dict[str, str]]], targets: Mapping[str, Target]
) -> dict[str, dict[str, Any]]:
    """Alpha per target, of rows of group, first and second labels; a target that was not labelled is left out."""
    out = {}
    for key, target in targets.items():
        labelled = [(group, a[key], b[key]) for group, a, b in rows if key in a and key in b]
        if labelled:
            pairs = [(a, b) for _, a, b in labelled]
            out[key] = agreement.krippendorff_alpha(pairs, [group for group, _, _ in labelled], target.labels)
    return out


def _as_gold(row: dict[str, Any]) -> GoldQuote:
    return parse_gold_quote({name: row[name] for name in GOLD_QUOTE_FIELDS}, "agreement")
