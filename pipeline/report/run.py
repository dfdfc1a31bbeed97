"""Stage `report`: write the page that needs no network, with every text, and `public.html` with what licences allow."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.language import load_language
from pipeline.core.number_format import counted
from pipeline.core.publish_config import UNKNOWN, Limit, PublishConfig, load_publish_config
from pipeline.core.stance_headlines import stance_headlines
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding, plan_withholding
from pipeline.core.targets import Target, load_targets, shared_labels, shared_roles, stance_labels
from pipeline.report.html_page import read_figures, render_page
from pipeline.report.page_data import PageData, abbreviations_of
from pipeline.report.trust import build_score_rows, judge_trust

MAX_QUOTES = 20_000
MAX_CHARACTERS = 2_000_000
# What the page shows of a quote: a third of the columns need not be read.
QUOTE_COLUMNS = [
    *("quote_id", "article_id", "type", "content", "parts", "cue_start", "cue_end", "source_start"),
    *("source_end", "context_start", "context_end", "speaker_id", "speaker", "certainty", "corrected_by", "side"),
    *("side_by", "group_id", "versions", "vanished"),
]


def run(root: Path) -> dict[str, int]:
    """Write both pages; what licences keep out of the published dataset stays out of the public one too."""
    config, targets = load_publish_config(root / paths.CONFIGS), load_targets(root / paths.CONFIGS)
    metrics = tables.read_json(root / paths.SCORES)
    trust = judge_trust(metrics, stance_labels(targets))
    withholding = plan_withholding(root, config)
    _, local = plans = [plan_page(root, config, withholding, public) for public in (True, False)]
    pages = (paths.PUBLIC_PAGE, paths.LOCAL_PAGE), plans, collect_data(root, targets, plans)
    for page, plan, collected in zip(*pages, strict=True):
        data = collected.to_dict()
        for target in data["targets"]:
            target["rates"] = trust.rates.get(target["key"], {})
        days = sorted(article["day"] for article in data["articles"] if "day" in article)
        html = render_page(
            data,
            name=config.name,
            metrics=metrics,
            plan=plan,
            period=(days[0], days[-1]) if days else None,
            headlines=stance_headlines(metrics, shared_roles(targets)),
            trust=trust,
            scores=list(build_score_rows(metrics)),
            figures=list(read_figures(root / paths.REPORTS / "figures")),
        )
        tables.write_text(root / page, html)
    return {"articles on the local page": len(local.sample.articles), "quotes": local.sample.quotes}


@dataclass(frozen=True)
class ArticleSample:
    """The articles of the page."""

    articles: frozenset[str]  # ids of those whose quotes are shown
    quotes: int  # number of their quotes
    total_quotes: int  # number of all quotes
    with_texts: bool  # whether the texts of the articles are short enough to be shown whole


def sample_articles(
    sizes: Iterable[tuple[str, int, int]], max_quotes: int = MAX_QUOTES, max_characters: int = MAX_CHARACTERS
) -> ArticleSample:
    """Choose whole articles, in the order of their ids, until the page is full.

    The ids are hashes: their order is as good as random, and does not change when articles are added. `sizes` are
    article id, number of its quotes and characters of its text. One article is shown even if it has more than
    `max_quotes`; with more than `max_characters` no article is shown whole.
    """
    rows = sorted(sizes)
    quotes = characters = 0
    articles: list[str] = []
    for article_id, n_quotes, n_characters in rows:
        if articles and quotes + n_quotes > max_quotes:
            break
        articles.append(article_id)
        quotes, characters = quotes + n_quotes, characters + n_characters
    return ArticleSample(frozenset(articles), quotes, sum(row[1] for row in rows), characters <= max_characters)


@dataclass(frozen=True)
class PagePlan:
    """What is shown on a page."""

    withholding: Withholding | None  # what may leave, of the page for others; None for the local page, which has all
    sample: ArticleSample
    left_out: int  # number of articles that `leave_out` excludes
    invented: frozenset[str]  # ids of the articles shown that are invented
    not_for_others: int  # number of articles on a local page whose text may not be passed on; 0 for a public page
    excerpt_limits: dict[str, Limit]  # articles whose text may not be published, with the most words of their quotes
    licences: dict[str, str]  # by article; one whose licence is not stated is missing

    @property
    def excerpt_words(self) -> int:
        """Most words of a quote of an article whose text may not be published."""
        return max((limit.words for limit in self.excerpt_limits.values()), default=0)

    @property
    def unstated(self) -> str:
        """Say of how many articles on the page the licence is not stated; empty where it is stated of all."""
        number = len(self.sample.articles - self.licences.keys())
        if not number:
            return ""
        whose = "their texts" if number == len(self.sample.articles) else f"the text of {counted(number, 'article')}"
        return f"The licence of {whose} is not stated."

    def publish(self, table: str, row: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the page may show of a row, None where nothing of it."""
        return row if self.withholding is None else self.withholding.publish(table, row)


def plan_page(root: Path, config: PublishConfig, withholding: Withholding, public: bool) -> PagePlan:
    """Choose the articles of a project that are shown; on a public page under the terms of the published dataset."""
    quotes = Counter(row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"]))
    closed = withholding.limits.keys() | withholding.left_out
    sizes, licences, invented, left_out = [], {}, set(), 0
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "text"]):
        article_id = row["article_id"]
        if public and article_id in withholding.left_out:
            left_out += 1
            continue
        if config.is_invented(row):
            invented.add(article_id)
        if (licence := config.licence_of(row)) != UNKNOWN:
            licences[article_id] = licence
        sizes.append((article_id, quotes[article_id], 0 if public and article_id in closed else len(row["text"])))
    sample = sample_articles(sizes)
    limits = {article_id: limit for article_id, limit in withholding.limits.items() if article_id in sample.articles}
    return PagePlan(
        withholding=withholding if public else None,
        sample=sample,
        left_out=left_out,
        invented=sample.articles & invented,
        not_for_others=0 if public else len(closed & sample.articles),
        excerpt_limits=limits if public else {},
        licences=licences,
    )


def collect_data(root: Path, targets: Mapping[str, Target], plans: list[PagePlan]) -> list[PageData]:
    """Read the planned articles once for all pages, without what may not be shown."""
    speakers = list(tables.iterate_rows(root / paths.SPEAKERS))
    languages = sorted((root / paths.CONFIGS / "languages").glob("??.yaml"))
    abbreviations = {path.stem: abbreviations_of(load_language(path.stem, root / paths.CONFIGS)) for path in languages}
    pages = []
    for plan in plans:
        known = {row["speaker_id"]: row for row in (plan.publish("speakers", row) for row in speakers) if row}
        pages.append((plan, PageData(targets, known, plan.sample.with_texts, abbreviations)))
    probabilities = [f"p_{label}" for label in shared_labels(targets)]
    stance_columns = ["quote_id", "target", "label", *probabilities, "abstained", "corrected_by", "evidence"]
    columns = {paths.QUOTES: QUOTE_COLUMNS, paths.STANCES: stance_columns}
    for article, quotes in tables.articles_with_quotes(root, len(targets), columns):
        for plan, data in pages:
            if (i := article["article_id"]) in plan.sample.articles and (shown := plan.publish("articles", article)):
                data.add_article(shown, i in plan.invented, plan.licences.get(i))
                for quote, of_quote in quotes:
                    by_hand = {f"{stance['target']}_corrected_by": stance["corrected_by"] for stance in of_quote}
                    if row := plan.publish("quotes", quote | by_hand):
                        data.add_quote(row, of_quote)
    for change in tables.iterate_rows(root / paths.CHANGES):
        for plan, data in pages:
            if shown := plan.publish("changes", change):
                data.add_change(shown)
    return [data for _, data in pages]
