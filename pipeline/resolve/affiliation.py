"""Whom an unnamed speaker belongs to: `a Kestrian official`, `a person close to the ministry`."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.named_mentions import full_name, known_name, single_name, surname
from pipeline.resolve.nominal_mentions import government
from pipeline.resolve.office_mentions import body
from pipeline.resolve.source_mention import Mention

_NAMING = (government, known_name, full_name, surname, body, single_name)
_BELONGING = ("at", "in", "from", "of", "for", "with", "within", "inside", "to")


def affiliation(article: Article, quote: Quote, mention: Mention) -> str | None:
    """Name of the state, organisation or person that a description names, None where it names none.

    `A source in the foreign ministry` gives the ministry; `a resident of Ostry` gives nothing, unless the gazetteer
    or the article makes of Ostry one who may speak.
    """
    head = mention.head
    if head is None:
        return None
    return _behind(article, quote, head, mention.end) or _in_front(article, quote, head, mention.start)


def _behind(article: Article, quote: Quote, head: Token, end: int) -> str | None:
    for preposition in head.doc[head.i + 1 : min(head.i + 5, len(head.doc))]:
        if preposition.idx >= end:
            break
        if preposition.lower_ not in _BELONGING or preposition.i + 1 >= len(head.doc):
            continue
        target = next((child for child in preposition.children if child.dep_ == "pobj"), None)
        # A parse may hang what follows the mention on a preposition in it.
        if target is not None and target.left_edge.idx < end:
            last = min(target.right_edge.idx + len(target.right_edge), end)
            return _name(article, quote, target.left_edge.idx, last)
    return None


def _in_front(article: Article, quote: Quote, head: Token, start: int) -> str | None:
    for run in article.runs:
        if start <= run.start and run.end <= head.idx:
            state = article.gazetteer.country(run.name)
            if state is not None:
                return state.name
            entity = article.entity_at(run)
            if entity is not None and entity.kind in ("organisation", "person"):
                return _name(article, quote, run.start, run.end)
    adjectives = [t for t in head.lefts if t.text[0].isupper() and t.idx >= start]
    states = (article.gazetteer.country(token.text) for token in adjectives)
    return next((state.name for state in states if state is not None), None)


def _name(article: Article, quote: Quote, start: int, end: int) -> str | None:
    mention = article.mention((start, end))
    for rule in _NAMING:
        if (found := rule(article, quote, mention)) is not None:
            return found.speaker
    return None
