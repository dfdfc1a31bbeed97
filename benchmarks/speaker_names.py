"""Decide whether two names mean the same speaker, as the GenderGapTracker's evaluation does, with fewer surprises.

Titles, determiners and possessives do not count. Two people are the same when their last names are equal and their
given names agree (equal, an initial, the beginning of the other), or one has none; organisations also by their acronym.
"""

import re

from pipeline.resolve.name_forms import may_be_same_person, name_words, normalise
from pipeline.resolve.vocabulary import Vocabulary, strip_name

_DETERMINER = re.compile(r"^(?:(?:the|a|an|some|his|her|their|its|our|my|this|that|these|those) )+(?=\w)")
_AFTER_HEAD = re.compile(r"[,(\[:;—–]|\s-+\s|\b(?:of|in|at|for|from|with|on|to|who|whose|that|which|by|about|near)\b")
_POSSESSIVE = re.compile(r"['’]s\b")


def same_speaker(predicted: str, gold: str, kind: str, vocabulary: Vocabulary) -> bool:
    """Return True when a predicted name means the annotated speaker; both are names or noun phrases, never empty.

    The `kind` `person` is compared by surname and given names, any other as a phrase.
    """
    one, other = _fold(predicted), _fold(gold)
    if not one or not other or one in vocabulary.pronouns:
        return False
    if one in (other, _fold(_head(gold))) or _fold(_head(predicted)) == other:
        return True
    if kind == "person":
        return _same_person(_head(predicted), _head(gold), vocabulary)
    return any(_shortens(a, b) for a, b in ((predicted, gold), (gold, predicted)))


def _fold(name: str) -> str:
    return _DETERMINER.sub("", normalise(_POSSESSIVE.sub(" ", name)))


def _head(name: str) -> str:
    """Return a name up to its first comma, bracket or preposition."""
    return next((name[: m.start()] for m in _AFTER_HEAD.finditer(name) if _fold(name[: m.start()])), name).strip()


def _same_person(predicted: str, gold: str, vocabulary: Vocabulary) -> bool:
    one, other = (name_words(_without_small_words(strip_name(name, vocabulary))) for name in (predicted, gold))
    if not one or not other or one[-1] != other[-1]:
        return bool(one and other) and len(one) > 1 and len(other) > 1 and may_be_same_person(one, other)
    return len(one) == 1 or len(other) == 1 or may_be_same_person(one, other)


def _without_small_words(name: str) -> str:
    """Return a name without the small words before it: `spokeswoman Jane Roe`."""
    words = name.split()
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    return " ".join(words)


def _shortens(short: str, long: str) -> bool:
    """Return True for an acronym of a name, and for a capitalised end of a phrase with small words before it."""
    words, longer = _POSSESSIVE.sub(" ", short).split(), _POSSESSIVE.sub(" ", long).split()
    if not words or len(words) >= len(longer):
        return False
    capitals = "".join(word[0] for word in longer if word[0].isupper()).casefold()
    if len(words) == 1 and len(capitals) > 1 and normalise(short) == capitals:
        return True
    front, end = longer[: -len(words)], longer[-len(words) :]
    is_end = _fold(" ".join(end)) == _fold(short) and end[-1][0].isupper()
    return is_end and (all(word.islower() for word in front) or normalise(short).endswith("s"))
