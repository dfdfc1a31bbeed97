"""Affiliation of an unnamed speaker: the state, organisation or person that a description names."""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.nominal_mentions import resolve_government
from pipeline.resolve.office_mentions import resolve_name
from pipeline.resolve.source_mention import SourceMention

_TOKENS_BEHIND_HEAD = 5


def find_affiliation(article: ArticleContext, source: SourceMention) -> str | None:
    """Return the name of the state, organisation or person that a description of a speaker names, or None.

    `A source in the foreign ministry` gives the ministry; `a resident of Ostry` gives nothing, unless the gazetteer
    knows Ostry or the article makes it a speaker.
    """
    head = source.head
    if head is None:
        return None
    return _after_head(article, head, source.end) or _before_head(article, head, source.start)


def _after_head(article: ArticleContext, head: Token, end: int) -> str | None:
    """Return the name after the first preposition: `ministry` of "a source in the ministry"."""
    for preposition in head.doc[head.i + 1 : min(head.i + _TOKENS_BEHIND_HEAD, len(head.doc))]:
        if preposition.idx >= end:
            break
        is_affiliation = preposition.lower_ in article.vocabulary.affiliation_prepositions
        if not is_affiliation or preposition.i + 1 >= len(head.doc):
            continue
        target = next((child for child in preposition.children if child.dep_ == "pobj"), None)
        # The parse may attach words after the mention to a preposition inside it.
        if target is not None and target.left_edge.idx < end:
            last = min(target.right_edge.idx + len(target.right_edge), end)
            return _speaker_of_span(article, target.left_edge.idx, last)
    return None


def _before_head(article: ArticleContext, head: Token, start: int) -> str | None:
    """Return the name in front of the head noun: `Kestria` for "a Kestrian official"."""
    for mention in article.mentions:
        if start <= mention.start and mention.end <= head.idx:
            state = article.gazetteer.find_state(mention.name)
            if state is not None:
                return state.name
            entity = article.entity_of(mention)
            if entity is not None and entity.kind in ("organisation", "person"):
                return _speaker_of_span(article, mention.start, mention.end)
    adjectives = [t for t in head.lefts if t.text[0].isupper() and t.idx >= start]
    states = (article.gazetteer.find_state(token.text) for token in adjectives)
    return next((state.name for state in states if state is not None), None)


def _speaker_of_span(article: ArticleContext, start: int, end: int) -> str | None:
    """Return the speaker that the characters from `start` to `end` name."""
    source = article.source_mention((start, end))
    resolution = resolve_government(article, source) or resolve_name(article, source)
    return resolution.speaker if resolution is not None else None
