"""Is it the same thing said? Two quotes of one speaker as two papers print them: copied, shortened or translated."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from pipeline.core.language import Language

_WORD = re.compile(r"\w+")
# What British and American spelling, and the endings of one word's forms, have in common.
_SPELLING = (
    (re.compile(r"(?<=\w{3})our(?=s?$)"), "or"),
    (re.compile(r"tre(?=s?$)"), "ter"),
    (re.compile(r"is(?=e[sd]?$|ing$)"), "iz"),
)
_ENDING = re.compile(r"(?<=\w{4})(?:ations?|ments?|ings?|ed|es|s|e|ly)$")


@dataclass(frozen=True)
class SimilaritySettings:
    """When two quotes are the same.

    Attributes
    ----------
    copied : float
        Least share of words in common (Jaccard similarity) of a copy with small changes.
    shortened : float
        Least share of the shorter quote that the longer has in one piece.
    translated : float
        Least share of content words in common of two translations.
    min_tokens : int
        Quotes of fewer words are never the same: everybody says "No comment".
    negation, number, pointing, little : frozenset of str
        Word lists of the language: what must not differ, and what may.
    """

    copied: float = 0.8
    shortened: float = 0.85
    translated: float = 0.6
    min_tokens: int = 5
    negation: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    pointing: frozenset[str] = frozenset()
    little: frozenset[str] = frozenset()


def similarity_settings(language: Language, **thresholds: float) -> SimilaritySettings:
    """Rules with the word lists of a language."""
    lists = {
        kind: frozenset(language.function_words.get(kind, ())) for kind in ("negation", "number", "pointing", "little")
    }
    return SimilaritySettings(**lists, **thresholds)  # type: ignore[arg-type]


@dataclass
class ComparableQuote:
    """One quote, taken apart once for many comparisons."""

    content: str
    rules: SimilaritySettings = field(repr=False)

    @cached_property
    def words(self) -> list[str]:
        """Words in small letters and one spelling."""
        return [_spelled(word) for word in _WORD.findall(re.sub(r"(?<=\w)-(?=\w)", "", self.content.casefold()))]

    @cached_property
    def stems(self) -> list[str]:
        """Content words without their endings, in order."""
        return [_ENDING.sub("", word) for word in self.words if word not in self.rules.little]

    @cached_property
    def names(self) -> frozenset[str]:
        """Capitalised words inside a sentence."""
        found = re.findall(r"(?<=[\w,;] )[^\W\d_a-z]\w+", self.content)
        return frozenset(_spelled(word.casefold()) for word in found)

    def kept(self, lists: Collection[str]) -> list[str]:
        """Words of a list, in order."""
        return [word for word in self.words if word in lists]

    @cached_property
    def numbers(self) -> list[str]:
        """Numerals and number words, sorted."""
        return sorted(word for word in self.words if word.isdigit() or word in self.rules.number)

    @cached_property
    def denials(self) -> list[str]:
        """Words that deny, sorted."""
        return sorted(self.kept(self.rules.negation))


def _spelled(word: str) -> str:
    for pattern, common in _SPELLING:
        word = pattern.sub(common, word)
    return word


def similarity_kind(one: ComparableQuote, other: ComparableQuote) -> str:
    """How two quotes of one speaker are the same: `copied`, `shortened`, `translated`; empty when they are not.

    Copies and translations may differ in small words and order, never in a number, a name, a denial, or in whom `we`
    and `they` stand for; a shortened quote is a piece of the longer one.
    """
    rules = one.rules
    short, long = sorted((one, other), key=lambda said: len(said.words))
    if len(short.words) < rules.min_tokens:
        return ""
    if _is_piece(short, long):
        return "copied" if len(short.words) == len(long.words) else "shortened"
    if _contradicts(one, other):
        return ""
    if _jaccard(frozenset(one.words), frozenset(other.words)) >= rules.copied:
        return "copied"
    return "translated" if _jaccard(one.stems, other.stems) >= rules.translated else ""


def _is_piece(short: ComparableQuote, long: ComparableQuote) -> bool:
    """True when the longer quote has the shorter in one piece (small words at its ends aside), no denial before it."""
    rules = short.rules
    found = SequenceMatcher(None, short.words, long.words, autojunk=False).find_longest_match()
    rest = [*short.words[: found.a], *short.words[found.a + found.size :]]
    if any(word not in rules.little for word in rest) or found.size < rules.shortened * len(short.words):
        return False
    return not any(word in rules.negation for word in long.words[max(found.b - 2, 0) : found.b])


def _jaccard(one: Collection[str], other: Collection[str]) -> float:
    one, other = frozenset(one), frozenset(other)
    return len(one & other) / max(len(one | other), 1)


def _contradicts(one: ComparableQuote, other: ComparableQuote) -> bool:
    rules = one.rules
    if one.numbers != other.numbers or one.denials != other.denials:
        return True
    if (one.names - set(other.words)) or (other.names - set(one.words)):
        return True
    order = rules.pointing | one.names | other.names
    a, b = one.kept(order), other.kept(order)
    if (set(a) - set(b) and set(b) - set(a)) or (sorted(a) == sorted(b) and a != b):
        return True
    # A content word in the place of another, the rest in the same order: another thing is said.
    changes = SequenceMatcher(None, one.stems, other.stems, autojunk=False).get_opcodes()
    return any(tag == "replace" for tag, *_ in changes)
