"""Word lists of a language that tell what a name or a noun phrase is: `names` of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from pipeline.core.errors import ConfigError

Listed = frozenset[str]


@dataclass(frozen=True)
class Lists:
    """Sets of plain words; `configs/languages/en.yaml` says of each what it is for. A list that is not there is empty.

    Those that the file gives as "more words beside" others hold the others too.
    """

    particles: Listed = frozenset()
    joining: Listed = frozenset()
    organisation: Listed = frozenset()
    things: Listed = frozenset()
    named_after: Listed = frozenset()
    short_titles: Listed = frozenset()
    department: Listed = frozenset()
    body: Listed = frozenset()
    common: Listed = frozenset()
    closing: Listed = frozenset()
    institution: Listed = frozenset()
    place_before: Listed = frozenset()
    dates: Listed = frozenset()
    female: Listed = frozenset()
    male: Listed = frozenset()
    person_endings: Listed = frozenset()
    things_like_people: Listed = frozenset()
    government: Listed = frozenset()
    generic: Listed = frozenset()
    royal: Listed = frozenset()
    royal_roles: Listed = frozenset()
    crowned: Listed = frozenset()
    of_a_place: Listed = frozenset()
    offices: Listed = frozenset()
    descriptions: Listed = frozenset()
    people: Listed = frozenset()
    leaders: Listed = frozenset()
    leading_roles: Listed = frozenset()
    documents: Listed = frozenset()
    about_somebody: Listed = frozenset()
    making: Listed = frozenset()
    two: Listed = frozenset()
    three: Listed = frozenset()
    four: Listed = frozenset()
    states: Listed = frozenset()
    younger: Listed = frozenset()
    elder: Listed = frozenset()
    asks: Listed = frozenset()
    asked: Listed = frozenset()
    called: Listed = frozenset()
    newsroom: Listed = frozenset()
    numbered: Listed = frozenset()


# Lists that hold others: a department is a word that tells bodies of one place apart.
_HOLD = {
    "common": ("department", "body"),
    "closing": ("body",),
    "descriptions": ("offices",),
    "people": ("descriptions",),
}


def lists_of(names: Mapping[str, list[str]], where: str = "") -> Lists:
    """The lists of one language file.

    Raises
    ------
    ConfigError
        On a list that no rule asks for, or a word that is none.
    """
    known = [field.name for field in fields(Lists)]
    for name, words in names.items():
        if name not in known:
            raise ConfigError(f"unknown list `{name}` in `names`", where=where, fix=f"known lists: {', '.join(known)}")
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ConfigError(
                f"`{name}` in `names` is no list of words", where=where, fix='YAML reads on, no: write "on"'
            )
    found = {name: frozenset(names.get(name, ())) for name in known}
    for name, others in _HOLD.items():
        found[name] = found[name].union(*(found[other] for other in others))
    return Lists(**found)
