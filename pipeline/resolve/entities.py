"""Named people, organisations and states of one article: their mentions grouped, and of what kind they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Token

from pipeline.core.text import Span
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import may_be_same_person, name_suffix, name_words, normalise
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.vocabulary import Vocabulary


@dataclass
class Role:
    """What somebody is introduced as: the head noun, the words around it, and what limits it (`former`, `deputy`)."""

    head: str
    words: frozenset[str]  # normalised
    qualifiers: frozenset[str] = frozenset()  # values of `role_qualifiers` in the language file
    phrase: tuple[Token, ...] = field(default=(), compare=False)  # where the article says so; empty for the gazetteer


@dataclass
class Entity:
    """One person, organisation or state of an article."""

    name: str  # the fullest form
    kind: str  # `person`, `organisation` or `country`; empty for anything else
    mentions: list[NameMention] = field(default_factory=list)  # in order
    roles: list[Role] = field(default_factory=list)
    gender_votes: Counter[str] = field(default_factory=Counter)  # for `male` and `female`

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words of the name in the form for comparison."""
        return name_words(self.name)

    @property
    def gender(self) -> str:
        """`male` or `female` by majority of the votes; empty without votes and on a tie."""
        if not self.gender_votes:
            return ""
        (first, votes), *rest = self.gender_votes.most_common()
        return first if not rest or votes > rest[0][1] else ""


def group_mentions(mentions: list[NameMention]) -> list[Entity]:
    """Group mentions by name into entities, in the order of the text.

    The fullest names come first, so that shorter ones find them; a name of one word is grouped with the same word only.
    """
    entities: list[Entity] = []
    for mention in sorted(mentions, key=lambda m: (-min(len(name_words(m.name)), 4), not name_suffix(m.name), m.start)):
        entity = _matching_entity(entities, mention.name)
        if entity is None:
            entity = Entity(mention.name, "")
            entities.append(entity)
        entity.mentions.append(mention)
    for entity in entities:
        entity.mentions.sort(key=lambda mention: mention.start)
    return sorted(entities, key=lambda entity: entity.mentions[0].start)


def _matching_entity(entities: list[Entity], name: str) -> Entity | None:
    """Return the one entity that a name may be a form of; None where two may be meant, or `Jr.` sets it apart."""
    words, suffix = name_words(name), name_suffix(name)
    others = [e for e in entities if name_suffix(e.name) in ("", suffix)] if suffix else entities
    for entity in others:
        if entity.words == words and (name_suffix(entity.name) == suffix or len(words) == 1):
            return entity
    if len(words) < 2:
        return None
    matching = [e for e in others if len(e.words) > 1 and may_be_same_person(e.words, words)]
    return matching[0] if len(matching) == 1 else None


def classify_entity(entity: Entity, gazetteer: Gazetteer, sources: list[Span]) -> str:
    """Return the kind of an entity by gazetteer, words of its name, introductions, labels and use; empty when unclear.

    A name of several words in a source mention (`sources`) is a person's unless something speaks against it.
    """
    vocabulary = gazetteer.vocabulary
    entry = gazetteer.find(entity.name)
    if entry is not None:
        return entry.kind
    if is_organisation_name(entity.name, vocabulary):
        return "organisation"
    if is_object_name(entity.name, vocabulary):
        return ""
    is_crowned = normalise(entity.name).split()[0] in vocabulary.crowned and len(entity.words) > 1
    if is_crowned or any(set(mention.titles_before) - vocabulary.department for mention in entity.mentions):
        return "person"
    labels = {mention.label for mention in entity.mentions}
    several_words = len(entity.words) > 1 and not entity.name.isupper()
    first = entity.name.split()[0]
    starts_with_acronym = first.isalpha() and first.isupper() and len(first) > 2
    if several_words and starts_with_acronym and "PERSON" not in labels:
        return "organisation"
    is_place = "LOC" in labels and "PERSON" not in labels
    has_role = any(_is_persons_role(role.head, vocabulary) for role in entity.roles)
    if several_words and not is_place and has_role:
        return "person"
    return _kind_by_labels(entity, several_words, sources, vocabulary)


def _is_persons_role(noun: str, vocabulary: Vocabulary) -> bool:
    """Return True for a noun that only people are introduced with; not for the `retailer` of a firm."""
    return vocabulary.is_person_noun(noun) and noun not in vocabulary.outlets | vocabulary.generic


def _kind_by_labels(entity: Entity, several_words: bool, sources: list[Span], vocabulary: Vocabulary) -> str:
    """Return the kind that entity labels, prepositions of place, subjects and source mentions speak for."""
    labels = Counter(mention.label for mention in entity.mentions if mention.label)
    if len(entity.words) > 1 and vocabulary.starts_with_given_name(entity.name):
        return "person"
    places = sum(mention.after_place_preposition for mention in entity.mentions)
    speaks = any(start <= m.start and m.end <= end for m in entity.mentions for start, end in sources)
    if places * 2 >= len(entity.mentions) and not speaks:
        return ""
    acts = speaks or any(mention.is_subject for mention in entity.mentions)
    if labels["PERSON"] and labels["PERSON"] * 2 >= labels.total():
        return "person" if acts or (len(entity.words) > 1 and not places) else ""
    acts = acts and (speaks or not places)
    if several_words and len(entity.words) < 5 and acts:
        others = labels.total() - labels["PERSON"]
        return "person" if others <= len(entity.mentions) / 2 else "organisation"
    return "organisation" if labels["ORG"] or labels["NORP"] else ""


def is_object_name(name: str, vocabulary: Vocabulary) -> bool:
    """Return True when a word of a name says that it is neither a person's nor an organisation's (`doctrine`)."""
    return any(word in vocabulary.things for word in normalise(name).split())


def is_organisation_name(name: str, vocabulary: Vocabulary) -> bool:
    """Return True when a word of a name says that it is an organisation's."""
    return any(word in vocabulary.organisation for word in normalise(name).split())
