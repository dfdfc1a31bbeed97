"""Office holders by the gazetteer: who held the office that a phrase names on the day of the article.

Words that are put into the wrong person's mouth are worse than a speaker left open. So the phrase must name the whole
office, no more and no less: its words, what limits it (`former`, `deputy`), its institution and its state.
"""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Role
from pipeline.resolve.gazetteer import GazetteerEntry
from pipeline.resolve.introductions import role_of_phrase
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.source_mention import SourceMention


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


def find_known_holder(article: ArticleContext, source: SourceMention, asked: Role) -> GazetteerEntry | None:
    """Return who held, by the gazetteer, the office of a source mention on the article's date, None where unsure.

    The state is the one that the phrase names, or else the only one that the article names.
    """
    date, head, vocabulary = article.publication.date, source.head, article.vocabulary
    if not date or head is None or asked.qualifiers & vocabulary.qualifiers_of(vocabulary.former):
        return None
    states = _named_states(article, source)
    if not states and not _is_bare(source):
        return None
    state = states[0] if len(states) == 1 else article.only_state if not states else ""
    words = {normalise(word) for word in asked.words if not _is_part_of_state(article, source, word)}
    words |= {
        word for token in source.core for word in normalise(token.text).split() if word in vocabulary.role_qualifiers
    }
    words -= vocabulary.current | (vocabulary.own_place - vocabulary.department)
    words |= set(vocabulary.short_offices.get(normalise(head.text), normalise(head.text)).split())
    holder = article.gazetteer.find_office_holder(words, state, date) if state else None
    return None if holder is None or _names_another_holder(article, holder) else holder


def _names_another_holder(article: ArticleContext, holder: GazetteerEntry) -> bool:
    """Return True where an article does not name the holder, but somebody who held the office at another time.

    Then the article's date is likely that of a copy.
    """
    known = [article.gazetteer.find(person.name) for person in article.people]
    if any(entry is holder for entry in known):
        return False
    return any(e is not None and (e.role, e.country) == (holder.role, holder.country) for e in known)


def _named_states(article: ArticleContext, source: SourceMention) -> list[str]:
    """Return the states that a source mention names, each once, in order."""
    words = [mention.name for mention in source.mentions] + [t.text for t in source.tokens if t.text[0].isupper()]
    states = (article.gazetteer.find_state(word) for word in words)
    return list(dict.fromkeys(state.name for state in states if state is not None))


def _is_part_of_state(article: ArticleContext, source: SourceMention, word: str) -> bool:
    """Return True for a word of a state's name or adjective: `united` of "the United Kingdom"."""
    names = (mention.name for mention in source.mentions if article.gazetteer.find_state(mention.name) is not None)
    return article.gazetteer.find_state(word) is not None or any(word in normalise(name).split() for name in names)


def _is_bare(source: SourceMention) -> bool:
    """Return True for a phrase that ends with its noun (`the defence minister`)."""
    return len(source.core) == len(source.tokens)
