"""Phrases of an article that tell a person's office or body: title, apposition, `of the union` behind the name."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity
from pipeline.resolve.name_mentions import SUBJECT_RELATIONS, NameMention
from pipeline.resolve.sides.office_phrase import NOUNS

_MAX_TOKENS = 14


def office_phrases(article: ArticleContext, person: Entity) -> Iterator[list[Token]]:
    """Yield the noun phrases that introduce a person: titles and appositions, and what stands before it in a source."""
    for role in person.roles:
        if role.phrase:
            yield _with_owner(list(role.phrase))
    for quote in article.quotes:
        if quote.source is not None and quote.speaker == person.name:
            source = article.source_mention(quote.source)
            start = next((m.start for m in person.mentions if source.start < m.start < source.end), source.start)
            if before := [token for token in source.tokens if token.idx < start]:
                yield before
    for mention in person.mentions:
        if phrase := _apposition_before(article, mention):
            yield phrase


def bodies_behind(article: ArticleContext, person: Entity) -> Iterator[tuple[str, list[Token]]]:
    """Yield preposition and noun phrase behind a name: `of`, `Farmers' Party` of "Norling of the Farmers' Party"."""
    for mention in person.mentions:
        tokens = _tokens_after(article, mention)
        if tokens and tokens[0].lower_ in article.vocabulary.affiliation_prepositions - article.vocabulary.serving:
            phrase = []
            for token in tokens[1:]:
                if token.pos_ in ("VERB", "AUX", "SCONJ", "ADV", "PRON") or token.text in (",", "(", ".", ";", ":"):
                    break
                phrase.append(token)
            while phrase and phrase[0].pos_ == "DET":
                phrase = phrase[1:]
            if phrase and phrase[0].text[0].isupper():
                yield tokens[0].lower_, phrase


def _tokens_after(article: ArticleContext, mention: NameMention) -> list[Token]:
    """Return the tokens behind a name, without a comma before them."""
    if mention.start not in article.tokens.starts:
        return []
    doc, at = article.doc, article.tokens.starts[mention.start]
    while at < len(doc) and doc[at].idx < mention.end:
        at += 1
    at += at < len(doc) and doc[at].text == ","
    return list(doc[at : at + _MAX_TOKENS])


def _with_owner(phrase: list[Token]) -> list[Token]:
    """Return a phrase with the owner in front of it: `its`, or `the ministry's`."""
    doc, start = phrase[0].doc, phrase[0].i
    if start and doc[start - 1].tag_ == "PRP$":
        return [doc[start - 1], *phrase]
    if start and doc[start - 1].tag_ == "POS":
        return [*_noun_phrase_before(doc, start), *phrase]
    return phrase


def _apposition_before(article: ArticleContext, mention: NameMention) -> list[Token]:
    """Return `Velmora's farm minister` in "Velmora's farm minister, Dr X, said", titles and brackets passed over."""
    doc, at = article.doc, article.tokens.starts.get(mention.start, 0)
    last = at
    while last + 1 < len(doc) and doc[last + 1].idx < mention.end:
        last += 1
    if last + 1 < len(doc) and doc[last + 1].pos_ in ("VERB", "AUX") and doc[last].dep_ in SUBJECT_RELATIONS:
        return []  # "After meeting the president, X left"
    while at and doc[at - 1].pos_ == "PROPN":  # Rear Admiral
        at -= 1
    if at < 2 or doc[at - 1].text != ",":
        return []
    end = at - 1
    if doc[end - 1].text == ")":
        end = next((i for i in range(end - 1, max(end - _MAX_TOKENS, 0), -1) if doc[i].text == "("), end)
    phrase = _noun_phrase_before(doc, end, article.vocabulary.affiliation_prepositions)
    while phrase and phrase[0].pos_ == "ADP":
        phrase = phrase[1:]
    return phrase


def _noun_phrase_before(doc: Doc, end: int, prepositions: frozenset[str] = frozenset()) -> list[Token]:
    """Return the nouns, adjectives and possessives before a token in its sentence, on over some prepositions."""
    start = end
    while start and end - start < _MAX_TOKENS and (start == end or not doc[start].is_sent_start):
        token = doc[start - 1]
        is_part = token.pos_ in (*NOUNS, "ADJ", "NUM") or token.tag_ in ("POS", "PRP$") or token.text == "-"
        joins = bool(prepositions) and (token.lower_ in prepositions or token.pos_ == "DET")
        if token.is_space or not (is_part or joins):
            break
        start -= 1
    return list(doc[start:end])
