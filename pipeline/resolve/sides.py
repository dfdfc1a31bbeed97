"""For whom a speaker speaks: states, movements and bodies by name and by the gazetteer; and the columns that say so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.tokens import Token

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry, KnownName
from pipeline.resolve.institutions import is_shared_name
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.speaker_rules import smoothed_share
from pipeline.resolve.vocabulary import Vocabulary


class Side(NamedTuple):
    """State, movement or body; `span` is where the article says so, None where the gazetteer does (`evidence`)."""

    name: str
    rule: str
    span: Span | None = None
    evidence: str | None = None


def span_of(tokens: list[Token] | tuple[Token, ...]) -> Span:
    """Return the characters from the first to the last of some tokens."""
    return tokens[0].idx, tokens[-1].idx + len(tokens[-1])


# Right sides and all sides by rule, of the speakers with `use: judge` in data/annotations/sides.jsonl, as the section
# "Sides" of reports/speakers.md counts them. Nobody read the errors on these while the rules were made.
SIDE_COUNTS = {
    "known_body": (13, 13),
    "known_office": (138, 142),
    "member": (14, 17),
    "office": (11, 11),
    "organ": (17, 17),
    "organisation": (10, 12),
    "state": (30, 30),
    "superior": (7, 7),
}
# Rules by what they go by: the gazetteer, the name of a body, a phrase for a person.
SIDE_RULES = {
    "known": ("state", "known_body", "known_office"),
    "named": ("organ", "organisation"),
    "phrase": ("office", "member", "superior"),
}
# A side that is less certain is left open.
LEAST_CERTAINTY = 0.6


@lru_cache(maxsize=64)
def side_certainty(rule: str) -> float:
    """Return the probability, 0 to 1, that a side found by a rule is right (`smoothed_share`)."""
    return smoothed_share(rule, SIDE_COUNTS, next((rules for rules in SIDE_RULES.values() if rule in rules), ()))


_MAX_WORDS = 7


def find_known_names(words: Sequence[str], gazetteer: Gazetteer) -> list[KnownName]:
    """Return the states and organisations that words name, in order; none for `Kestria-backed`, `North American`."""
    found: list[KnownName] = []
    at, kinds = 0, ("country", "organisation")
    while at < len(words):
        name = gazetteer.name_at(words, at, kinds, _MAX_WORDS) if words[at][:1].isupper() else None
        is_region = at > 0 and words[at - 1].lower() in gazetteer.vocabulary.directions
        if name is not None and words[name.end : name.end + 1] != ["-"] and not is_region:
            found.append(name)
        at = name.end if name is not None else at + 1
    return found


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
    # The head noun is the last word before a preposition, or before its acronym.
    front = words[: _end_of_front(words, vocabulary)]
    front = front[:-1] if len(front) > 1 and front[-1].isupper() and not front[-2].isupper() else front
    head = normalise(" ".join(front[-1:])).rpartition(" ")[2]
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
    if len(words) > 1 and all(word.isupper() for word in words):
        return True
    titles = [i for i, word in enumerate(words) if normalise(word) in vocabulary.roles]
    # But not for `Prime Minister's Office`, `Workers' Union`.
    bodies = vocabulary.state_organs | vocabulary.state_bodies | vocabulary.institution | vocabulary.body
    is_body = has_noun(" ".join(words), bodies | vocabulary.organisation | vocabulary.legislatures)
    return bool(titles) and titles[-1] < len(words) - 1 and not is_body


def is_of_town(text: str, vocabulary: Vocabulary) -> bool:
    """Return True for a council that is nothing else than a town's or a people's, as far as the words tell."""
    return has_noun(text, vocabulary.town_bodies) and not has_noun(text, vocabulary.office_words)


def without_possessives(text: str, vocabulary: Vocabulary) -> str:
    """Return a text without possessive endings, which stand before a space or the end."""
    for ending in vocabulary.possessive_endings:
        text = f"{text} ".replace(f"{ending} ", " ").strip()
    return text


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


def find_known_side(name: str, date: str, gazetteer: Gazetteer) -> Side | None:
    """Return the side of a speaker by the gazetteer on an ISO date, None where no row says so."""
    entry = gazetteer.find(name)
    if entry is None or entry.kind not in ("country", "organisation"):
        return _side_by_office(entry, date, gazetteer) if entry is not None else None
    side = side_of_entry(entry, gazetteer.vocabulary)
    return Side(side, "state" if entry.kind == "country" else "known_body", evidence=entry.name) if side else None


def _side_by_office(entry: GazetteerEntry, date: str, gazetteer: Gazetteer) -> Side | None:
    """Return the side of a known person on an ISO date: the body that the office names, else the state.

    None where the row does not show the office as held on that day, and for offices that speak for no state, such as
    an opposition leader's or a mayor's.
    """
    vocabulary, role = gazetteer.vocabulary, entry.role
    if entry.kind != "person" or not role or not entry.held_on(date):
        return None
    if vocabulary.qualifiers_of(normalise(role).split()) - vocabulary.still_in_office:
        return None
    if has_noun(role, vocabulary.without_side) or is_of_town(role, vocabulary):
        return None
    evidence = ", ".join(filter(None, (role, entry.country)))
    if not has_noun(role, vocabulary.hosted):
        for name in find_known_names(role.split(), gazetteer):
            if side := side_of_entry(name.entry, vocabulary):
                return Side(side, "known_office", evidence=evidence)
    speaks = entry.country and has_noun(role, vocabulary.state_speakers)
    return Side(entry.country, "known_office", evidence=evidence) if speaks else None


Row = dict[str, Any]
SIDE_COLUMNS = ("side", "side_evidence", "side_evidence_start", "side_evidence_end", "side_by", "side_certainty")
# A speaker whose quotes have several sides has one of them only with at least this share of these quotes.
CLEAR_SHARE = 2 / 3


def side_columns(quote: Quote) -> Row:
    """Return the columns of `resolved` and `quotes` that say for whom the speaker of a quote speaks."""
    start, end = quote.side_span or (None, None)
    values = quote.side, quote.side_evidence, start, end, quote.side_by, quote.side_certainty
    return dict(zip(SIDE_COLUMNS, values, strict=True))


@dataclass
class SpeakerSides:
    """The sides of the quotes of each speaker; `corrected` has the columns of quotes whose speaker was corrected."""

    corrected: dict[str, Row] = field(default_factory=dict)
    # By speaker and side: uncertainty, date, id and evidence of each quote; the smallest of one side is shown.
    _votes: dict[str, dict[str, list[tuple[float, str, str, str | None]]]] = field(default_factory=dict)

    def set_corrected(self, row: Mapping[str, Any], gazetteer: Gazetteer) -> Row:
        """Return the columns of a quote whose speaker a person corrected: its side by the gazetteer, or none."""
        side = find_known_side(row["speaker"] or "", row["date"], gazetteer)
        values = (side.name, side.evidence, None, None, side.rule, side_certainty(side.rule)) if side else None
        columns = dict(zip(SIDE_COLUMNS, values or (None, None, None, None, None, 0.0), strict=True))
        self.corrected[row["quote_id"]] = columns
        return columns

    def add(self, speaker_id: str, row: Mapping[str, Any]) -> None:
        """Count one quote, a row with the columns of its side, `date` and `quote_id`."""
        if row["side"] is not None:
            vote = (-row["side_certainty"], row["date"], row["quote_id"], row["side_evidence"])
            self._votes.setdefault(speaker_id, {}).setdefault(row["side"], []).append(vote)

    def columns(self, speaker_id: str) -> Row:
        """Return the columns of `speakers` that say for whom a speaker speaks.

        It is the side of most quotes that have one, if that is two thirds of them or more. Evidence and certainty are
        those of the surest of its quotes, the earliest of several.
        """
        votes = self._votes.get(speaker_id, {})
        counts = Counter({side: len(of_side) for side, of_side in votes.items()})
        for side, count in counts.most_common(1):
            if count >= CLEAR_SHARE * counts.total():
                uncertainty, *_, evidence = min(votes[side])
                return {"side": side, "side_evidence": evidence, "side_certainty": -uncertainty}
        return {"side": None, "side_evidence": None, "side_certainty": 0.0}
