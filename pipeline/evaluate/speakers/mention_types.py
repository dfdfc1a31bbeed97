"""What a source mention is (a name, part of one, a pronoun, a role, none), and how far the name is from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pipeline.evaluate.span_scores import QuoteSpans, fold_name

TYPES = ("name", "part name", "pronoun", "role", "none")
DISTANCES = ("same sentence", "same paragraph", "further", "not named before")
_SENTENCE = re.compile(r"[.!?]['\"”’»]*\s+(?=['\"“‘«]?[A-Z])")


def all_pronouns(lists: Mapping[str, Collection[str]]) -> frozenset[str]:
    """All pronouns of a language file."""
    return frozenset(word for words in lists.values() for word in words)


def classify_mention(source: str | None, speaker: str | None, pronouns: Collection[str]) -> str:
    """One of `TYPES`.

    `name` holds the speaker's whole name, or the phrase that stands for somebody unnamed; `part name` a capitalised
    word of the name; `role` is every other noun.
    """
    if source is None:
        return "none"
    said, name = fold_name(source), fold_name(speaker or "")
    if said in pronouns or said.split()[:1] == ["who"]:
        return "pronoun"
    if name and f" {name} " in f" {said} ":
        return "name"
    capitals = {fold_name(word) for word in (speaker or "").split() if word[:1].isupper()}
    return "part name" if capitals & set(said.split()) else "role"


def name_distance(text: str, quote: QuoteSpans) -> str:
    """How far back the speaker's name (its last word) stands before the mention, or before a quote without one."""
    at = quote.source[0] if quote.source else quote.content[0][0]
    words = (quote.speaker or "").split()
    found = list(re.finditer(rf"\b{re.escape(words[-1])}\b", text[:at])) if words else []
    if not found:
        return "not named before"
    between = text[found[-1].end() : at]
    if "\n" in between:
        return "further"
    return "same paragraph" if _SENTENCE.search(between) else "same sentence"
