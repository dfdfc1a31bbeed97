"""Rules for institutions (`the Kestrian defence ministry`, `the ministry`) and for names beside their office."""

import re

from spacy.tokens import Token

from pipeline.resolve.article_context import ArticleContext, Resolution, SourceMention, has_own_capital
from pipeline.resolve.institutions import Institution, find_fullest, institution_at
from pipeline.resolve.name_forms import normalise, tidy_phrase
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.name_rules import (
    resolve_full_name,
    resolve_known_name,
    resolve_single_name,
    resolve_surname,
)
from pipeline.resolve.phrase_rules import names_person
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import is_title, strip_name, word_pattern

_BEFORE_HEAD = ("NOUN", "PROPN", "ADJ", "DET", "PART", "PUNCT", "NUM", "CCONJ")


@speaker_rule("body", 190, "name", "The Kestrian defence ministry met. The ministry said it rained.", is_form=True)
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
    the = article.vocabulary.definite_articles[:1]
    return Resolution(" ".join([*the, fullest.name]), "organisation")


def resolve_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a mention that is a name or institution; other rules use this for a name within their source mention."""
    rules = (resolve_known_name, resolve_full_name, resolve_surname, resolve_institution, resolve_single_name)
    return next(filter(None, (rule(article, source) for rule in rules)), None)


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
        # `And` may stand between another name and the institution.
        before = [token for token in source.tokens if token.idx < institution.start]
        is_joined = any(token.lower_ in source.vocabulary.conjunctions for token in before)
        is_second = is_joined and any(mention.start < institution.start for mention in source.mentions)
        return None if is_second or _goes_on(article, institution, source) else institution
    return None


def _goes_on(article: ArticleContext, institution: Institution, source: SourceMention) -> bool:
    """Return True when a person, a noun for a person or "and" follows the institution in a source mention."""
    vocabulary = article.vocabulary
    last = normalise(institution.name).split()[-1]
    joining = word_pattern(vocabulary.alternatives | frozenset(vocabulary.conjunctions))
    rest = article.text[institution.end : source.end].strip()
    if vocabulary.is_person_noun(last) or re.match(rf"(?:{joining})\b", rest):
        return True
    behind = [mention for mention in source.mentions if mention.start >= institution.end]
    if any(mention.start <= institution.end + 2 for mention in behind):
        return True
    # "Concord Council presidential nominee Anton Gavrel"
    person = next((mention for mention in behind if article.person_of(mention)), None)
    between = [t for t in source.tokens if person is not None and institution.end <= t.idx < person.start]
    return person is not None and all(token.pos_ in ("NOUN", "PROPN", "ADJ") for token in between)


@speaker_rule("office_then_name", 180, "name", "The ambassador to Kestria Anton Gavrel said it rained.")
def resolve_office_and_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `the ambassador to Kestria Anton Gavrel` to the person named at the end."""
    vocabulary = article.vocabulary
    offices = [t for t in source.tokens if t.pos_ in ("NOUN", "PROPN") and names_person(article, t)]
    name = next((m for m in reversed(source.mentions) if m.start > source.start and article.person_of(m)), None)
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
    if not _follows_office(article, source, name, offices[0]):
        return None
    if (entry := article.gazetteer.find(name.name)) is not None:
        return Resolution(entry.name, entry.kind)
    person = article.person_of(name)
    return Resolution(strip_name(person.name if person is not None else name.name, vocabulary), "person")


def _follows_office(article: ArticleContext, source: SourceMention, name: NameMention, office: Token) -> bool:
    """Return True when the words between an office and a name belong to the office: no title, no preposition."""
    vocabulary = article.vocabulary
    before = [t for t in source.tokens if t.idx < name.start]
    if before[-1].text == ")":  # Member of Parliament (MP)
        before = [t for t in before if t.i < max((b.i for b in before if b.text == "("), default=office.i + 1)]
    untitled = before
    while len(untitled) > 1 and untitled[-1].i > office.i and is_title(untitled[-1].text, vocabulary.titles):
        untitled = untitled[:-1]
    last = untitled[-1]
    titles = before[len(untitled) :]
    in_capitals = office.text[0].isupper() and all(title.text[0].isupper() for title in titles[:1])
    if titles and last.lower_ in vocabulary.definite_articles and in_capitals:
        # "Adviser to the President Oskar Venn", but "Adviser to the President Anton Gavrel", who is the president.
        entity, entry = article.entity_of(name), article.gazetteer.find(name.name)
        others = [m for m in entity.mentions if m is not name] if entity is not None else []
        known = {*(entry.role.split() if entry is not None else ()), *(t for m in others for t in m.titles_before)}
        return len(name.name.split()) > 1 and known.isdisjoint(normalise(token.text) for token in titles)
    last = before[-1]
    if last.lower_ in vocabulary.of:
        is_full_name = len(name.name.split()) > 1
        return is_full_name and last.i == office.i + 1 and normalise(office.text) in vocabulary.of_a_place
    if last.i > office.i and names_person(article, last):
        return False
    return last.pos_ in ("NOUN", "PROPN") and (last.text[0].isupper() or last.i > office.i)


@speaker_rule("with_others", 160, "name", "Kestria and its allies said it rained.")
def resolve_name_with_others(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve `Kestria and its allies` to a group called by the phrase."""
    if not source.mentions:
        return None
    vocabulary = article.vocabulary
    rest = article.text[source.mentions[0].end : source.end]
    front = article.text[source.start : max(source.mentions[0].start, source.start)].strip().lower()
    conjunction, plural = word_pattern(vocabulary.conjunctions), word_pattern(vocabulary.plural_endings)
    others = word_pattern(vocabulary.with_others)
    with_others = rf"\s+(?:{conjunction})\s+(?:{others})\s+(?:[\w-]+\s+){{0,2}}\w+(?:{plural})$"
    is_bare = not front or front in vocabulary.definite_articles
    if not is_bare or not re.match(with_others, rest) or len(source.mentions) > 2:
        return None
    if (person := article.person_of(source.mentions[0])) is not None:
        return Resolution(f"{person.name}{rest}", "group")
    first = source.tokens[0] if source.tokens else None
    return Resolution(tidy_phrase(source.text, first is not None and has_own_capital(first)), "group")
