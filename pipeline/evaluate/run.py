"""Stage `evaluate`: score the run against the gold, and write scores, reports and charts to `reports/`."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.markdown import render
from pipeline.core.publish_config import ELLIPSIS, load_publish_config
from pipeline.core.stance_headlines import best_baseline, count_given_stances, stance_headlines
from pipeline.core.storage.tables import iterate_column, iterate_rows, write_text
from pipeline.core.storage.withholding import plan_withholding
from pipeline.core.targets import Target, load_targets, shared_labels, shared_roles
from pipeline.evaluate.agreement import measure_agreement, read_double_annotation
from pipeline.evaluate.charts import CHARTS, ChartData, save_charts, save_library, save_plots
from pipeline.evaluate.extraction_scores import CAUSES, ErrorExample, measure_extraction
from pipeline.evaluate.run_counts import KINDS, count_run
from pipeline.evaluate.span_scores import gold_by_article
from pipeline.evaluate.speaker_scores import measure_speakers
from pipeline.evaluate.stance_measures import measure_stance
from pipeline.gold.quote_annotations import read_gold_quotes
from pipeline.gold.stance_annotations import own_rows, read_stance


def run(root: Path) -> dict[str, int]:
    """Write pages, charts and scores to `reports/`; return the numbers of annotated articles and quotes."""
    targets = load_targets(root / paths.CONFIGS)
    gold = read_gold_quotes(root / paths.ANNOTATIONS / "quotes.jsonl")
    labelled = read_stance(root / paths.ANNOTATIONS / "stance.jsonl", targets)
    texts = dict(iterate_column(root / paths.ARTICLES, "text", {quote.article_id for quote in gold}))
    rows = list(iterate_rows(root / paths.QUOTES, None, texts))

    double = read_double_annotation(root, texts)
    agreement = measure_agreement(texts, double, targets)
    extraction, examples = measure_extraction(root, texts, gold_by_article(gold, texts), rows, double)
    stance, curves, errors = measure_stance(root, targets, labelled)
    plan = plan_withholding(root, load_publish_config(root / paths.CONFIGS))
    speakers = measure_speakers(root, texts, gold, rows, plan)
    counts = count_run(root, plan)
    scores = {"counts": counts, "extraction": extraction, "agreement": agreement, **stance}
    scores |= {"speakers": speakers}

    examples = [e._replace(gold=ELLIPSIS, predicted=ELLIPSIS) if plan.hides(e.article_id) else e for e in examples]
    for of in counts["without_quote"].values():
        of["examples"] = [named for each in of["examples"] if (named := plan.publish("articles", each))]
    hidden = {row.text for row in labelled if plan.hides(row.id[:16]) or plan.people.speaks(vars(row))}
    hidden |= plan.find_held(root, (row.text for row in own_rows(root, labelled)))
    for row in chain(*errors.values()):
        row["text"] = ELLIPSIS if row["text"] in hidden else row["text"]
    pages = {
        "agreement.md": render(TEMPLATES / "agreement.md.j2", **agreement),
        "extraction.md": render_extraction(extraction, examples, agreement["spans"], counts),
        "speakers.md": render(TEMPLATES / "speakers.md.j2", **speakers),
        "stance.md": render_stance(stance, errors, targets, counts, agreement["alpha_stance_rows"]),
    }
    folder = root / paths.REPORTS
    for name, page in pages.items():
        write_text(folder / name, plan.people.cover(page))
    data = ChartData(scores, curves, shared_labels(targets))
    save_plots(folder / "plots", data)
    save_library(folder / "vega.js")
    save_charts(folder / "figures", data)
    for path, figures in {paths.SCORES: scores, paths.METRICS: choose_main_figures(scores)}.items():
        write_text(root / path, json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return {"articles with gold": len(texts), "gold quotes": extraction["on"]["quotes"]}


TEMPLATES = Path(__file__).parent / "templates"
Metrics = Mapping[str, Any]
# Of the figures that `dvc metrics` prints.
DIGITS = 3


def render_extraction(
    scores: Metrics, examples: Sequence[ErrorExample], agreement: Metrics | None, counts: Metrics
) -> str:
    """Return `reports/extraction.md`; `counts` are those of `count_run`."""
    of_run = {name: counts[name] for name in ("articles", "failures", "without_quote")}
    told = {"scores": scores, "examples": examples, "agreement": agreement, **of_run}
    return render(TEMPLATES / "extraction.md.j2", meanings=KINDS, causes=CAUSES, **told)


def render_stance(
    metrics: Metrics, errors: Metrics, targets: Mapping[str, Target], counts: Metrics, alphas: Metrics
) -> str:
    """Return `reports/stance.md`; `counts` are those of `count_run`, `errors` and `alphas` (agreement) by target."""
    roles = shared_roles(targets)
    measured = [of for each in metrics["real_quotes"] for of in each["targets"].values()]
    return render(
        TEMPLATES / "stance.md.j2",
        alphas=alphas,
        errors=errors,
        labels=list(shared_labels(targets)),
        descriptions=next(iter(targets.values())).descriptions,
        counts=counts,
        **metrics,
        f1=f"the mean F1 of {roles.favor} and {roles.against}",
        measured=measured,
        given=sum(map(count_given_stances, measured)),
        best={target: best_baseline(of) for target, of in metrics["stance"].items()},
        headlines=stance_headlines(metrics, roles),
        charts=CHARTS,
    )


def choose_main_figures(scores: Metrics) -> dict[str, dict[str, float]]:
    """Return the main figures of `scores.json` by what they are about.

    DVC warns of a value that is no number: what was not measured is left out.
    """
    counts, extraction = scores["counts"], scores["extraction"]
    run = {"articles": counts["articles"], "quotes": sum(counts["quotes"].values())}
    figures: dict[str, dict[str, Any]] = {"run": run}
    if extraction["on"]["quotes"]:
        of_found, exact = extraction["content_match"], extraction["content_exact"]
        figures["extraction"] = {"found_f1": of_found["f1"], "exact_f1": exact["f1"]}
        speakers = scores["speakers"]["end_to_end"]["all"]
        figures["speakers"] = {name: speakers[name] for name in ("right", "open")}
    for target, of in scores["stance"].items():
        kept, kinds = of["kept"], scores["behaviours"].get(target, {}).get("kinds", {})
        found = {name: of["model"].get(name) for name in ("f1_favor_against", "macro_f1", "calibration_error")}
        found |= {"stances_kept": kept["coverage"], "kept_wrong": kept["error"]}
        found["direction_right"] = kinds.get("direction", {}).get("share")
        # A target may bear the name of one of the above.
        figures.setdefault(target, {}).update({name: each and each["value"] for name, each in found.items()})
    measured = {part: {n: v for n, v in values.items() if v is not None} for part, values in figures.items()}
    return {part: {name: round(v, DIGITS) for name, v in values.items()} for part, values in measured.items() if values}
