"""Rules for a definite noun that goes on about somebody: `the politician`, `the Kestrian strongman`."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.core.quote import Quote
from pipeline.resolve.article_context import Article
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_forms import key, key_words, plain
from pipeline.resolve.source_mention import Mention, Trace, Verdict
from pipeline.resolve.word_sets import base_role

_DEFINITE = ("the", "this", "that")
_LONGEST = 5


def state_leader(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The Kestrian leader`: the one person of the article who, as the gazetteer knows, leads that state."""
    if mention is None or mention.head is None or mention.head.tag_ not in ("NN", "NNP"):
        return None
    noun = mention.head.lower_
    if noun not in article.words.lists.leaders or (noun == "head" and "head of state" not in mention.plain):
        return None
    state = state_of(article, mention)
    if not state and mention.plain in ("the head of state", "the head of government"):
        return _last_leader(article, mention)
    if not state or any(t.lower_ in ("former", "ex", "opposition", "a", "an") for t in mention.tokens):
        return None
    found = [p for p in article.people if _leads(article, p, state)]
    return Verdict(found[0].name, "person") if len(found) == 1 else None


def _last_leader(article: Article, mention: Mention) -> Verdict | None:
    """Who spoke last, if the gazetteer or the article knows him as the leader of a state."""
    spoke = [trace for _, trace in article.spoken if trace.offset < mention.start][-1:]
    for person in article.people:
        if not spoke or person.name != spoke[0].speaker:
            continue
        heads = {name.split()[-1] for name in article.words.lists.leading_roles}
        if any(role.head in heads for role in person.roles):
            return Verdict(person.name, "person")
    return None


def _leads(article: Article, person: Entity, state: str) -> bool:
    entry = article.gazetteer.find(person.name)
    if entry is None or entry.country != state or entry.role not in article.words.lists.leading_roles:
        return False
    return not article.about.date or entry.held(article.about.date)


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


def of_a_people(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The Zubrian`: the person of that state named last, where one was."""
    if mention is None or len(mention.tokens) != 2 or mention.tokens[0].lower_ not in _DEFINITE:
        return None
    word = mention.tokens[1]
    state = article.gazetteer.country(word.text)
    if state is None or not _is_adjective(word.text, state.name):
        return None
    before = [(run.start, p) for p in article.people for run in p.runs if run.start < mention.start]
    fitting = [(start, p) for start, p in before if state.name in states_of(article, p)]
    return Verdict(max(fitting, key=lambda found: found[0])[1].name, "person") if fitting else None


def _is_adjective(word: str, state: str) -> bool:
    """True for `Zubrian` of Zubria: made of the name, not part of it, nor a seat such as a capital."""
    form, name = key(word), key(state)
    return form[:3] == name[:3] and not name.startswith(form) and word.istitle()


def younger_or_elder(article: Article, quote: Quote, mention: Mention | None) -> Verdict | None:
    """`The younger Crake`, `Crake senior`: the one of two of that name whom the article calls son or father."""
    if mention is None or not mention.runs or mention.head is None:
        return None
    lists, words = article.words.lists, set(mention.plain.split())
    young, old = bool(words & lists.younger), bool(words & lists.elder)
    name = key_words(mention.runs[-1].name)
    found = [p for p in article.people if len(p.words) > 1 and p.words[-1:] == name[-1:]]
    if young == old or len(found) != 2 or len(name) != 1:
        return None
    marked = [_age(p, lists.younger, lists.elder) for p in found]
    wanted = 1 if young else -1
    chosen = [p for p, mark in zip(found, marked, strict=True) if mark == wanted]
    if not chosen and sum(mark == -wanted for mark in marked) == 1:
        chosen = [p for p, mark in zip(found, marked, strict=True) if mark != -wanted]
    return Verdict(chosen[0].name, "person") if len(chosen) == 1 else None


def _age(person: Entity, younger: Collection[str], elder: Collection[str]) -> int:
    """1 for somebody introduced as a son, -1 for a father, 0 where nothing tells or both."""
    told = {role.head for role in person.roles} | {w for run in person.runs for w in run.before}
    return bool(told & set(younger)) - bool(told & set(elder))


RULES = (of_a_people, younger_or_elder)
