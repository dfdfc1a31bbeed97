"""Decide for each article its split, its licence, and how much of its text is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.core import paths
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.publish.dataset_splits import ArticleGroups, choose_split


@dataclass(frozen=True)
class ArticlePlan:
    """How one article is published.

    Attributes
    ----------
    split : str
        The split of all its rows.
    license : str
        Its licence.
    excerpt_words : int or None
        Most words of each of its quotes; None where the licence allows the whole text.
    language : str
        ISO 639-1.
    sample : bool
        True for the invented articles that come with Parley.
    """

    split: str
    license: str
    excerpt_words: int | None
    language: str
    sample: bool

    @property
    def has_text(self) -> bool:
        """Whether the text is published whole."""
        return self.excerpt_words is None


def plan_articles(
    root: Path,
    config: PublishConfig,
    group_keys: Iterable[tuple[str, str]] = (),
    annotated: Iterable[str] = (),
) -> dict[str, ArticlePlan]:
    """Return the plan of each article that is published, by article_id.

    Articles are in one split when their texts are nearly the same, when they contain near-identical quotes, or when
    they share one of `group_keys`.

    Parameters
    ----------
    root : path
        The project's folder.
    config : PublishConfig
        Weights of the splits, licences, and what is left out.
    group_keys : iterable of (str, str)
        article_id, and a key that articles of one group share.
    annotated : iterable of str
        article_id of each annotated quote: its excerpt counts beside those of `quotes`.
    """
    groups = ArticleGroups()
    articles: dict[str, tuple[str, str, bool]] = {}
    lengths: dict[str, int] = {}
    excerpts = Counter(annotated)
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "language", "text"]):
        if not config.leaves_out(row):
            groups.add(row["article_id"], row["text"])
            articles[row["article_id"]] = config.licence_of(row), row["language"], row["raw_path"].startswith("sample/")
            lengths[row["article_id"]] = len(row["text"].split())
    for row in tables.iterate_rows(root / paths.QUOTES, ["article_id", "group_id"]):
        if row["article_id"] in groups:
            groups.join(row["article_id"], row["group_id"])
            excerpts[row["article_id"]] += 1
    for article_id, key in group_keys:
        if article_id in groups:
            groups.join(article_id, key)
    return {
        article_id: ArticlePlan(
            choose_split(groups.group_of(article_id), config.splits),
            licence,
            config.excerpt_limit(licence, lengths[article_id], excerpts[article_id]),
            language,
            sample,
        )
        for article_id, (licence, language, sample) in articles.items()
    }


def count_by_licence(plans: Iterable[ArticlePlan]) -> dict[str, tuple[int, bool]]:
    """Return for each licence, sorted, its number of articles, and whether their text is published."""
    counts = Counter((plan.license, plan.has_text) for plan in plans)
    return {licence: (number, has_text) for (licence, has_text), number in sorted(counts.items())}
