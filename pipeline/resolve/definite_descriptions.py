"""Rules for a definite noun that refers to somebody mentioned: `the politician`, `the Kestrian strongman`."""

from __future__ import annotations

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_forms import name_key
from pipeline.resolve.source_mention import SourceMention

_MAX_TOKENS = 5


def named_state(article: ArticleContext, source: SourceMention) -> str:
    """Return the state that a capitalised word of a source mention names, or an empty string."""
    for token in source.tokens:
        if token.text[0].isupper() and (entry := article.gazetteer.find_state(token.text)) is not None:
            return entry.name
    return ""


def states_of_person(article: ArticleContext, person: Entity) -> set[str]:
    """Return the states that the gazetteer or the introductions of a person name."""
    entry = article.gazetteer.find(person.name)
    states = {entry.country} if entry is not None and entry.country else set()
    for role in person.roles:
        states |= {state.name for word in role.words if (state := article.gazetteer.find_state(word)) is not None}
    return states


def _is_adjective(word: str, state: str) -> bool:
    """Return True for `Zubrian` of Zubria: derived from the name, neither part of it nor a seat such as a capital."""
    form, name = name_key(word), name_key(state)
    return form[:3] == name[:3] and not name.startswith(form) and word.istitle()
