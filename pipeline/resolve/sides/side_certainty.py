"""Certainty of a side: the share of a rule's sides that were right on annotated speakers."""

from __future__ import annotations

from functools import lru_cache

from pipeline.resolve.certainty import smoothed_share

# Right sides and all sides by rule, of the speakers with `use: judge` in data/annotations/sides.jsonl, as the section
# "Sides" of reports/speakers.md counts them. Nobody read the errors on these while the rules were made.
SIDE_COUNTS = {
    "known_body": (13, 13),
    "known_office": (141, 144),
    "member": (15, 21),
    "office": (12, 12),
    "organ": (13, 13),
    "organisation": (12, 19),
    "repeated_body": (1, 2),
    "state": (28, 28),
    "superior": (7, 7),
}
# Rules by what they go by: the gazetteer, the name of a body, a phrase for a person.
SIDE_RULES = {
    "known": ("state", "known_body", "known_office"),
    "named": ("organ", "organisation"),
    "phrase": ("office", "member", "superior", "repeated_body"),
}
# A side that is less certain is left open.
LEAST_CERTAINTY = 0.6


@lru_cache(maxsize=64)
def side_certainty(rule: str) -> float:
    """Return the probability, 0 to 1, that a side found by a rule is right (`smoothed_share`)."""
    return smoothed_share(rule, SIDE_COUNTS, next((rules for rules in SIDE_RULES.values() if rule in rules), ()))
