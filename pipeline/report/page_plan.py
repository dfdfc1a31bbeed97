"""Decide what of a run a page shows: which articles, and on the public page of which texts no more than excerpts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.core import paths
from pipeline.core.number_format import counted
from pipeline.core.publish_config import UNKNOWN, Limit, PublishConfig
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding

MAX_QUOTES = 20_000
MAX_CHARACTERS = 2_000_000
PageContent = tuple[frozenset[str], bool, frozenset[str], bool]


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
    articles: int  # number of those that may be shown
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

    @property
    def content(self) -> PageContent:
        """What decides on the data of the page: pages for which it is equal have the same."""
        changed = bool(self.excerpt_limits) or bool(self.withholding and self.withholding.people)
        return self.sample.articles, self.sample.with_texts, self.invented, changed


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
        licence = config.licence_of(row)
        if licence != UNKNOWN:
            licences[article_id] = licence
        sizes.append((article_id, quotes[article_id], 0 if public and article_id in closed else len(row["text"])))
    sample = sample_articles(sizes)
    limits = {article_id: limit for article_id, limit in withholding.limits.items() if article_id in sample.articles}
    return PagePlan(
        withholding=withholding if public else None,
        sample=sample,
        articles=len(sizes),
        left_out=left_out,
        invented=sample.articles & invented,
        not_for_others=0 if public else len(closed & sample.articles),
        excerpt_limits=limits if public else {},
        licences=licences,
    )
