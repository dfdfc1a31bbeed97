"""Stage `evaluate`: gold and tables to `reports/metrics.json`, the reports beside it and their figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.config import load
from pipeline.evaluate import agreement, extraction, figures, markdown, speakers_page, speakers_run, stance_report
from pipeline.evaluate.config import EvaluateConfig
from pipeline.evaluate.counts import counts
from pipeline.evaluate.spans import Spans
from pipeline.external import sets_of
from pipeline.gold import FIELDS, GoldQuote, parse_row, read_gold
from pipeline.tables import write_text
from pipeline.targets import Target, load_targets

SIDES = ("first", "second")


def run(root: Path) -> dict[str, int]:
    """Write the reports of `reports/` but the page."""
    config = load(EvaluateConfig, root / paths.CONFIGS / "evaluate.yaml")
    targets = load_targets(root / paths.CONFIGS)
    reports = root / paths.REPORTS
    gold = read_gold(root / paths.ANNOTATIONS / "quotes.jsonl")
    texts = dict(_texts(root, {quote.article_id for quote in gold}))
    wanted, found = _by_article(_gold_spans(gold)), _by_article(_found_spans(root, set(texts)))
    metrics: dict[str, Any] = {"counts": counts(root), "extraction": extraction.summary(texts, wanted, found)}
    metrics["agreement"] = _agreement(root, texts, targets)
    spans = metrics["agreement"]["spans"]
    examples = extraction.errors(texts, wanted, found, config.examples)
    write_text(reports / "extraction.md", markdown.extraction(metrics["extraction"], spans, examples))
    write_text(reports / "agreement.md", markdown.agreement(metrics["agreement"]))
    sets = sets_of(config.external, str(paths.CONFIGS / "evaluate.yaml"))
    alphas = metrics["agreement"]["alpha_stance_rows"]
    metrics |= stance_report.run(root, targets, config.examples, config.near_duplicate, sets, alphas)
    labels = next(iter(targets.values())).labels
    figures.save(figures.label_shares(metrics["counts"]["stances"], labels), reports / "figures" / "labels.svg")
    metrics["speakers"] = speakers_run.measure(root, texts, gold)
    write_text(reports / "speakers.md", speakers_page.page(metrics["speakers"]))
    write_text(reports / "metrics.json", json.dumps(metrics, indent=1, ensure_ascii=False) + "\n")
    return {"articles with gold": len(texts), "gold quotes": metrics["extraction"]["on"]["quotes"]}


def _texts(root: Path, wanted: set[str]) -> Iterable[tuple[str, str]]:
    for row in tables.iterate(root / paths.ARTICLES, ["article_id", "text"]):
        if row["article_id"] in wanted:
            yield row["article_id"], row["text"]


def _by_article(quotes: Iterable[tuple[str, Spans]]) -> dict[str, list[Spans]]:
    out: dict[str, list[Spans]] = {}
    for article_id, quote in quotes:
        out.setdefault(article_id, []).append(quote)
    return out


def _gold_spans(gold: Iterable[GoldQuote]) -> Iterable[tuple[str, Spans]]:
    for quote in gold:
        yield quote.article_id, Spans(quote.content, quote.cue, quote.source, quote.speaker, quote.type)


def _found_spans(root: Path, wanted: set[str]) -> Iterable[tuple[str, Spans]]:
    for row in tables.iterate(root / paths.QUOTES):
        if row["article_id"] in wanted:
            parts = [(part["start"], part["end"]) for part in row["parts"]]
            cue, source = ((row[f"{k}_start"], row[f"{k}_end"]) if row[k] else None for k in ("cue", "source"))
            yield row["article_id"], Spans(parts, cue, source, row["speaker"], row["type"])


def _agreement(root: Path, texts: Mapping[str, str], targets: Mapping[str, Target]) -> dict[str, Any]:
    """Spans and alphas of two annotators, over articles of this run; and alphas of the quotes labelled twice."""
    folder = root / paths.ANNOTATIONS / "agreement"
    sides = [[row for row in _lines(folder / f"{name}.jsonl") if row["article_id"] in texts] for name in SIDES]
    spans = [_by_article(_gold_spans(map(_as_gold, side))) for side in sides]
    here = {i: texts[i] for i in texts if i in spans[0] or i in spans[1]}
    labels = [{i: [r["labels"] for r in side if r["article_id"] == i] for i in here} for side in sides]
    both = [
        (i, labels[0][i][a], labels[1][i][b])
        for i in sorted(here)
        for a, b in agreement.matched(here[i], spans[0].get(i, []), spans[1].get(i, []))
    ]
    twice = [(row["group"], row["first"], row["second"]) for row in _lines(folder / "stance.jsonl")]
    return {
        "spans": agreement.spans(here, *spans) if here else None,
        "alpha": _alphas(both, targets),
        "alpha_stance_rows": _alphas(twice, targets),
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
            out[key] = agreement.alpha(pairs, [group for group, _, _ in labelled], target.labels)
    return out


def _lines(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSONL file, none where it is not there."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _as_gold(row: dict[str, Any]) -> GoldQuote:
    return parse_row({name: row[name] for name in FIELDS}, "agreement")
