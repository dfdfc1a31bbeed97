"""Names of one word: which fuller name of the article they are part of."""

from __future__ import annotations

from collections import Counter

from pipeline.resolve.entities import Entity, is_organisation_name
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.introductions import add_introduction
from pipeline.resolve.name_forms import name_words
from pipeline.resolve.name_mentions import NameMention
from pipeline.resolve.token_index import TokenIndex
from pipeline.resolve.vocabulary import Vocabulary


def attach_single_words(
    entities: list[Entity], mentions: list[NameMention], tokens: TokenIndex, gazetteer: Gazetteer
) -> list[Entity]:
    """Move mentions of one word to the person with a fuller name that they refer to; return the entities left.

    Entities of one word that lose all their mentions are left out.
    """
    people = [e for e in entities if len(e.words) > 1 and " " in e.name and _may_be_person(e, gazetteer)]
    grouped = {id(mention) for e in entities if len(e.words) > 1 for mention in e.mentions}
    surnames = Counter(e.words[-1] for e in people)
    moved = set()
    for mention in mentions:
        if id(mention) in grouped or len(mention.name.split()) != 1:
            continue
        person = choose_person(mention, people, gazetteer.vocabulary)
        if person is None:
            continue
        # Of two people of one surname, writers use the first names.
        has_namesake = surnames[person.words[-1]] > 1 and mention.label != "ORG"
        if not has_namesake and not _fits_name(mention, person, gazetteer.vocabulary):
            continue
        person.mentions.append(mention)
        add_introduction(person, mention, tokens, gazetteer.vocabulary)
        moved.add(id(mention))
    for entity in entities:
        if len(entity.words) == 1:
            entity.mentions = [mention for mention in entity.mentions if id(mention) not in moved]
        entity.mentions.sort(key=lambda mention: mention.start)
    return [entity for entity in entities if entity.mentions]


def _may_be_person(entity: Entity, gazetteer: Gazetteer) -> bool:
    entry = gazetteer.find(entity.name)
    if entry is not None:
        return entry.kind == "person"
    return not is_organisation_name(entity.name, gazetteer.vocabulary)


def _fits_name(mention: NameMention, person: Entity, vocabulary: Vocabulary) -> bool:
    """Return True for a surname, or another part of a name that is surely a person's.

    `Orbis` is not taken for the first name of "Orbis Research".
    """
    if person.words[-1:] == name_words(mention.name)[-1:]:
        return True
    labelled = any(m.label == "PERSON" or m.titles_before for m in person.mentions)
    return mention.label != "ORG" and (labelled or vocabulary.starts_with_given_name(person.name))


def choose_person(mention: NameMention, people: list[Entity], vocabulary: Vocabulary) -> Entity | None:
    """Return the person whose name contains the last word of a mention, None where there is none.

    Of several, a surname wins over a first name, then the person whose introduction has the mention's titles, then the
    one called by this word alone before, then the one named last before the mention.
    """
    words = name_words(mention.name)
    if not words:
        return None
    word = words[-1]
    genders = [gender for title in mention.titles_before if (gender := vocabulary.gender_of_word(title))]
    fitting = [
        person
        for person in people
        if word in person.words and not (genders and person.gender and person.gender != genders[0])
    ]
    return max(fitting, key=lambda person: _match_score(mention, word, person), default=None)


def _match_score(mention: NameMention, word: str, person: Entity) -> tuple[float, ...]:
    """Return how well a word of a mention matches a person: its place in the name, titles, usage and nearness."""
    place = 2 if person.words[-1] == word else 0 if person.words[0] == word else 1
    titles = set(mention.titles_before)
    has_title = any(titles & (role.words | {role.head}) for role in person.roles) or any(
        titles & set(m.titles_before) for m in person.mentions
    )
    # Where the word was used: a first name since then does not make the surname mean somebody else.
    earlier = [m for m in person.mentions if m.start < mention.start]
    before = [m for m in earlier if word in name_words(m.name)] or earlier
    called_by_one_word = any(name_words(m.name) == (word,) for m in before)
    if not before:
        return (place, float(has_title), 0.0, 0.0, 0.0, -person.mentions[0].start)
    # In one sentence the first subject is spoken of: "Zinta Roth, whose son Belto Roth died, wept."
    last = before[-1]
    nearness = (last.sentence, float(last.is_subject), -last.start)
    return (place, float(has_title), float(called_by_one_word), *nearness)
