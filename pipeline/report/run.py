"""Stage `report`: `reports/index.html`, one page without a network, from the tables and metrics of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.publish_config import excerpt, load_publish_config
from pipeline.core.storage import table_joins, tables
from pipeline.core.targets import Target, load_targets, shared_labels
from pipeline.report.html_page import page
from pipeline.report.inline_svg import figures
from pipeline.report.page_data import Payload
from pipeline.report.page_plan import Plan, plan
from pipeline.report.trust_table import trust

# What the page shows of a quote: a third of the columns need not be read.
OF_QUOTES = [
    *("quote_id", "article_id", "type", "content", "parts", "cue_start", "cue_end", "source_start", "source_end"),
    *("context_start", "context_end", "speaker_id", "speaker", "group_id"),
]


def run(root: Path) -> dict[str, int]:
    """Write the page; what licences keep out of the dataset stays out of it too."""
    config = load_publish_config(root / paths.CONFIGS)
    metrics = tables.read_json(root / paths.REPORTS / "metrics.json")
    planned = plan(root, config)
    data = gather(root, load_targets(root / paths.CONFIGS), planned).data()
    html = page(
        data,
        name=config.name,
        counts=metrics["counts"],
        plan=planned,
        period=period(data["articles"]),
        trust=list(trust(metrics)),
        figures=list(figures(root / paths.REPORTS / "figures")),
    )
    tables.write_text(root / paths.REPORTS / "index.html", html)
    return {"articles on the page": len(planned.chosen.articles), "quotes": planned.chosen.quotes}


def gather(root: Path, targets: dict[str, Target], planned: Plan) -> Payload:
    """Read the articles of the plan, with their quotes, speakers and stances.

    Texts are cleared here: beyond this point, an article that may not be passed on has none.
    """
    speakers = {row["speaker_id"]: row for row in tables.iterate_rows(root / paths.SPEAKERS)}
    questions = {key: target.question for key, target in targets.items()}
    payload = Payload(list(shared_labels(targets)), questions, speakers, planned.chosen.texts)
    chances = [f"p_{label}" for label in shared_labels(targets)]
    columns = {paths.QUOTES: OF_QUOTES, paths.STANCES: ["quote_id", "target", "label", *chances, "abstained"]}
    for article, said in table_joins.articles_with_quotes(root, len(targets), columns):
        article_id = article["article_id"]
        if article_id in planned.chosen.articles:
            words = planned.excerpts.get(article_id)
            payload.article(article if words is None else {**article, "text": None})
            for quote, opinions in said:
                payload.quote(quote if words is None else _cut(quote, words), opinions)
    return payload


def _cut(quote: Mapping[str, Any], words: int) -> dict[str, Any]:
    return {**quote, "content": excerpt(quote["content"], words)}


def period(articles: Iterable[Mapping[str, Any]]) -> tuple[str, str] | None:
    """First and last day of the articles that have one; None where none has."""
    days = sorted(article["day"] for article in articles if "day" in article)
    return (days[0], days[-1]) if days else None
