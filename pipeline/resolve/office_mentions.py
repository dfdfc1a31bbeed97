"""Rules for institutions (`the Kestrian defence ministry`, `the ministry`) and for names beside their office."""

from __future__ import annotations

import re

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.institutions import Institution, find_fullest, institution_at
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.name_titles import is_title, strip_name
from pipeline.resolve.named_mentions import (
    resolve_by_first,
    resolve_full_name,
    resolve_known_name,
    resolve_single_name,
    resolve_surname,
)
from pipeline.resolve.source_mention import Resolution, SourceMention
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import word_pattern

_BEFORE_HEAD = ("NOUN", "PROPN", "ADJ", "DET", "PART", "PUNCT", "NUM", "CCONJ")


@speaker_rule(
    "body",
    order=190,
    kind="name",
    example="The Kestrian defence ministry met. The ministry said it rained.",
    is_form=True,
)
def resolve_institution(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the defence ministry` or `the ministry` to the institution by the fullest name in the article."""
    mention = _mentioned_institution(article, source)
    if mention is None:
        return None
    if (entry := article.gazetteer.find(mention.name)) is not None:
        return Resolution(entry.name, entry.kind)
    fullest = find_fullest(mention, article.institutions)
    if fullest is None:
        return None
    if any(c.isupper() for c in fullest.name):
        return Resolution(fullest.name, "organisation")
    if not fullest.words or mention.words:
        return None
    return Resolution(article.vocabulary.with_definite_article(fullest.name), "organisation")


def resolve_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a mention that is a name or institution; other rules use this for a name within their source mention."""
    rules = (resolve_known_name, resolve_full_name, resolve_surname, resolve_institution, resolve_single_name)
    return resolve_by_first(rules, article, source)


def _mentioned_institution(article: ArticleContext, source: SourceMention) -> Institution | None:
    """Return the institution that a source mention names: only its own words before it, no person or noun after it."""
    if not source.tokens or source.tokens[0].lower_ in article.vocabulary.indefinite_institution:
        return None
    for token in source.tokens:
        if token.pos_ not in _BEFORE_HEAD or token.text in ",:;" or token.tag_ == "PRP$":
            return None
        institution = institution_at(token, article.gazetteer, article.person_starts)
        if institution is None:
            continue
        if article.text.startswith(tuple(article.vocabulary.possessive_endings), institution.end):
            continue
        return institution
    return None


@speaker_rule(
    "office_then_name", order=180, kind="name", example="The ambassador to Kestria Anton Gavrel said it rained."
)
def resolve_office_and_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the ambassador to Kestria Anton Gavrel` to the person named at the end."""
    if not source.mentions or not source.tokens:
        return None
    vocabulary = article.vocabulary
    offices = [t for t in source.tokens if t.pos_ in ("NOUN", "PROPN") and _names_person(article, t)]
    name = next((m for m in reversed(source.mentions) if m.start > source.start and _is_person(article, m)), None)
    if name is None or not offices or offices[0].idx >= name.start:
        return None
    between = article.text[offices[0].idx + len(offices[0]) : name.start]
    place, other = word_pattern(vocabulary.office_place_prepositions), word_pattern(vocabulary.not_in_office)
    possessive = word_pattern(vocabulary.possessive_endings)
    not_office = rf"[,;:]|\b(?:{other})\b|(?:{possessive})\s*$"
    if not re.search(rf"\b(?:{place})\b", between) or re.search(not_office, between):
        return None
    ending = rf"[’'\"”]*\s*(?:$|[,.;(]|(?:{word_pattern(vocabulary.after_office_name)})\b)"
    if not re.match(ending, article.text[name.end : source.end]):
        return None
    return _resolve_person(article, name) if _ends_office(article, source, name, offices[0]) else None


def _has_office(article: ArticleContext, name: NameMention, titles: set[str]) -> bool:
    """Return True where other mentions of a person, or the gazetteer, have one of these titles."""
    entity, entry = article.entity_of(name), article.gazetteer.find(name.name)
    others = [m for m in entity.mentions if m is not name] if entity is not None else []
    known = {*(entry.role.split() if entry is not None else ()), *(t for m in others for t in m.titles_before)}
    return len(name.name.split()) == 1 or bool(titles & known)


def _ends_office(article: ArticleContext, source: SourceMention, name: NameMention, office: Token) -> bool:
    """Return True where a noun of the office stands before a name and its titles: no words in a superior's mouth.

    It is "the commander of the Lorne garrison General Bram Ostrander", not "a spokesman for General Bram Ostrander".
    """
    before = [t for t in source.tokens if t.idx < name.start]
    untitled = before
    while len(untitled) > 1 and is_title(untitled[-1].text, article.vocabulary.titles):
        untitled = untitled[:-1]
    last = untitled[-1]
    is_noun = last.pos_ == "PROPN" or (last.pos_ == "NOUN" and untitled == before)
    return last.i > office.i and is_noun and not _names_person(article, last)


def _is_person(article: ArticleContext, mention: NameMention) -> bool:
    entity = article.entity_of(mention)
    return entity is not None and entity.kind == "person"


def _resolve_person(article: ArticleContext, mention: NameMention) -> Resolution:
    if (entry := article.gazetteer.find(mention.name)) is not None:
        return Resolution(entry.name, entry.kind)
    entity = article.entity_of(mention)
    return Resolution(strip_name(entity.name if entity else mention.name, article.vocabulary), "person")


def _names_person(article: ArticleContext, token: Token) -> bool:
    """Return True for a word for a human being or a title."""
    vocabulary, word = article.vocabulary, normalise(token.text)
    if vocabulary.is_person_noun(token.lemma_.lower()) or vocabulary.is_person_noun(word):
        return True
    return word in vocabulary.titles and token.pos_ == "NOUN"
