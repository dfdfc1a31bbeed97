"""Decide for each article its split and its licence.

Related articles are in one group, and a group in one split, in a way that hardly changes when articles are added.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from pipeline.core import paths
from pipeline.core.near_duplicates import compute_minhash, extract_shingles
from pipeline.core.publish_config import PublishConfig
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding

# Two articles share a band when about 0.55 of their five-word sequences are common (0.8: with probability 0.9996; 0.3:
# with 0.05). Two that share one by chance only stay together without need.
BANDS, ROWS_PER_BAND = 20, 5


@dataclass(frozen=True)
class ArticlePlan:
    """How one article is in a dataset."""

    split: str  # of all its rows
    license: str
    has_text: bool  # whether the dataset has the whole text
    language: str  # ISO 639-1
    invented: bool  # such as those that come with Parley
    left_out: bool = False  # whether `leave_out` keeps it out of the published dataset


def plan_articles(
    root: Path, config: PublishConfig, withholding: Withholding, group_keys: Iterable[tuple[str, str]] = ()
) -> dict[str, ArticlePlan]:
    """Return the plan of each article by article_id: how it is published, as far as its licence allows.

    Articles are in one split when their texts are nearly the same, when they contain near-identical quotes, or when
    they share one of `group_keys`. Each of `group_keys` is an article_id and a key that articles of one group share.
    """
    groups = ArticleGroups()
    articles: dict[str, ArticlePlan] = {}
    for row in tables.iterate_rows(root / paths.ARTICLES, ["article_id", "source", "raw_path", "language", "text"]):
        article_id = row["article_id"]
        groups.add(article_id, row["text"])
        has_text, left_out = article_id not in withholding.limits, article_id in withholding.left_out
        facts = config.licence_of(row), has_text, row["language"], config.is_invented(row), left_out
        articles[article_id] = ArticlePlan("", *facts)
    for row in tables.iterate_rows(root / paths.QUOTES, ["article_id", "group_id"]):
        groups.join(row["article_id"], row["group_id"])
    for article_id, key in group_keys:
        if article_id in articles:
            groups.join(article_id, key)
    return {
        article_id: replace(plan, split=choose_split(groups.group_of(article_id), config.splits))
        for article_id, plan in articles.items()
    }


class ArticleGroups:
    """Groups of articles that are related directly or through others (union-find; Tarjan 1975).

    Memory is about 3 kB an article, for the bands of its text.
    """

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._first_with_key: dict[str | bytes, str] = {}

    def add(self, article_id: str, text: str) -> None:
        """Add an article to the group of those with nearly the same text."""
        self._parent.setdefault(article_id, article_id)
        # Nearly identical texts are likely to share a band of their MinHash signature.
        shingles = [shingle.encode("utf-8", "replace") for shingle in extract_shingles(text)]
        signature = compute_minhash(shingles, BANDS * ROWS_PER_BAND, crc32).digest()
        for n, band in enumerate(signature.reshape(BANDS, ROWS_PER_BAND)):
            self.join(article_id, bytes([n]) + hashlib.blake2b(band.tobytes(), digest_size=8).digest())

    def join(self, article_id: str, key: str | bytes) -> None:
        """Join the groups of all articles that share a key, such as the group of a repeated quote."""
        first = self._first_with_key.setdefault(key, article_id)
        if first == article_id:  # most keys belong to one article
            return
        group, other = self.group_of(article_id), self.group_of(first)
        # The smallest id names the group, so that the order of the articles does not matter.
        self._parent[max(group, other)] = min(group, other)

    def group_of(self, article_id: str) -> str:
        """Return the smallest id of the articles in the group of this one."""
        while (parent := self._parent[article_id]) != article_id:
            self._parent[article_id] = self._parent[parent]
            article_id = self._parent[article_id]
        return article_id


def choose_split(group: str, weights: Mapping[str, float]) -> str:
    """Return the split of a group, which depends on the hash of its name alone."""
    fraction = int.from_bytes(hashlib.sha256(group.encode("utf-8")).digest()[:8], "big") / 2**64
    position = fraction * sum(weights.values())
    for name, weight in weights.items():
        position -= weight
        if position < 0:
            return name
    return list(weights)[-1]
