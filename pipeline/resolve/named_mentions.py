"""Rules for source mentions that contain a name: full names, surnames, states and their seats, organisations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pipeline.resolve.article_context import ArticleContext
from pipeline.resolve.body_names import whole_body_name
from pipeline.resolve.entities import Entity, is_object_name, is_organisation_name
from pipeline.resolve.name_forms import name_suffix, name_words, normalise
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.name_titles import strip_name
from pipeline.resolve.single_word_names import choose_person
from pipeline.resolve.source_mention import Resolution, SourceMention, is_plural
from pipeline.resolve.speaker_rules import speaker_rule
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

# Entity labels of places.
PLACES = ("GPE", "LOC", "FAC")

Rule = Callable[[ArticleContext, SourceMention], Resolution | None]


def resolve_by_first(rules: Iterable[Rule], article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Return the resolution of the first rule that applies to a source mention, None where no rule does."""
    resolutions = (rule(article, source) for rule in rules)
    return next((resolution for resolution in resolutions if resolution is not None), None)


def find_person(article: ArticleContext, name: str, offset: int) -> Entity | None:
    """Return the person that a name in any spelling (`REYK`) or one word refers to, by nearness before an offset."""
    words = name_words(name)
    if not words:
        return None
    for person in article.people:
        if person.words == words:
            return person
    full_names = [person for person in article.people if len(person.words) > 1]
    if len(words) > 1:
        return next((person for person in full_names if set(words) <= set(person.words)), None)
    return choose_person(NameMention(offset, offset + len(name), name), full_names, article.vocabulary)


def _ends_name(text: str, vocabulary: Vocabulary) -> bool:
    """Return True for a text after a name that does not go on with another noun: the end, a comma, a preposition."""
    words = word_pattern(vocabulary.pronoun_additions | vocabulary.after_noun | vocabulary.after_office_name)
    return re.match(rf"(?:\.(?=-\s))?\s*(?:[’'\"”]+\s*)?(?:$|[,(]|[–—-]\s|(?:{words})\b)", text) is not None


def head_name(source: SourceMention) -> NameMention | None:
    """Return the name that is the head of a source mention: after it the mention ends, or a preposition or comma."""
    describing = word_pattern(source.vocabulary.describing_prepositions)
    possessive = word_pattern(source.vocabulary.possessive_endings)
    for mention in source.mentions:
        head = source.head
        if mention.start < source.start or (head is not None and is_plural(head) and head.idx < mention.start):
            continue
        before, behind = source.text[: mention.start - source.start], source.text[mention.end - source.start :]
        behind = behind.removeprefix(".") if name_suffix(mention.name) else behind
        if re.match(rf"(?:{possessive}|['’])\b", behind):
            continue
        if not _ends_name(behind, source.vocabulary):
            continue
        if not re.search(rf"\b(?:{describing})\b(?!.*,)", before):
            return mention
    return None


def _is_adjective(article: ArticleContext, source: SourceMention, mention: NameMention) -> bool:
    """Return True for a state's adjective in front of a noun of the mention: `Kestrian` of "Kestrian counterpart"."""
    behind = article.text[mention.end : source.end]
    is_noun_behind = behind[1:2].islower() and not _ends_name(behind, source.vocabulary)
    return is_noun_behind and article.gazetteer.find_state(mention.name) is not None


@speaker_rule("body_name", order=250, kind="name", example="Orbis Research Group said it rained.", is_form=True)
def resolve_full_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name of two words or more to the gazetteer's or the article's fullest form of it."""
    mention = head_name(source)
    if mention is None or len(name_words(mention.name)) < 2:
        return None
    entry = article.gazetteer.find(mention.name)
    if entry is not None:
        return Resolution(entry.name, entry.kind)
    entity = article.entity_of(mention)
    if entity is not None:
        return Resolution(strip_name(entity.name, article.vocabulary), entity.kind)
    if is_object_name(mention.name, article.vocabulary):
        return None
    is_organisation = is_organisation_name(mention.name, article.vocabulary) or mention.name.isupper()
    is_person = mention.label == "PERSON" or article.vocabulary.starts_with_given_name(mention.name)
    kind = "organisation" if is_organisation else "person" if is_person or not mention.label else "unknown"
    return Resolution(strip_name(mention.name, article.vocabulary), kind)


@speaker_rule("full_name", order=240, kind="name", example="Ilse Korvath said it rained.", is_form=True)
def resolve_sure_full_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name of two words or more; not that of an unknown body, of which it is less sure where it ends."""
    resolution = resolve_full_name(article, source)
    if resolution is None or resolution.speaker is None or resolution.kind != "organisation":
        return resolution
    return resolution if article.gazetteer.find(resolution.speaker) is not None else None


@speaker_rule("surname", order=260, kind="name", example="Ilse Korvath came. Korvath said it rained.", is_form=True)
def resolve_surname(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve one word of a person's name to the fullest name in the article that has it."""
    mention = head_name(source)
    if mention is None or (len(name_words(mention.name)) > 1 and "-" not in mention.name):
        return None
    person = article.entity_of(mention)
    if person is None or person.kind != "person" or len(person.words) < 2:
        person = find_person(article, mention.name, mention.start)
    if person is None or len(person.words) < 2:
        return None
    entry = article.gazetteer.find(mention.name)
    if entry is not None and entry.kind != "person":
        # A state or body, not the surname that capitalised words such as "Tomorrow Kestria" would make of it.
        return None
    return Resolution(person.name, "person")


@speaker_rule("known_name", order=270, kind="name", example="Kestria said it rained.", is_form=True)
def resolve_known_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name or alias of the gazetteer: a state or its capital, a person, an organisation."""
    end = source.core[-1].idx + len(source.core[-1]) if source.core else source.end
    for text in (source.text, source.text[: end - source.start]):
        entry = article.gazetteer.find(strip_name(text, article.vocabulary)) or article.gazetteer.find(text)
        if entry is not None:
            return Resolution(entry.name, entry.kind)
    return None


@speaker_rule(
    "short_form", order=280, kind="name", example="The Basin Power Company met. The BPC said it rained.", is_form=True
)
def resolve_acronym(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve an acronym, put in brackets after a name or made of its capitals, to that name."""
    mention = head_name(source)
    if mention is None:
        return None
    letters = normalise(mention.name).replace(" ", "")
    if not (mention.name.isupper() and 2 <= len(letters) <= 6) and f"({mention.name})" not in article.text:
        return None
    the = word_pattern(article.vocabulary.definite_articles)
    in_brackets = rf"([^()\n]{{3,80}}?)\s*\(\s*(?:(?:{the})\s+)?{re.escape(mention.name)}\s*\)"
    brackets = re.search(in_brackets, article.text)
    for entity in article.entities:
        capitals = "".join(w[0] for w in re.findall(r"[^\W\d_]+", entity.name) if w[0].isupper()).casefold()
        is_before = brackets is not None and brackets.group(1).endswith(entity.name)
        matches = capitals == letters or is_before
        if len(entity.words) > 1 and matches:
            return Resolution(entity.name, entity.kind if entity.kind != "person" else "organisation")
    return None


def has_initials(name: str, acronym: str) -> bool:
    """Return True when the letters of an acronym are initials of a name's words, in order, starting with the first."""
    initials = iter(word[0] for word in normalise(name).split())
    return normalise(name)[:1] == acronym[:1] and all(letter in initials for letter in acronym)


@speaker_rule("single_name", order=290, kind="name", example="Orbis said it rained.", is_form=True)
def resolve_single_name(article: ArticleContext, source: SourceMention) -> Resolution | None:
    """Resolve a name without a known fuller form to itself, or to an organisation's name that ends with it."""
    mention = head_name(source)
    if mention is None:
        return None
    entity = article.entity_of(mention)
    if entity is None and source.head is not None and not (mention.start <= source.head.idx < mention.end):
        return None
    last_word = name_words(mention.name)[-1:]
    longer = [e for e in article.entities if len(e.words) > 1 and e.words[-1:] == last_word and e.kind != "person"]
    if longer and not mention.titles_before:
        return Resolution(longer[0].name, longer[0].kind)
    if (whole := whole_body_name(source, mention)) != mention.name:
        return Resolution(whole, "organisation")
    kind = entity.kind if entity is not None else "organisation"
    if any(word in article.vocabulary.titles for word in mention.titles_before):
        kind = "person"
    return Resolution(strip_name(mention.name, article.vocabulary), kind)
