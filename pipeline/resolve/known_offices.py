"""Office holders by the gazetteer: who held the office that a phrase names on the day of the article.

Words that are put into the wrong person's mouth are worse than a speaker left open. So the phrase must name the whole
office, no more and no less: its words, what limits it (`former`, `deputy`), its institution and its state.
"""

from __future__ import annotations

from spacy.tokens import Token

from pipeline.resolve.entities import Role
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
