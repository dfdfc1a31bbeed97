"""Choose the articles of the page: all of them, or a sample that stays the same when articles are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_QUOTES = 20_000
MAX_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class ArticleSample:
    """The articles of the page.

    Attributes
    ----------
    articles : frozenset of str
        Ids of the articles whose quotes are shown.
    quotes, total_quotes : int
        Number of their quotes, and of all quotes.
    with_texts : bool
        Whether the texts of the articles are short enough to be shown whole.
    """

    articles: frozenset[str]
    quotes: int
    total_quotes: int
    with_texts: bool


def sample_articles(
    sizes: Iterable[tuple[str, int, int]], max_quotes: int = MAX_QUOTES, max_characters: int = MAX_CHARACTERS
) -> ArticleSample:
    """Choose whole articles, in the order of their ids, until the page is full.

    The ids are hashes: their order is as good as random, and does not change when articles are added.

    Parameters
    ----------
    sizes : iterable of (str, int, int)
        Article id, number of its quotes, characters of its text.
    max_quotes : int
        Most quotes of the page; one article is shown even if it has more.
    max_characters : int
        Most characters of all texts; beyond them no article is shown whole.
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
