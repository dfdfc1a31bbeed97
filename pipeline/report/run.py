"""Stage `report`: write a page that needs no network, from tables and metrics of the run.

`reports/index.html` is the local page, with every text in full, for whoever has the articles; `reports/public.html` has
what licences allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.language import load_language
from pipeline.core.publish_config import load_publish_config
from pipeline.core.stance_headlines import stance_headlines
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import plan_withholding
from pipeline.core.targets import Target, load_targets, shared_labels, shared_roles, stance_labels
from pipeline.report.html_page import read_figures, render_page
from pipeline.report.page_data import PageData
from pipeline.report.page_plan import PageContent, PagePlan, plan_page
from pipeline.report.sentence_window import abbreviations_of
from pipeline.report.trust import build_score_rows, judge_trust

# What the page shows of a quote: a third of the columns need not be read.
QUOTE_COLUMNS = [
    *("quote_id", "article_id", "type", "content", "parts", "cue_start", "cue_end", "source_start", "source_end"),
    *("context_start", "context_end", "speaker_id", "speaker", "certainty", "corrected_by", "side", "group_id"),
]


def run(root: Path) -> dict[str, int]:
    """Write both pages; what licences keep out of the published dataset stays out of the public one too."""
    config, targets = load_publish_config(root / paths.CONFIGS), load_targets(root / paths.CONFIGS)
    metrics = tables.read_json(root / paths.SCORES)
    trust = judge_trust(metrics)
    withholding = plan_withholding(root, config)
    pages = {paths.PUBLIC_PAGE: True, paths.LOCAL_PAGE: False}
    plans = {page: plan_page(root, config, withholding, public) for page, public in pages.items()}
    collected = collect_data(root, targets, plans.values())
    for page, plan in plans.items():
        data = collected[plan.content].to_dict()
        for target in data["targets"]:
            target["rates"] = trust.rates(target["key"], stance_labels(targets))
        html = render_page(
            data,
            name=config.name,
            counts=metrics["counts"],
            plan=plan,
            period=find_period(data["articles"]),
            headlines=stance_headlines(metrics, shared_roles(targets)),
            trust=trust,
            scores=list(build_score_rows(metrics)),
            figures=list(read_figures(root / paths.REPORTS / "figures")),
        )
        tables.write_text(root / page, html)
    return {"articles on the local page": len(plan.sample.articles), "quotes": plan.sample.quotes}


def collect_data(root: Path, targets: Mapping[str, Target], plans: Iterable[PagePlan]) -> dict[PageContent, PageData]:
    """Read the planned articles once for all pages, without what may not be shown; equal contents share their data."""
    speakers = list(tables.iterate_rows(root / paths.SPEAKERS))
    languages = sorted((root / paths.CONFIGS / "languages").glob("??.yaml"))
    abbreviations = {path.stem: abbreviations_of(load_language(path.stem, root / paths.CONFIGS)) for path in languages}
    pages = {}
    for plan in plans:
        named = filter(None, (publish(plan, "speakers", row) for row in speakers))
        known = {row["speaker_id"]: row for row in named}
        pages[plan.content] = plan, PageData(targets, known, plan.sample.with_texts, abbreviations)
    probabilities = [f"p_{label}" for label in shared_labels(targets)]
    stance_columns = ["quote_id", "target", "label", *probabilities, "abstained", "corrected_by", "evidence"]
    columns = {paths.QUOTES: QUOTE_COLUMNS, paths.STANCES: stance_columns}
    for article, quotes in tables.articles_with_quotes(root, len(targets), columns):
        for plan, data in pages.values():
            if (i := article["article_id"]) in plan.sample.articles and (shown := publish(plan, "articles", article)):
                data.add_article(shown, i in plan.invented, plan.licences.get(i))
                for quote, of_quote in quotes:
                    by_hand = {f"{stance['target']}_corrected_by": stance["corrected_by"] for stance in of_quote}
                    if row := publish(plan, "quotes", quote | by_hand):
                        data.add_quote(row, of_quote)
    for change in tables.iterate_rows(root / paths.CHANGES):
        for plan, data in pages.values():
            if shown := publish(plan, "changes", change):
                data.add_change(shown)
    return {content: data for content, (_, data) in pages.items()}


def publish(plan: PagePlan, table: str, row: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a page may show of a row, None where nothing of it."""
    return row if plan.withholding is None else plan.withholding.publish(table, row)


def find_period(articles: Iterable[Mapping[str, Any]]) -> tuple[str, str] | None:
    """Return the first and the last day of the articles that have one, None where none has."""
    days = sorted(article["day"] for article in articles if "day" in article)
    return (days[0], days[-1]) if days else None
