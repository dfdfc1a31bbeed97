"""Decide what of a run may be shown on the page: which articles, and of which texts no more than excerpts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.report.article_sample import ArticleSample, sample_articles

SAMPLE = "sample/"


@dataclass(frozen=True)
class PagePlan:
    """What may be shown on the page.

    Attributes
    ----------
    sample : ArticleSample
        The articles.
    articles, left_out, invented : int
        Number of articles that may be shown, that `leave_out` excludes, and of those shown that are invented.
    excerpt_limits : dict of str to int
        Articles of the page whose text may not be published, with the most words of each of their quotes.
    """

    sample: ArticleSample
    articles: int
    left_out: int
    invented: int
    excerpt_limits: dict[str, int]


def plan_page(root: Path, config: PublishConfig) -> PagePlan:
    """Choose the articles of a project that are shown, under the same terms as those of the dataset."""
    quotes = Counter(row["article_id"] for row in tables.iterate_rows(root / paths.QUOTES, ["article_id"]))
    sizes, limits, invented, left_out = [], {}, set(), 0
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "text"]):
        article_id = row["article_id"]
        if config.leaves_out(row):
            left_out += 1
            continue
        if row["raw_path"].startswith(SAMPLE):
            invented.add(article_id)
        limit = config.excerpt_limit(config.licence_of(row), len(row["text"].split()), quotes[article_id])
        if limit is not None:
            limits[article_id] = limit
        sizes.append((article_id, quotes[article_id], len(row["text"]) if limit is None else 0))
    sample = sample_articles(sizes)
    limits = {article_id: limit for article_id, limit in limits.items() if article_id in sample.articles}
    return PagePlan(sample, len(sizes), left_out, len(invented & sample.articles), limits)
