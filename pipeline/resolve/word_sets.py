"""What the language file says, in the form the rules ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pipeline.core.language import Language
from pipeline.resolve.name_forms import plain
from pipeline.resolve.name_lists import Lists, lists_of

# Endings of role nouns that differ by gender or none: spokesman, spokeswoman and spokesperson are one role.
_GENDERED = ("woman", "man", "person", "women", "men", "people")


@dataclass(frozen=True)
class Words:
    """Plain word sets of one language.

    Attributes
    ----------
    titles : frozenset of str
        Words before a name (`mr`, `general`), role nouns included.
    roles : frozenset of str
        Nouns that name a person by office or role (`minister`).
    anonymous : frozenset of str
        Nouns that name a speaker without telling who (`official`, `person`).
    male, female, plural, first, thing : frozenset of str
        Pronouns by what they tell.
    lists : Lists
        Words that tell what a name or noun phrase is.
    """

    titles: frozenset[str]
    roles: frozenset[str]
    anonymous: frozenset[str]
    male: frozenset[str]
    female: frozenset[str]
    plural: frozenset[str]
    first: frozenset[str]
    thing: frozenset[str]
    lists: Lists

    @cached_property
    def personal(self) -> frozenset[str]:
        """Pronouns of one person spoken about."""
        return self.male | self.female

    @cached_property
    def pronouns(self) -> frozenset[str]:
        """All pronouns."""
        return self.personal | self.plural | self.first | self.thing

    def gender(self, word: str) -> str:
        """`male`, `female` or nothing: what a title, role noun or pronoun tells."""
        if word in self.female or word in self.lists.female or (word.endswith("woman") and word != "woman"):
            return "female"
        if word in self.male or word in self.lists.male or (word.endswith("sman") and word != "man"):
            return "male"
        return ""

    def ends_like_a_person(self, noun: str) -> bool:
        """True for a noun whose ending says that it names a human being (`broker`), as far as endings tell."""
        endings = tuple(self.lists.person_endings)
        return noun.endswith(endings) and len(noun) > 4 and noun not in self.lists.things_like_people


def base_role(noun: str) -> str:
    """Role noun without number and gender: `spokeswomen` and `spokesman` give `spokes`."""
    for ending in _GENDERED:
        if noun.endswith(ending) and len(noun) > len(ending) + 2:
            return noun[: -len(ending)]
    return noun


def _set(items: list[str]) -> frozenset[str]:
    return frozenset(plain(item) for item in items)


def words_of(language: Language) -> Words:
    """The word sets of a language."""
    roles = _set(language.roles)
    pronouns = {name: _set(language.pronouns.get(name, [])) for name in ("male", "female", "plural", "first", "thing")}
    lists = lists_of(language.names, where=f"languages/{language.code}.yaml")
    roles |= lists.short_titles
    titles = _set(language.titles) | roles
    return Words(titles=titles, roles=roles, anonymous=_set(language.anonymous), **pronouns, lists=lists)
