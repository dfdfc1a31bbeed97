"""Vocabulary of one language that the rules of speaker resolution ask for, and the titles around a name."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from functools import cached_property, lru_cache
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from pipeline.core.config import build_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language
from pipeline.resolve.name_forms import name_key, normalise, romanised_word

WordSet = frozenset[str]
WordTuple = tuple[str, ...]
WordMap = Mapping[str, str]
_NONE: WordSet = frozenset()


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Vocabulary:
    """Word lists of one language, normalised as by `normalise`.

    Field names are the keys of `names` and `mentions` in `configs/languages/CODE.yaml`, where a comment says what each
    list is for. A list that the file lacks is empty. Some lists include others (`_INCLUDED`).
    """

    # Keys of their own in the file. `titles` includes `roles`, and `roles` the short titles; `listed_titles` neither.
    listed_titles: WordSet = _NONE
    titles: WordSet = _NONE
    roles: WordSet = _NONE
    anonymous: WordSet = _NONE
    # `pronouns` of the file.
    male_pronouns: WordSet = _NONE
    female_pronouns: WordSet = _NONE
    plural_pronouns: WordSet = _NONE
    first_person_pronouns: WordSet = _NONE
    thing_pronouns: WordSet = _NONE
    # `given_name_forms` of the file: for each form the first of its list.
    given_name_forms: WordMap = field(default_factory=dict)
    # `names` of the file: nouns and adjectives.
    particles: WordSet = _NONE
    joining: WordSet = _NONE
    organisation: WordSet = _NONE
    named_after: WordSet = _NONE
    short_titles: WordSet = _NONE
    department: WordSet = _NONE
    company_forms: WordSet = _NONE
    body: WordSet = _NONE
    common: WordSet = _NONE
    closing: WordSet = _NONE
    institution: WordSet = _NONE
    place_before: WordSet = _NONE
    dates: WordSet = _NONE
    female: WordSet = _NONE
    male: WordSet = _NONE
    person_endings: WordSet = _NONE
    things_like_people: WordSet = _NONE
    government: WordSet = _NONE
    generic: WordSet = _NONE
    outlets: WordSet = _NONE
    collective: WordSet = _NONE
    royal: WordSet = _NONE
    royal_roles: WordSet = _NONE
    crowned: WordSet = _NONE
    of_a_place: WordSet = _NONE
    offices: WordSet = _NONE
    people: WordSet = _NONE
    leaders: WordSet = _NONE
    leading_roles: WordSet = _NONE
    documents: WordSet = _NONE
    other_documents: WordSet = _NONE
    making: WordSet = _NONE
    events: WordSet = _NONE
    two: WordSet = _NONE
    three: WordSet = _NONE
    four: WordSet = _NONE
    states: WordSet = _NONE
    furniture: WordSet = _NONE
    state_speakers: WordSet = _NONE
    sure_offices: WordSet = _NONE
    advisers: WordSet = _NONE
    body_speakers: WordSet = _NONE
    members: WordSet = _NONE
    directions: WordSet = _NONE
    serving: WordSet = _NONE
    located: WordSet = _NONE
    hosted: WordSet = _NONE
    in_seat: WordSet = _NONE
    state_organs: WordSet = _NONE
    state_bodies: WordSet = _NONE
    legislatures: WordSet = _NONE
    office_words: WordSet = _NONE
    town_bodies: WordSet = _NONE
    without_side: WordSet = _NONE
    bodies_without_side: WordSet = _NONE
    still_in_office: WordSet = _NONE
    out_of_office: WordSet = _NONE
    # `mentions` of the file: small words and endings.
    definite_articles: WordTuple = ()
    indefinite_articles: WordSet = _NONE
    definite: WordSet = _NONE
    indefinite: WordSet = _NONE
    indefinite_institution: WordSet = _NONE
    indefinite_any: WordSet = _NONE
    conjunctions: WordTuple = ()
    alternatives: WordSet = _NONE
    possessive_endings: WordTuple = ()
    plural_endings: WordSet = _NONE
    adjective_endings: WordSet = _NONE
    state_endings: WordSet = _NONE
    short_adjective_endings: WordMap = field(default_factory=dict)
    name_like_endings: WordSet = _NONE
    gendered_endings: WordTuple = ()
    female_endings: WordSet = _NONE
    male_endings: WordSet = _NONE
    female_plurals: WordSet = _NONE
    male_plurals: WordSet = _NONE
    honours: WordSet = _NONE
    retired: WordSet = _NONE
    of: WordSet = _NONE
    office_prepositions: WordSet = _NONE
    role_prepositions: WordSet = _NONE
    office_place_prepositions: WordSet = _NONE
    not_in_office: WordSet = _NONE
    affiliation_prepositions: WordSet = _NONE
    describing_prepositions: WordSet = _NONE
    after_noun: WordSet = _NONE
    after_office_name: WordSet = _NONE
    relative_pronouns: WordSet = _NONE
    relative_person_pronouns: WordSet = _NONE
    clause_openers: WordSet = _NONE
    with_others: WordSet = _NONE
    former: WordSet = _NONE
    role_qualifiers: WordMap = field(default_factory=dict)
    acting: WordSet = _NONE
    at_that_time: WordSet = _NONE
    current: WordSet = _NONE
    own_place: WordSet = _NONE
    short_offices: WordMap = field(default_factory=dict)
    paraphrased_offices: Mapping[str, WordTuple] = field(default_factory=dict)
    department_synonyms: WordMap = field(default_factory=dict)
    uninformative: WordSet = _NONE
    not_names: WordSet = _NONE
    pronoun_additions: WordSet = _NONE
    pointing: WordSet = _NONE
    question_labels: WordSet = _NONE

    @cached_property
    def personal_pronouns(self) -> WordSet:
        """Pronouns of the third person singular that tell the gender."""
        return self.male_pronouns | self.female_pronouns

    @cached_property
    def pronouns(self) -> WordSet:
        """All pronouns of the language file."""
        return self.personal_pronouns | self.plural_pronouns | self.first_person_pronouns | self.thing_pronouns

    def gender_of_word(self, word: str) -> str:
        """Return `male` or `female` for a title, role noun or pronoun that tells the gender, else an empty string."""
        if word in self.female_pronouns or word in self.female or word.endswith(tuple(self.female_endings)):
            return "female"
        if word in self.male_pronouns or word in self.male or word.endswith(tuple(self.male_endings)):
            return "male"
        return ""

    def is_person_noun(self, noun: str) -> bool:
        """Return True for a noun that names a human being, by the word lists or by its ending (`broker`)."""
        if noun in self.roles or noun in self.anonymous or self.gender_of_word(noun) or noun in self.people:
            return True
        return noun.endswith(tuple(self.person_endings)) and len(noun) > 4 and noun not in self.things_like_people

    def qualifiers_of(self, words: Iterable[str]) -> frozenset[str]:
        """Return what limits an office among the words of a phrase: `deputy` for `vice`, `former` for `ex`."""
        return frozenset(self.role_qualifiers[word] for word in words if word in self.role_qualifiers)

    def split_qualifiers(self, noun: str) -> list[str]:
        """Return `ex` and `president` for `ex-president`; the noun alone where it has no qualifier in front."""
        *front, head = noun.split("-")
        return [*front, head] if front and all(word in self.role_qualifiers for word in front) and head else [noun]

    def base_role(self, noun: str) -> str:
        """Return a role noun without the ending for gender and number: `spokes` for `spokeswomen` and `spokesman`."""
        for ending in self.gendered_endings:
            if noun.endswith(ending) and len(noun) > len(ending) + 2:
                return noun[: -len(ending)]
        return noun

    @cached_property
    def offices_by_words(self) -> Mapping[WordSet, WordTuple]:
        """Offices that a phrase may mean (`paraphrased_offices`), by the set of its words."""
        return {frozenset(phrase.split()): offices for phrase, offices in self.paraphrased_offices.items()}

    def has_conjunction(self, text: str) -> bool:
        """Return True for a text in which a conjunction is between spaces."""
        return any(f" {word} " in text for word in self.conjunctions)

    def join_names(self, names: list[str] | tuple[str, ...]) -> str:
        """Return `A, B and C` for a list of names."""
        *front, last = names
        return f"{', '.join(front)} {' '.join(self.conjunctions[:1]) or '&'} {last}" if front else last


# Lists that include others, "with" which the language file lists them.
_INCLUDED = {
    "common": ("department", "body"),
    "closing": ("body",),
    "indefinite": ("indefinite_articles",),
    "indefinite_institution": ("indefinite",),
    "indefinite_any": ("indefinite",),
    "clause_openers": ("relative_pronouns",),
}
_PRONOUNS = {
    "male": "male_pronouns",
    "female": "female_pronouns",
    "plural": "plural_pronouns",
    "first": "first_person_pronouns",
    "thing": "thing_pronouns",
}


def build_vocabulary(language: Language) -> Vocabulary:
    """Build the vocabulary of a language; a list that no rule asks for, or that is no list, is a ConfigError."""
    where = f"languages/{language.code}.yaml, `names` and `mentions`"
    words: dict[str, Any] = dict(vars(build_config(Vocabulary, {**language.names, **language.mentions}, where)))
    for name, others in _INCLUDED.items():
        words[name] = words[name].union(*(words[other] for other in others))
    titles, roles = _normalised(language.titles), _normalised(language.roles) | words["short_titles"]
    plurals = {f"{word}{ending}" for word in titles | roles for ending in words["plural_endings"]}  # Ministers A and B
    own = {"listed_titles": titles, "titles": titles | roles | plurals, "roles": roles}
    own["anonymous"] = _normalised(language.anonymous)
    own |= {name: _normalised(language.pronouns.get(key, [])) for key, name in _PRONOUNS.items()}
    own["given_name_forms"] = {
        romanised_word(name_key(form)): name_key(forms[0]) for forms in language.given_name_forms for form in forms
    }
    if misplaced := own.keys() & {*language.names, *language.mentions}:
        raise ConfigError(f"no place for `{min(misplaced)}`", where=where, fix="it has a key of its own in the file")
    return Vocabulary(**(words | own))


def _normalised(words: list[str]) -> WordSet:
    return frozenset(normalise(word) for word in words)


@lru_cache(maxsize=256)
def word_pattern(words: WordSet | WordTuple) -> str:
    """Return a regular expression that matches any of the words; one that matches nothing where there are none."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or r"(?!)"


_QUOTATION_MARKS = "\"'“”‘’„«»`"
_TRAILING_DESCRIPTION = re.compile(r"\s*(?:[,(\[:;—–]|\s-+\s).*$", re.DOTALL)


def is_title(word: str, titles: Collection[str]) -> bool:
    """Return True for a title, or a hyphenated one (`Secretary-General`, `Commander-in-Chief`) of titles."""
    parts = normalise(word).split()
    inner = [part for part in parts[1:-1] if len(part) > 2]
    return bool(parts) and all(part in titles for part in (parts[0], *inner, parts[-1]))


def strip_name(text: str, vocabulary: Vocabulary, titles: Collection[str] | None = None) -> str:
    """Return a name without quotation marks, possessive, honours, trailing descriptions and leading titles.

    `Gen. (ret.) Bram Ostrander, the defence minister` gives `Bram Ostrander`. `titles` are the normalised words that
    may come before a name; the default is the titles of the vocabulary, role nouns included.
    """
    titles = vocabulary.titles if titles is None else titles
    text = re.sub(rf"\((?:{word_pattern(vocabulary.retired)})\.?\)\s*", "", text, flags=re.IGNORECASE)
    text = _TRAILING_DESCRIPTION.sub("", " ".join(text.split()).strip(_QUOTATION_MARKS + " "))
    text = text.strip(_QUOTATION_MARKS + " ,")
    ending = next((e for e in vocabulary.possessive_endings if text.endswith(e)), "")
    words = text.removesuffix(ending).split()
    small = ("", *vocabulary.definite_articles)  # articles, and punctuation
    while len(words) > 1 and (is_title(words[0], titles) or normalise(words[0]) in small):
        is_crowned = len(words) == 2 and normalise(words[0]) in vocabulary.crowned  # Pope Ivo
        if is_crowned or words[1] in vocabulary.joining:  # Directorate General of Ports
            break
        words = words[1:]
    while len(words) > 1 and normalise(words[-1]) in vocabulary.honours:
        words = words[:-1]
    return " ".join(words).strip(_QUOTATION_MARKS + " ,")
