"""Rules for a definite noun that refers to somebody mentioned: `the politician`, `the Kestrian strongman`."""

from __future__ import annotations

from collections.abc import Collection

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_forms import name_key, name_words, normalise
from pipeline.resolve.source_mention import AntecedentCandidate, Resolution, SourceMention
from pipeline.resolve.speaker_rules import speaker_rule

_MAX_TOKENS = 5


@speaker_rule("state_leader", order=320, kind="description", example="The Kestrian leader said it rained.")
def resolve_state_leader(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the Kestrian leader` to the one person of the article who leads that state by the gazetteer."""
    if source.head is None or source.head.tag_ not in ("NN", "NNP"):
        return None
    vocabulary, noun = article.vocabulary, source.head.lower_
    phrases = [phrase for phrase in vocabulary.leader_phrases if phrase.split()[0] == noun]
    if noun not in vocabulary.leaders or (phrases and not any(phrase in source.normalised for phrase in phrases)):
        return None
    state = named_state(article, source)
    if not state or any(t.lower_ in vocabulary.not_leading for t in source.tokens):
        return None
    leaders = [person for person in article.people if _leads(article, person, state)]
    return Resolution(leaders[0].name, "person") if len(leaders) == 1 else None


def _leads(article: ArticleContext, person: Entity, state: str) -> bool:
    """Return True for a person who, by the gazetteer, leads a state on the article's date."""
    entry = article.gazetteer.find(person.name)
    if entry is None or entry.country != state or entry.role not in article.vocabulary.leading_roles:
        return False
    return not article.publication.date or entry.held_on(article.publication.date)


def named_state(article: ArticleContext, source: SourceMention) -> str:
    """Return the state that a capitalised word of a source mention names, or an empty string."""
    for token in source.tokens:
        if token.text[0].isupper() and (entry := article.gazetteer.find_state(token.text)) is not None:
            return entry.name
    return ""


@speaker_rule("described", order=370, kind="description", example="Ilse Korvath came. The politician said it rained.")
def resolve_description(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the politician` to the only person spoken of in this paragraph and the one before, if the noun fits."""
    if not _is_description(article, source):
        return None
    candidates = {candidate.speaker: candidate for candidate in _recent_people(article, source.start)}
    if len(candidates) != 1:
        return None
    (candidate,) = candidates.values()
    fits = candidate.kind == "person" and _fits_description(article, candidate, source)
    return Resolution(candidate.speaker, "person") if fits else None


def _is_description(article: ArticleContext, source: SourceMention) -> bool:
    """Return True for a short definite phrase whose noun writers use for somebody just named."""
    head, vocabulary = source.head, article.vocabulary
    if head is None or not source.tokens or source.tokens[0].lower_ not in vocabulary.definite:
        return False
    noun = head.lemma_.lower()
    if head.tag_ not in ("NN", "NNP") or len(source.tokens) > _MAX_TOKENS:
        return False
    of_state = noun in vocabulary.state_descriptions and bool(named_state(article, source))
    return noun in vocabulary.descriptions or of_state


def _recent_people(article: ArticleContext, offset: int) -> list[AntecedentCandidate]:
    """Return people who spoke, or were a subject outside direct speech, in this paragraph or the one before."""
    here = article.paragraph_number(offset)
    return [
        c
        for c in article.candidates
        if c.offset < offset
        and here - article.paragraph_number(c.offset) <= 1
        and c.kind in ("person", "anonymous")
        and (c.is_source or (c.is_subject and not article.is_inside(c.offset, article.direct_spans)))
    ]


def _fits_description(article: ArticleContext, candidate: AntecedentCandidate, source: SourceMention) -> bool:
    """Return False where gender, office or state of a person contradict a description."""
    noun = source.head.lemma_.lower() if source.head is not None else ""
    gender = article.vocabulary.gender_of_word(noun)
    known = article.gender_of(candidate.speaker) or candidate.gender
    if gender and known and gender != known:
        return False
    person = next((p for p in article.people if p.name == candidate.speaker), None)
    heads = {role.head for role in person.roles} if person is not None else set()
    offices = article.vocabulary.offices
    if normalise(noun) in offices and heads & {article.vocabulary.base_role(office) for office in offices}:
        return False
    qualifiers = article.vocabulary.qualifiers_of(token.lower_ for token in source.core)
    if qualifiers and not any(qualifiers <= role.qualifiers for role in (person.roles if person is not None else ())):
        return False
    states = states_of_person(article, person) if person is not None else set()
    state = named_state(article, source)
    return not (state and states and state not in states)


def states_of_person(article: ArticleContext, person: Entity) -> set[str]:
    """Return the states that the gazetteer or the introductions of a person name."""
    entry = article.gazetteer.find(person.name)
    states = {entry.country} if entry is not None and entry.country else set()
    for role in person.roles:
        states |= {state.name for word in role.words if (state := article.gazetteer.find_state(word)) is not None}
    return states


@speaker_rule("of_a_people", order=100, kind="description", example="The Zubrian said it rained.")
def resolve_nationality(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the Zubrian` to the person of that state who was named last."""
    if len(source.tokens) != 2 or source.tokens[0].lower_ not in article.vocabulary.definite:
        return None
    word = source.tokens[1]
    state = article.gazetteer.find_state(word.text)
    if state is None or not _is_adjective(word.text, state.name):
        return None
    before = [(m.start, person) for person in article.people for m in person.mentions if m.start < source.start]
    fitting = [(start, person) for start, person in before if state.name in states_of_person(article, person)]
    return Resolution(max(fitting, key=lambda pair: pair[0])[1].name, "person") if fitting else None


def _is_adjective(word: str, state: str) -> bool:
    """Return True for `Zubrian` of Zubria: derived from the name, neither part of it nor a seat such as a capital."""
    form, name = name_key(word), name_key(state)
    return form[:3] == name[:3] and not name.startswith(form) and word.istitle()


@speaker_rule("younger_or_elder", order=110, kind="name", example="The younger Crake said it rained.")
def resolve_younger_or_elder(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the younger Crake` or `Crake senior` to the one of two of that name who is introduced so."""
    if not source.mentions or source.head is None:
        return None
    vocabulary, words = article.vocabulary, set(source.normalised.split())
    younger, elder = bool(words & vocabulary.younger), bool(words & vocabulary.elder)
    name = name_words(source.mentions[-1].name)
    namesakes = [p for p in article.people if len(p.words) > 1 and p.words[-1:] == name[-1:]]
    if younger == elder or len(namesakes) != 2 or len(name) != 1:
        return None
    ages = [_relative_age(person, vocabulary.younger, vocabulary.elder) for person in namesakes]
    wanted = 1 if younger else -1
    chosen = [person for person, age in zip(namesakes, ages, strict=True) if age == wanted]
    if not chosen and sum(age == -wanted for age in ages) == 1:
        chosen = [person for person, age in zip(namesakes, ages, strict=True) if age != -wanted]
    return Resolution(chosen[0].name, "person") if len(chosen) == 1 else None


def _relative_age(person: Entity, younger: Collection[str], elder: Collection[str]) -> int:
    """Return 1 for somebody introduced as a son, -1 for a father, 0 where nothing or both are said."""
    words = {role.head for role in person.roles} | {w for mention in person.mentions for w in mention.titles_before}
    return bool(words & set(younger)) - bool(words & set(elder))
