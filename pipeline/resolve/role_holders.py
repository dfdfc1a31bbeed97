"""People by what they are introduced as: who holds the role that a mention names."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.definite_descriptions import states_of_person
from pipeline.resolve.entities import Entity, Role
from pipeline.resolve.name_forms import name_key
from pipeline.resolve.vocabulary import Vocabulary

# "The president" alone is the one of a state before the one of a council.
_OF_A_BODY = -0.1


def first_state(article: ArticleContext, words: Iterable[str]) -> str:
    """Return the state that the first of the sorted words names, or an empty string."""
    states = (article.gazetteer.find_state(word) for word in sorted(words))
    return next((state.name for state in states if state is not None), "")


def find_role_holder(article: ArticleContext, asked: Role, offset: int) -> Entity | None:
    """Return the person introduced with a role: the best match, of equals the one mentioned last before an offset."""
    ranked = []
    for person in article.people:
        scores = [score for role in person.roles if (score := _match_score(article, asked, role)) is not None]
        if scores and not _contradicts(article, asked, person):
            # Whom a speaker names is further away than whom the article names.
            before = [o for o in mention_offsets(article, person) if o < offset and not article.in_quotes(o)[0]]
            nearness = (1, max(before)) if before else (0, -person.mentions[0].start)
            ranked.append((max(scores), nearness, person))
    return max(ranked, key=lambda item: item[:2])[2] if ranked else None


def mention_offsets(article: ArticleContext, person: Entity) -> list[int]:
    """Return the offsets where an article names a person or quotes him."""
    spoken = [candidate.offset for _, candidate in article.resolved_quotes if candidate.speaker == person.name]
    return [*(mention.start for mention in person.mentions), *spoken]


def _match_score(article: ArticleContext, asked: Role, known: Role) -> float | None:
    """Return how well an introduction matches a role asked for; None when it does not."""
    vocabulary = article.vocabulary
    is_royal = asked.head in vocabulary.royal and known.head in vocabulary.royal_roles
    if (asked.head != known.head and not is_royal) or not qualifiers_agree(asked, known, vocabulary):
        return None
    if _leading_words(asked, vocabulary) != _leading_words(known, vocabulary):
        return None
    asked_state, known_state = first_state(article, asked.words), first_state(article, known.words)
    if asked_state and known_state and asked_state != known_state:
        return None
    asked_words, known_words = _telling_words(article, asked), {name_key(word) for word in known.words}
    shared = asked_words & known_words
    if asked_words and not shared:
        return None if _telling_words(article, known) else 0.0
    same_state = bool(asked_state and asked_state == known_state)
    leads_state = known.head in {name.split()[-1] for name in vocabulary.leading_roles}
    if leads_state and not asked_words and not asked_state and _telling_words(article, known):
        return _OF_A_BODY
    return len(shared) + 0.5 * same_state - 0.1 * len(asked_words - known_words)


def _leading_words(role: Role, vocabulary: Vocabulary) -> set[str]:
    """Return the words that make an office one that leads a state: `prime` before `minister`."""
    names = (name.split() for name in vocabulary.leading_roles)
    return {word for *front, head in names if head == role.head for word in front if word in role.words}


def qualifiers_agree(asked: Role, known: Role, vocabulary: Vocabulary) -> bool:
    """Return True unless just one is `former` or `deputy`; the `acting` mayor may be called the mayor."""
    return asked.qualifiers in (known.qualifiers, known.qualifiers - vocabulary.qualifiers_of(vocabulary.acting))


def _telling_words(article: ArticleContext, role: Role) -> set[str]:
    """Return the words of a role that tell which one it is: neither states nor words such as `current`."""
    vocabulary = article.vocabulary
    words = role.words - vocabulary.current - vocabulary.own_place - frozenset(vocabulary.role_qualifiers)
    return {name_key(word) for word in words if not article.gazetteer.find_state(word)}


def _contradicts(article: ArticleContext, asked: Role, person: Entity) -> bool:
    """Return True when a person is of another state than the role asked for, or serves somebody or something else.

    `Korvath's spokesman` is nobody whose introductions do not name Korvath, and `the president of the club` nobody who
    is known as president of a state.
    """
    words = _telling_words(article, asked)
    same_head = [role for role in person.roles if role.head == asked.head]
    is_of_state = any(first_state(article, role.words) for role in same_head)
    if words and is_of_state and not any(words & _telling_words(article, role) for role in same_head):
        return True
    state, states = first_state(article, asked.words), states_of_person(article, person)
    if state and states and state not in states:
        return True
    surnames = {p.words[-1] for p in article.people if len(p.words) > 1}
    superiors = {word for word in asked.words if name_key(word) in surnames}
    return bool(superiors) and not any(superiors & role.words for role in person.roles)
