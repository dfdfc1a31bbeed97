"""Offices under another phrase: `the head of Kestrian diplomacy` is the foreign minister whom the article names."""

from __future__ import annotations

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.definite_descriptions import named_state
from pipeline.resolve.entities import Entity, Role
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.role_holders import first_state
from pipeline.resolve.source_mention import SourceMention


def find_paraphrased_holder(article: ArticleContext, source: SourceMention, asked: Role) -> Entity | None:
    """Return the one person of an article who holds the office that a phrase means.

    Where the phrase names no state, the one who has spoken, or spoke last.
    """
    # Stop words of the parser, such as `top`, are no words of a role.
    adjectives = {normalise(token.text) for token in source.core if token.pos_ == "ADJ"}
    offices = _meant_offices(article, {asked.head, *asked.words, *adjectives})
    if not offices or asked.qualifiers:
        return None
    state = named_state(article, source)
    holders = [person for person in article.people if _holds(article, person, offices, state)]
    if state:
        return holders[0] if len(holders) == 1 else None
    spoken = [candidate.speaker for _, candidate in article.resolved_quotes if candidate.offset < source.start]
    speaking = [person for person in holders if person.name in spoken]
    if len(speaking) == 1:
        return speaking[0]
    return next((person for person in speaking if person.name == spoken[-1]), None)


def _meant_offices(article: ArticleContext, asked: set[str]) -> tuple[str, ...]:
    """Return the offices that the words of a phrase may mean; none where there is any further word."""
    vocabulary = article.vocabulary
    phrases = vocabulary.offices_by_words
    small = vocabulary.uninformative - frozenset().union(*phrases)
    words = {vocabulary.department_synonyms.get(word, word) for word in asked}
    states = {word for word in words if article.gazetteer.find_state(word) is not None}
    return phrases.get(frozenset(words - states - small - vocabulary.current), ())


def _holds(article: ArticleContext, person: Entity, offices: tuple[str, ...], state: str) -> bool:
    """Return True for a person who is known to hold, or introduced with, one of the offices, of a state if given."""
    entry, date = article.gazetteer.find(person.name), article.publication.date
    if entry is not None and entry.role in offices and entry.country:
        return (not date or entry.held_on(date)) and entry.country == (state or entry.country)
    return any(_is_office(article, role, office, state) for role in person.roles for office in offices)


def _is_office(article: ArticleContext, role: Role, office: str, state: str) -> bool:
    """Return True for the introduction `Kestrian foreign minister`, not for one of a party or a former office."""
    *front, head = normalise(office).split()
    named = first_state(article, role.words)
    is_same = role.head == article.vocabulary.base_role(head) and set(front) <= role.words and not role.qualifiers
    return is_same and bool(named) and named == (state or named)
