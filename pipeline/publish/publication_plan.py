"""Decide for each article its split, its licence, and how much of its text each of the two datasets has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding
from pipeline.publish.dataset_splits import ArticleGroups, choose_split


@dataclass(frozen=True)
class ArticlePlan:
    """How one article is in a dataset.

    Attributes
    ----------
    split : str
        The split of all its rows.
    license : str
        Its licence.
    has_text : bool
        Whether the dataset has the whole text.
    language : str
        ISO 639-1.
    invented : bool
        True for an invented article, such as those that come with Parley.
    left_out : bool
        True where `leave_out` keeps the article out of the published dataset.
    """

    split: str
    license: str
    has_text: bool
    language: str
    invented: bool
    left_out: bool = False


def plan_articles(
    root: Path,
    config: PublishConfig,
    withholding: Withholding,
    group_keys: Iterable[tuple[str, str]] = (),
) -> dict[str, ArticlePlan]:
    """Return the plan of each article by article_id: how it is published, as far as its licence allows.

    Articles are in one split when their texts are nearly the same, when they contain near-identical quotes, or when
    they share one of `group_keys`.

    Parameters
    ----------
    root : path
        The project's folder.
    config : PublishConfig
        Weights of the splits, and licences.
    withholding : Withholding
        Which texts are withheld or left out.
    group_keys : iterable of (str, str)
        article_id, and a key that articles of one group share.
    """
    groups = ArticleGroups()
    articles: dict[str, ArticlePlan] = {}
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "language", "text"]):
        article_id = row["article_id"]
        groups.add(article_id, row["text"])
        has_text, left_out = article_id not in withholding.limits, article_id in withholding.left_out
        invented = config.is_invented(row)
        plan = ArticlePlan("", config.licence_of(row), has_text, row["language"], invented, left_out)
        articles[article_id] = plan
    for row in tables.iterate_rows(root / paths.QUOTES, ["article_id", "group_id"]):
        groups.join(row["article_id"], row["group_id"])
    for article_id, key in group_keys:
        if article_id in groups:
            groups.join(article_id, key)
    return {
        article_id: replace(plan, split=choose_split(groups.group_of(article_id), config.splits))
        for article_id, plan in articles.items()
    }


def published_plans(plans: Mapping[str, ArticlePlan]) -> dict[str, ArticlePlan]:
    """Return the plans of the articles that are published."""
    return {article_id: plan for article_id, plan in plans.items() if not plan.left_out}


def full_plans(plans: Mapping[str, ArticlePlan]) -> dict[str, ArticlePlan]:
    """Return plans by which every article is in the dataset, whole."""
    return {article_id: replace(plan, has_text=True) for article_id, plan in plans.items()}


def count_by_licence(plans: Iterable[ArticlePlan]) -> dict[str, tuple[int, bool]]:
    """Return for each licence, sorted, its number of articles, and whether the dataset has their text."""
    counts = Counter((plan.license, plan.has_text) for plan in plans)
    return {licence: (number, has_text) for (licence, has_text), number in sorted(counts.items())}
