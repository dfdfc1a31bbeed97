"""Classify source mentions (name, part of a name, pronoun, role, none) and measure how far back the name is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pipeline.evaluate.span_scores import QuoteSpans, fold_name

TYPES = ("name", "part name", "pronoun", "role", "none")
DISTANCES = ("same sentence", "same paragraph", "further", "not named before")
_SENTENCE_END = re.compile(r"[.!?]['\"”’»]*\s+(?=['\"“‘«]?[A-Z])")


def all_pronouns(lists: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return the pronouns of all lists of a language file."""
    return frozenset(word for words in lists.values() for word in words)


def classify_mention(source: str | None, speaker: str | None, pronouns: Collection[str]) -> str:
    """Return the type of a source mention, one of `TYPES`.

    `name` contains the whole name of the speaker, or the phrase for an unnamed one; `part name` contains a capitalised
    word of the name; `role` is every other noun.
    """
    if source is None:
        return "none"
    mention, name = fold_name(source), fold_name(speaker or "")
    if mention in pronouns or mention.split()[:1] == ["who"]:
        return "pronoun"
    if name and f" {name} " in f" {mention} ":
        return "name"
    name_words = {fold_name(word) for word in (speaker or "").split() if word[:1].isupper()}
    return "part name" if name_words & set(mention.split()) else "role"


def name_distance(text: str, quote: QuoteSpans) -> str:
    """Return how far the last word of the speaker's name is before the source (or the content), one of `DISTANCES`."""
    at = quote.source[0] if quote.source else quote.content[0][0]
    words = (quote.speaker or "").split()
    names = list(re.finditer(rf"\b{re.escape(words[-1])}\b", text[:at])) if words else []
    if not names:
        return "not named before"
    between = text[names[-1].end() : at]
    if "\n" in between:
        return "further"
    return "same paragraph" if _SENTENCE_END.search(between) else "same sentence"
