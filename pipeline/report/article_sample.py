"""Which articles a page can carry: all of them, or a sample that does not move when articles are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_QUOTES = 20_000
MOST_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class Chosen:
    """What goes on the page.

    Attributes
    ----------
    articles : frozenset of str
        Articles whose quotes are shown.
    quotes, of_quotes : int
        Quotes of these, and quotes there are.
    texts : bool
        Whether the texts of the articles are short enough to be shown whole.
    """

    articles: frozenset[str]
    quotes: int
    of_quotes: int
    texts: bool


def choose(
    sizes: Iterable[tuple[str, int, int]], most_quotes: int = MOST_QUOTES, most_characters: int = MOST_CHARACTERS
) -> Chosen:
    """Choose whole articles until the page is full.

    Parameters
    ----------
    sizes : iterable of (str, int, int)
        Article id, number of its quotes, characters of its text. The ids are hashes, so that their order is as good
        as drawn by lot, and the same articles are drawn again when others come in.
    most_quotes : int
        Quotes that the page may carry.
    most_characters : int
        Characters of article text that it may carry; beyond it no article is shown whole.
    """
    rows = sorted(sizes)
    total, shown, characters = sum(row[1] for row in rows), 0, 0
    articles: list[str] = []
    for article_id, quotes, length in rows:
        if articles and shown + quotes > most_quotes:
            break
        articles.append(article_id)
        shown, characters = shown + quotes, characters + length
    return Chosen(frozenset(articles), shown, total, characters <= most_characters)
