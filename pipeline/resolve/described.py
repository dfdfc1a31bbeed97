"""Rules for a definite noun that goes on about somebody: `the politician`, `the Kestrian strongman`."""

from __future__ import annotations

from pipeline.quote import Quote
from pipeline.resolve.article import Article
from pipeline.resolve.entities import Entity
from pipeline.resolve.mention import Mention, Trace, Verdict
from pipeline.resolve.names import plain
from pipeline.resolve.words import base_role

_DEFINITE = ("the", "this", "that")
_LONGEST = 4


def state_leader(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The Kestrian leader`: the one person of the article who, as the gazetteer knows, leads that state."""
    if mention is None or mention.head is None or mention.head.tag_ not in ("NN", "NNP"):
        return None
    noun = mention.head.lower_
    if noun not in article.words.lists.leaders or (noun == "head" and "head of state" not in mention.plain):
        return None
    state = state_of(article, mention)
    if not state or any(t.lower_ in ("former", "ex", "opposition", "a", "an") for t in mention.tokens):
        return None
    found = [p for p in article.people if _leads(article, p, state)]
    return Verdict(found[0].name, "person") if len(found) == 1 else None


def _leads(article: Article, person: Entity, state: str) -> bool:
    entry = article.gazetteer.find(person.name)
    return entry is not None and entry.country == state and entry.role in article.words.lists.leading_roles


def state_of(article: Article, mention: Mention) -> str:
    """State that a capitalised word of a mention names."""
    for token in mention.tokens:
        if token.text[0].isupper() and (entry := article.gazetteer.country(token.text)) is not None:
            return entry.name
    return ""


def described(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The politician`: the only person talked about in this paragraph and the one before, if that fits."""
    if mention is None or mention.head is None or not _definite(article, mention):
        return None
    found = {trace.speaker: trace for trace in _talked_about(article, mention.start)}
    if len(found) != 1:
        return None
    (trace,) = found.values()
    return Verdict(trace.speaker, "person") if trace.kind == "person" and _fits(article, trace, mention) else None


def _definite(article: Article, mention: Mention) -> bool:
    head = mention.head
    if head is None or not mention.tokens or mention.tokens[0].lower_ not in _DEFINITE:
        return False
    noun = head.lemma_.lower()
    known = noun in article.words.lists.descriptions or (noun == "official" and bool(state_of(article, mention)))
    return known and head.tag_ in ("NN", "NNP") and len(mention.tokens) <= _LONGEST


def _talked_about(article: Article, offset: int) -> list[Trace]:
    """People who spoke or were the subject of something shortly before, direct speech left out."""
    here = article.paragraph(offset)
    return [
        t
        for t in article.traces
        if t.offset < offset
        and here - article.paragraph(t.offset) <= 1
        and t.kind in ("person", "anonymous")
        and (t.source or (t.subject and not article.inside(t.offset, article.direct)))
    ]


def _fits(article: Article, trace: Trace, mention: Mention) -> bool:
    noun = mention.head.lemma_.lower() if mention.head is not None else ""
    gender = article.words.gender(noun)
    known = article.gender_of(trace.speaker) or trace.gender
    if gender and known and gender != known:
        return False
    person = next((p for p in article.people if p.name == trace.speaker), None)
    heads = {role.head for role in person.roles} if person is not None else set()
    offices = article.words.lists.offices
    if plain(noun) in offices and heads & {base_role(office) for office in offices}:
        return False
    states = states_of(article, person) if person is not None else set()
    state = state_of(article, mention)
    return not (state and states and state not in states)


def states_of(article: Article, person: Entity) -> set[str]:
    """States that the gazetteer or the introductions of a person name."""
    entry = article.gazetteer.find(person.name)
    found = {entry.country} if entry is not None and entry.country else set()
    for role in person.roles:
        found |= {state.name for word in role.words if (state := article.gazetteer.country(word)) is not None}
    return found


RULES = (described,)
