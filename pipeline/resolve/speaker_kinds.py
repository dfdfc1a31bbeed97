"""Kinds of speakers by evidence: what shows that a name is an organisation's, or a phrase a group's or a document's.

A speaker without such evidence is of kind `unknown`. An entity label alone is none: small models call unknown people
organisations, and the other way round.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.entities import Entity, is_object_name, is_organisation_name
from pipeline.resolve.name_forms import name_key, normalise
from pipeline.resolve.source_mention import Resolution
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

_MIN_LABELS = 2
_MAX_ACRONYM = 6


def kind_by_evidence(article: ArticleContext, resolution: Resolution) -> str:
    """Return the kind of a resolved speaker; `unknown` for an organisation that nothing shows to be one."""
    if resolution.speaker is None:
        return "unknown"
    name = resolution.speaker
    if resolution.kind == "unknown" and name.istitle() and is_shown_organisation(article, name):
        return "organisation"
    if resolution.kind == "person" and _is_body_by_name(article, name):
        return "organisation"
    if resolution.kind != "organisation" or article.gazetteer.find(name) is not None:
        return resolution.kind
    if name[:1].islower():
        return kind_of_noun(_last_word_of_head(name, article.vocabulary), False, article.vocabulary)
    return "organisation" if is_shown_organisation(article, name) else _kind_of_name(article, name)


def _is_body_by_name(article: ArticleContext, name: str) -> bool:
    """Return True for a supposed person always after `the`, or with a noun for bodies; nothing shows him to be one."""
    entity = next((e for e in article.entities if e.name == name), None)
    if entity is None or article.gazetteer.find(name) is not None or entity.gender or entity.roles:
        return False
    if any(m.label == "PERSON" or m.titles_before for m in entity.mentions):
        return False
    articles = tuple(f"{word} " for word in article.vocabulary.definite_articles)
    has_article = all(article.text[: m.start].lower().endswith(articles) for m in entity.mentions)
    return has_article or normalise(name).split()[-1] in _body_nouns(article.vocabulary)


def _last_word_of_head(phrase: str, vocabulary: Vocabulary) -> str:
    """Return the head noun of a noun phrase: the word before its first preposition."""
    behind = word_pattern(vocabulary.after_noun)
    words = normalise(re.split(rf",|\b(?:{behind})\b", phrase, maxsplit=1)[0]).split()
    return words[-1] if words else ""


def is_shown_organisation(article: ArticleContext, name: str) -> bool:
    """Return True for a name with a head noun of bodies, an acronym, one after `the`, and one often labelled so."""
    vocabulary = article.vocabulary
    words = normalise(name).split()
    if is_object_name(name, vocabulary):
        return False
    if is_organisation_name(name, vocabulary) or any(word in _body_nouns(vocabulary) for word in words):
        return True
    if any(part.isupper() and 1 < len(part) <= _MAX_ACRONYM for part in re.findall(r"\w+", name)):
        return True
    the = word_pattern(vocabulary.definite_articles)
    if re.search(rf"\b(?:{the})\s+{re.escape(name)}\b(?!['’]s?\s)", article.text, re.IGNORECASE):
        return True
    entity = next((e for e in article.entities if e.name == name), None)
    longer = (e for e in article.entities if len(e.words) > 1 and e.words[:1] == (name_key(name),))
    if any(other.kind == "organisation" for other in longer):
        return True
    return entity is not None and _is_labelled(entity)


def _is_labelled(entity: Entity) -> bool:
    """Return True when most mentions of an entity, two or more, are labelled an organisation and none a person."""
    labels = Counter(mention.label for mention in entity.mentions)
    surnames = len(entity.words) > 1 and any(m.name == entity.name.split()[-1] for m in entity.mentions)
    return labels["ORG"] >= max(_MIN_LABELS, len(entity.mentions) / 2) and not labels["PERSON"] and not surnames


def _kind_of_name(article: ArticleContext, name: str) -> str:
    """Return `person` for a name whose last word is used alone, or that has a gender; else `unknown`."""
    entity = next((e for e in article.entities if e.name == name), None)
    if entity is None:
        return "unknown"
    used_alone = len(entity.words) > 1 and any(m.name == name.split()[-1] for m in entity.mentions)
    return "person" if used_alone or entity.gender else "unknown"


def kind_of_noun(noun: str, is_plural: bool, vocabulary: Vocabulary) -> str:
    """Return the kind of speakers that a head noun names; `unknown` where it says nothing."""
    if noun in vocabulary.documents or noun in vocabulary.other_documents:
        return "document"
    if vocabulary.is_person_noun(noun):
        return "group" if is_plural else "anonymous"
    if noun in vocabulary.organisation or noun in _body_nouns(vocabulary) or noun in vocabulary.government:
        return "group" if is_plural else "organisation"
    return "group" if noun in vocabulary.collective or (is_plural and noun in vocabulary.states) else "unknown"


def _body_nouns(vocabulary: Vocabulary) -> frozenset[str]:
    """Return the nouns for institutions, firms and media."""
    bodies = vocabulary.body | vocabulary.institution | vocabulary.generic
    return bodies | vocabulary.company_forms | vocabulary.outlets
