"""Who holds an office: the person whom the article introduces by the role, or by another name of the same office.

Words that are put into the wrong person's mouth are worse than a speaker left open.
"""

from collections.abc import Iterable

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext, SourceMention
from pipeline.resolve.entities import Entity, Role, role_of_phrase
from pipeline.resolve.name_forms import name_key, normalise
from pipeline.resolve.vocabulary import Vocabulary


def states_of_person(article: ArticleContext, person: Entity) -> set[str]:
    """Return the states that the gazetteer or the introductions of a person name."""
    entry = article.gazetteer.find(person.name)
    states = {entry.country} if entry is not None and entry.country else set()
    for role in person.roles:
        states |= {state.name for word in role.words if (state := article.gazetteer.find_state(word)) is not None}
    return states


def asked_role(source: SourceMention) -> Role | None:
    """Return the role that a source mention asks for, with the words behind its noun; None without a noun."""
    vocabulary = source.vocabulary
    role = role_of_phrase(source.core, vocabulary)
    if role is None:
        return None
    behind = {word for token in _tokens_behind(source) for word in normalise(token.text).split()}
    ended = any(phrase in source.normalised for phrase in vocabulary.at_that_time)
    former = vocabulary.qualifiers_of(vocabulary.former) if ended else frozenset[str]()
    return Role(role.head, role.words | behind, role.qualifiers | former)


def _tokens_behind(source: SourceMention) -> list[Token]:
    """Return the nouns and capitalised words behind the noun phrase: `bakers` and `union` of a president of theirs."""
    tokens: list[Token] = []
    for token in source.tokens[len(source.core) :]:
        if token.is_punct or token.lower_ in source.vocabulary.relative_pronouns or token.pos_ in ("VERB", "AUX"):
            break
        if token.is_alpha and (token.pos_ in ("NOUN", "PROPN") or token.text[0].isupper()):
            tokens.append(token)
    return tokens


# "The president" alone is the one of a state before the one of a council.
_OF_A_BODY = -0.1


def first_state(article: ArticleContext, words: Iterable[str]) -> str:
    """Return the state that the first of the sorted words names, or an empty string."""
    states = (article.gazetteer.find_state(word) for word in sorted(words))
    return next((state.name for state in states if state is not None), "")


def find_role_holders(article: ArticleContext, asked: Role, offset: int) -> list[Entity]:
    """Return the person introduced with a role: the best match, of equals the one mentioned last before an offset.

    Behind it are those who match as well and were mentioned in the same sentence.
    """
    ranked = []
    for person in article.people:
        scores = [score for role in person.roles if (score := _match_score(article, asked, role)) is not None]
        if scores and not _contradicts(article, asked, person):
            # Whom a speaker names is further away than whom the article names.
            before = [o for o in mention_offsets(article, person) if o < offset and not article.in_quotes(o)[0]]
            nearness = (1, max(before)) if before else (0, -person.mentions[0].start)
            ranked.append((max(scores), nearness, person))
    ranked.sort(key=lambda item: item[:2], reverse=True)
    places = [(score, article.sentence_number(nearness[1])) for score, nearness, _ in ranked]
    return [person for place, (*_, person) in zip(places, ranked, strict=True) if place == places[0]]


def mention_offsets(article: ArticleContext, person: Entity) -> list[int]:
    """Return the offsets where an article names a person or quotes him."""
    spoken = [candidate.offset for _, candidate in article.resolved_quotes if candidate.speaker == person.name]
    return [*(mention.start for mention in person.mentions), *spoken]


def _match_score(article: ArticleContext, asked: Role, known: Role) -> float | None:
    """Return how well an introduction matches a role asked for; None when it does not."""
    vocabulary = article.vocabulary
    is_royal = asked.head in vocabulary.royal and known.head in vocabulary.royal_roles
    if asked.head != known.head and not is_royal:
        return None
    # Just one is `former` or `deputy`; the `acting` mayor may be called the mayor.
    if asked.qualifiers not in (known.qualifiers, known.qualifiers - vocabulary.qualifiers_of(vocabulary.acting)):
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


def find_paraphrased_holder(article: ArticleContext, source: SourceMention, asked: Role) -> Entity | None:
    """Return the one person of an article who holds the office that a phrase means.

    Where the phrase names no state, the one who has spoken, or spoke last.
    """
    vocabulary, phrases = article.vocabulary, article.vocabulary.offices_by_words
    # Stop words of the parser, such as `top`, are no words of a role.
    adjectives = {normalise(token.text) for token in source.core if token.pos_ == "ADJ"}
    words = {vocabulary.department_synonyms.get(word, word) for word in (asked.head, *asked.words, *adjectives)}
    states = {word for word in words if article.gazetteer.find_state(word) is not None}
    small = vocabulary.uninformative - frozenset().union(*phrases)
    # None where there is any further word.
    offices = phrases.get(frozenset(words - states - small - vocabulary.current), ())
    if not offices or asked.qualifiers:
        return None
    state = first_state(article, [token.text for token in source.tokens if token.text[0].isupper()])
    holders = [person for person in article.people if _holds(article, person, offices, state)]
    if state:
        return holders[0] if len(holders) == 1 else None
    spoken = [candidate.speaker for _, candidate in article.resolved_quotes if candidate.offset < source.start]
    speaking = [person for person in holders if person.name in spoken]
    if len(speaking) == 1:
        return speaking[0]
    return next((person for person in speaking if person.name == spoken[-1]), None)


def _holds(article: ArticleContext, person: Entity, offices: tuple[str, ...], state: str) -> bool:
    """Return True for a person who is known to hold one of the offices, of a state if given."""
    entry, date = article.gazetteer.find(person.name), article.publication.date
    if entry is None or entry.role not in offices or not entry.country:
        return False
    return (not date or entry.held_on(date)) and entry.country == (state or entry.country)
