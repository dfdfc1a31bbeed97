"""Named people and organisations of one article: where they stand and of what kind they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.core.text import Span
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.given_names import starts_like_a_person
from pipeline.resolve.name_forms import compatible, key_words, plain, suffix_of
from pipeline.resolve.name_mentions import Run
from pipeline.resolve.word_sets import Words


@dataclass
class Role:
    """How somebody is introduced: the head noun and the words around it, plain."""

    head: str
    words: frozenset[str]


@dataclass
class Entity:
    """One person or organisation of an article.

    Attributes
    ----------
    name : str
        The fullest form.
    kind : str
        `person`, `organisation` or `country`.
    runs : list of Run
        Its mentions, in order.
    roles : list of Role
        What it is introduced as.
    genders : Counter
        Votes for `male` and `female`.
    """

    name: str
    kind: str
    runs: list[Run] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    genders: Counter[str] = field(default_factory=Counter)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Name for comparison."""
        return key_words(self.name)

    @property
    def gender(self) -> str:
        """`male`, `female` or nothing."""
        if not self.genders:
            return ""
        (first, votes), *rest = self.genders.most_common()
        return first if not rest or votes > rest[0][1] else ""


def group_runs(runs: list[Run]) -> list[Entity]:
    """Group runs by name, fullest first; a word alone is grouped with the same word only. In order of the text."""
    entities: list[Entity] = []
    for run in sorted(runs, key=lambda run: (-min(len(key_words(run.name)), 4), not suffix_of(run.name), run.start)):
        known = _matching(entities, run.name)
        if known is None:
            known = Entity(run.name, "")
            entities.append(known)
        known.runs.append(run)
    for entity in entities:
        entity.runs.sort(key=lambda run: run.start)
    return sorted(entities, key=lambda entity: entity.runs[0].start)


def _matching(entities: list[Entity], name: str) -> Entity | None:
    """The one entity that a name may be a form of; none where two may be meant, or `Jr.` and `Sr.` tell them apart."""
    form, suffix = key_words(name), suffix_of(name)
    rest = [e for e in entities if suffix_of(e.name) in ("", suffix)] if suffix else entities
    for entity in rest:
        if entity.words == form and (suffix_of(entity.name) == suffix or len(form) == 1):
            return entity
    if len(form) < 2:
        return None
    found = [e for e in rest if len(e.words) > 1 and compatible(e.words, form)]
    return found[0] if len(found) == 1 else None


def kind_of(entity: Entity, gazetteer: Gazetteer, sources: list[Span], words: Words) -> str:
    """Kind of an entity from the gazetteer, its words, introductions, labels and what it does; nothing when unclear.

    Parameters
    ----------
    entity : Entity
        With its roles.
    gazetteer : Gazetteer
        Decides where it knows the name.
    sources : list of (int, int)
        Source mentions of quotes: a name of several words there is a person unless something speaks against it.
    words : Words
        Role nouns.
    """
    entry = gazetteer.find(entity.name)
    if entry is not None:
        return entry.kind
    if is_organisation_name(entity.name, words):
        return "organisation"
    if is_thing_name(entity.name, words):
        return ""
    crowned = plain(entity.name).split()[0] in words.lists.crowned and len(entity.words) > 1
    if crowned or any(set(run.before) - words.lists.department for run in entity.runs):
        return "person"
    several = len(entity.words) > 1 and not entity.name.isupper()
    first = entity.name.split()[0]
    if (
        several
        and first.isalpha()
        and first.isupper()
        and len(first) > 2
        and all(r.label != "PERSON" for r in entity.runs)
    ):
        return "organisation"
    placed = any(run.label == "LOC" for run in entity.runs) and not any(run.label == "PERSON" for run in entity.runs)
    if several and not placed and any(role.head in words.roles or words.gender(role.head) for role in entity.roles):
        return "person"
    return _kind_by_labels(entity, several, sources)


def _kind_by_labels(entity: Entity, several: bool, sources: list[Span]) -> str:
    labels = Counter(run.label for run in entity.runs if run.label)
    if len(entity.words) > 1 and starts_like_a_person(entity.name):
        return "person"
    places = sum(run.place for run in entity.runs)
    speaks = any(start <= run.start and run.end <= end for run in entity.runs for start, end in sources)
    if places * 2 >= len(entity.runs) and not speaks:
        return ""
    acts = speaks or any(run.subject for run in entity.runs)
    if labels["PERSON"] and labels["PERSON"] * 2 >= labels.total():
        return "person" if acts or (len(entity.words) > 1 and not places) else ""
    acts = acts and (speaks or not places)
    if several and len(entity.words) < 5 and acts:
        others = labels.total() - labels["PERSON"]
        return "person" if others <= len(entity.runs) / 2 else "organisation"
    return "organisation" if labels["ORG"] or labels["NORP"] else ""


def is_thing_name(name: str, words: Words) -> bool:
    """True when a word of the name says that it is neither a person nor an organisation."""
    return any(word in words.lists.things for word in plain(name).split())


def is_organisation_name(name: str, words: Words) -> bool:
    """True when a word of the name says that it is no person."""
    return any(word in words.lists.organisation for word in plain(name).split())
