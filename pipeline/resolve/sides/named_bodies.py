"""For whom a named body speaks: an organ of a state for the state, any other body for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.institutions import is_shared_name
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.vocabulary import Vocabulary

_MAX_WORDS = 7


class KnownName(NamedTuple):
    """A state or organisation of the gazetteer among words: from `first` to before `end`."""

    first: int
    end: int
    entry: GazetteerEntry


def find_known_names(words: Sequence[str], gazetteer: Gazetteer) -> list[KnownName]:
    """Return the states and organisations that words name, in order; none for `Kestria-backed`, `North American`."""
    found: list[KnownName] = []
    at = 0
    while at < len(words):
        name = _known_name_at(words, at, gazetteer) if words[at][:1].isupper() else None
        is_region = at > 0 and words[at - 1].lower() in gazetteer.vocabulary.directions
        if name is not None and words[name.end : name.end + 1] != ["-"] and not is_region:
            found.append(name)
        at = name.end if name is not None else at + 1
    return found


def _known_name_at(words: Sequence[str], at: int, gazetteer: Gazetteer) -> KnownName | None:
    """Return the longest state or organisation of the gazetteer that begins at a word."""
    for end in range(min(at + _MAX_WORDS, len(words)), at, -1):
        if not words[end - 1][0].isalnum():
            continue
        text = " ".join(words[at:end])
        entry = (gazetteer.find_state(text) if end == at + 1 else None) or gazetteer.find(text)
        if entry is not None and entry.kind in ("country", "organisation"):
            return KnownName(at, end, entry)
    return None


def side_of_entry(entry: GazetteerEntry, vocabulary: Vocabulary) -> str | None:
    """Return the side of a state or organisation of the gazetteer; None for people and media."""
    if entry.kind == "country":
        return entry.name
    takes_none = has_noun(f"{entry.role} {entry.name}", vocabulary.bodies_without_side)
    return (entry.country or entry.name) if entry.kind == "organisation" and not takes_none else None


def side_of_body(name: str, gazetteer: Gazetteer, min_words: int = 1) -> str | None:
    """Return for whom a body speaks, by its name; None where the name does not tell whose it is, and for media.

    A body of its own whose name has fewer words than `min_words` has none: such names are often those of media.
    """
    vocabulary = gazetteer.vocabulary
    if (entry := gazetteer.find(name)) is not None:
        return side_of_entry(entry, vocabulary)
    name = name.replace("’", "'")  # one name in articles of either typography
    words = without_possessives(name, vocabulary).split()
    if has_noun(name, vocabulary.bodies_without_side) or is_of_town(name, vocabulary) or _is_person(words, vocabulary):
        return None
    head = head_noun(words, vocabulary)
    if is_noun(head, vocabulary.outlets):
        return None
    known = [name for name in find_known_names(words, gazetteer) if _owns(name, words, vocabulary)]
    owners = {side_of_entry(name.entry, vocabulary) for name in known} - {None}
    if is_noun(head, vocabulary.state_organs | vocabulary.state_bodies | vocabulary.legislatures) and len(owners) == 1:
        return owners.pop()
    return name if len(words) >= min_words and is_own_name(name, head, gazetteer) else None


def _owns(known: KnownName, words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Return True for a name before the head noun of a body or behind `of` or `in`; not for what the body studies."""
    before = [word for word in words[: known.first] if word.lower() not in vocabulary.definite_articles]
    is_in_front = not any(word.lower() in vocabulary.affiliation_prepositions for word in before)
    return is_in_front or (before[-1].lower() in vocabulary.of | vocabulary.located if before else True)


def is_own_name(name: str, head: str, gazetteer: Gazetteer) -> bool:
    """Return True for the name of one body; not for `Mission` or `Foreign Ministry`, which many have."""
    vocabulary = gazetteer.vocabulary
    words = name.split()
    front = " ".join(words[: _end_of_front(words, vocabulary)])
    is_organ = is_noun(head, vocabulary.state_organs | vocabulary.legislatures)
    common = (vocabulary.common - vocabulary.body) | vocabulary.office_words
    is_office = is_noun(head, vocabulary.state_bodies) and has_noun(front, common)
    is_bare = len(words) == 1 and is_noun(head, vocabulary.state_bodies | vocabulary.institution | common)
    return name[:1].isupper() and not (is_organ or is_office or is_bare or is_shared_name(name, gazetteer))


def _is_person(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Return True for `Foreign Minister Ada Lorn`, and for `ADA LORN`, as speakers of an interview are printed."""
    in_capitals = len(words) > 1 and all(word.isupper() for word in words)
    titles = [i for i, word in enumerate(words) if normalise(word) in vocabulary.roles]
    return in_capitals or (bool(titles) and titles[-1] < len(words) - 1 and not has_body_word(words, vocabulary))


def has_body_word(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Return True for words that name an organ or another institution: `Prime Minister's Office`, `Workers' Union`."""
    bodies = vocabulary.state_organs | vocabulary.state_bodies | vocabulary.institution | vocabulary.body
    return has_noun(" ".join(words), bodies | vocabulary.organisation | vocabulary.legislatures)


def is_of_town(text: str, vocabulary: Vocabulary) -> bool:
    """Return True for a council that is nothing else than a town's or a people's, as far as the words tell."""
    return has_noun(text, vocabulary.town_bodies) and not has_noun(text, vocabulary.office_words)


def without_possessives(text: str, vocabulary: Vocabulary) -> str:
    """Return a text without possessive endings, which stand before a space or the end."""
    for ending in vocabulary.possessive_endings:
        text = f"{text} ".replace(f"{ending} ", " ").strip()
    return text


def head_noun(words: Sequence[str], vocabulary: Vocabulary) -> str:
    """Return the head noun of a body's name, normalised: the last word before a preposition, or before its acronym."""
    front = words[: _end_of_front(words, vocabulary)]
    front = front[:-1] if len(front) > 1 and front[-1].isupper() and not front[-2].isupper() else front
    return (normalise(front[-1]).split() or [""])[-1] if front else ""


def _end_of_front(words: Sequence[str], vocabulary: Vocabulary) -> int:
    """Return the position of the first preposition in a name, its length without one."""
    prepositions = vocabulary.affiliation_prepositions
    return next((i for i, word in enumerate(words) if i and word.lower() in prepositions), len(words))


def is_noun(word: str, nouns: frozenset[str]) -> bool:
    """Return True for a noun of a list, also in the plural."""
    return word in nouns or word.removesuffix("s") in nouns or word.removesuffix("ies") + "y" in nouns


def has_noun(text: str, nouns: frozenset[str]) -> bool:
    """Return True for a text with a noun of a list, also in the plural."""
    return any(is_noun(word, nouns) for word in normalise(text).split())
