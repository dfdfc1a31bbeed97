"""For whom a known speaker speaks: a state or body of the gazetteer, or the office that a person held on a day."""

from __future__ import annotations

from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.name_forms import normalise
from pipeline.resolve.sides.named_bodies import find_known_names, has_noun, is_of_town, side_of_entry
from pipeline.resolve.sides.side import Side

STATE, KNOWN_BODY, KNOWN_OFFICE = "state", "known_body", "known_office"


def find_known_side(name: str, date: str, gazetteer: Gazetteer) -> Side | None:
    """Return the side of a speaker by the gazetteer on an ISO date, None where no row says so."""
    entry = gazetteer.find(name)
    if entry is None or entry.kind not in ("country", "organisation"):
        return _side_by_office(entry, date, gazetteer) if entry is not None else None
    side = side_of_entry(entry, gazetteer.vocabulary)
    return Side(side, STATE if entry.kind == "country" else KNOWN_BODY, evidence=entry.name) if side else None


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
                return Side(side, KNOWN_OFFICE, evidence=evidence)
    speaks = entry.country and has_noun(role, vocabulary.state_speakers)
    return Side(entry.country, KNOWN_OFFICE, evidence=evidence) if speaks else None
