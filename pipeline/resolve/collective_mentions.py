"""Rules for several at once (`the two presidents`, `both governments`): the members that the article names."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.article_context import Article
from pipeline.resolve.entities import Entity
from pipeline.resolve.nominal_mentions import tidy
from pipeline.resolve.source_mention import Mention, Verdict, joined_names
from pipeline.resolve.word_sets import base_role

# Paragraphs back in which the members may have been named last.
_FARTHEST = 3
_LONGEST = 4


def members(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The two presidents`: those whom the article calls so, when it names just as many of them."""
    if mention is None or mention.head is None or not mention.tokens or len(mention.tokens) > _LONGEST:
        return None
    number = _number(article, mention)
    fits = _kind(article, mention)
    if not number or fits is None:
        return None
    found = _named(article, mention.start, fits, number)
    if len(found) != number:
        return None
    states = mention.head.lemma_.lower() in article.words.lists.states
    # Both governments stay so; two presidents are called by name.
    return Verdict(tidy(article, mention) if states else joined_names(found), "group", tuple(found))


def _number(article: Article, mention: Mention) -> int:
    lists = article.words.lists
    words = {token.lower_ for token in mention.tokens}
    return next((n for n, known in ((2, lists.two), (3, lists.three), (4, lists.four)) if words & known), 0)


def _kind(article: Article, mention: Mention) -> Callable[[Entity], bool] | None:
    """Whether somebody is one of those that a plural means; None for a plural that says nothing of the kind."""
    head, words = mention.head, article.words
    if head is None:
        return None
    noun = head.lemma_.lower()
    if head.lower_ in words.lists.two or noun in words.lists.states:
        kind = "country" if noun in words.lists.states else "person"
        return lambda entity: entity.kind == kind
    if head.tag_ not in ("NNS", "NNPS"):
        return None
    if gender := words.gender({"men": "man", "women": "woman"}.get(head.lower_, "")):
        return lambda entity: entity.kind == "person" and entity.gender in ("", gender)
    role = base_role(noun)
    if noun in words.lists.leaders:
        leading = {role, *(name.split()[-1] for name in words.lists.leading_roles)}
        return lambda entity: entity.kind == "person" and any(r.head in leading for r in entity.roles)
    if noun in words.roles or noun in words.lists.people:
        return lambda entity: entity.kind == "person" and any(r.head == role for r in entity.roles)
    return None


def _named(article: Article, offset: int, fits: Callable[[Entity], bool], number: int) -> list[str]:
    """Names of the nearest ones before, paragraph by paragraph back; else of all that the article has.

    Whom somebody talks about does not count.
    """
    told = [*article.direct, *article.indirect]
    found = [e for e in article.entities if fits(e) and any(not article.inside(r.start, told) for r in e.runs)]
    here = article.paragraph(offset)
    for back in range(_FARTHEST + 1):
        near = [e for e in found if any(_near(article, r.start, offset, here - back, told) for r in e.runs)]
        if len(near) >= number:
            return _names(article, near)
    return _names(article, found)


def _near(article: Article, start: int, offset: int, paragraph: int, told: list[Span]) -> bool:
    """True for a name of the narration between a paragraph and an offset."""
    return start < offset and article.paragraph(start) >= paragraph and not article.inside(start, told)


def _names(article: Article, found: list[Entity]) -> list[str]:
    names = []
    for entity in found:
        entry = article.gazetteer.find(entity.name)
        name = entry.name if entry is not None else entity.name
        if name not in names:
            names.append(name)
    return names


RULES = (members,)
