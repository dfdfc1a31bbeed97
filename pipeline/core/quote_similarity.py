"""Similarity of two quotes of one speaker, as two papers print them: copied, shortened or translated."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from pipeline.core.language import Language

_WORD = re.compile(r"\w+")
_NO_ENDING = re.compile(r"(?!)")


@dataclass(frozen=True)
class SimilaritySettings:
    """When two quotes count as the same; words of the first three lists must not differ."""

    copied: float = 0.8  # least share of words in common (Jaccard similarity) of a copy with small changes
    shortened: float = 0.85  # least share of the shorter quote that the longer has in one piece
    translated: float = 0.6  # least share of content words in common of two translations
    min_tokens: int = 5  # quotes of fewer words are never the same: everybody says "No comment"
    negation: frozenset[str] = frozenset()  # `not`
    number: frozenset[str] = frozenset()  # `eleven`
    pointing: frozenset[str] = frozenset()  # `we`
    little: frozenset[str] = frozenset()  # may differ: articles, auxiliary verbs
    spellings: tuple[tuple[re.Pattern[str], str], ...] = ()  # make two spellings of one word equal
    ending: re.Pattern[str] = _NO_ENDING  # by which the forms of one word differ

    def normalise(self, word: str) -> str:
        """Return a word in the common spelling."""
        for pattern, replacement in self.spellings:
            word = pattern.sub(replacement, word)
        return word


def similarity_settings(language: Language, **thresholds: float) -> SimilaritySettings:
    """Return settings with the word lists of a language."""
    words, endings = language.word_sets, "|".join(sorted(language.word_endings, key=len, reverse=True))
    return SimilaritySettings(
        **{name: words[name] for name in ("negation", "number", "pointing", "little")},  # type: ignore[arg-type]
        spellings=tuple((re.compile(pattern), replacement) for pattern, replacement in language.spellings),
        ending=re.compile(rf"(?<=\w{{4}})(?:{endings})$") if endings else _NO_ENDING,
        **thresholds,  # type: ignore[arg-type]
    )


@dataclass
class ComparableQuote:
    """One quote split into what comparisons need, each part computed once."""

    content: str
    settings: SimilaritySettings = field(repr=False)

    @cached_property
    def words(self) -> list[str]:
        """Words in small letters and in the common spelling, in order."""
        text = re.sub(r"(?<=\w)-(?=\w)", "", self.content.casefold())
        return [self.settings.normalise(word) for word in _WORD.findall(text)]

    @cached_property
    def stems(self) -> list[str]:
        """Content words without their endings, in order."""
        return [self.settings.ending.sub("", word) for word in self.words if word not in self.settings.little]

    @cached_property
    def names(self) -> frozenset[str]:
        """Capitalised words inside a sentence, as `words` spells them."""
        names = re.findall(r"(?<=[\w,;] )[^\W\d_a-z]\w+", self.content)
        return frozenset(self.settings.normalise(name.casefold()) for name in names)

    @cached_property
    def numbers_and_negations(self) -> list[str]:
        """Numerals, number words and negating words, sorted."""
        listed = self.settings.number | self.settings.negation
        return sorted(word for word in self.words if word.isdigit() or word in listed)


def similarity_kind(one: ComparableQuote, other: ComparableQuote) -> str:
    """Return how two quotes of a speaker are the same: `copied`, `shortened`, `translated`; empty when they are not."""
    settings = one.settings
    short, long = sorted((one, other), key=lambda quote: len(quote.words))
    if len(short.words) < settings.min_tokens:
        return ""
    if _is_piece(short, long, settings):
        return "copied" if len(short.words) == len(long.words) else "shortened"
    if _contradicts(one, other):
        return ""
    if _jaccard(one.words, other.words) >= settings.copied:
        return "copied"
    return "translated" if _jaccard(one.stems, other.stems) >= settings.translated else ""


def _is_piece(short: ComparableQuote, long: ComparableQuote, settings: SimilaritySettings) -> bool:
    """Return whether the longer quote has the shorter in one piece, small words at its ends aside, and not negated."""
    match = SequenceMatcher(None, short.words, long.words, autojunk=False).find_longest_match()
    ends = [*short.words[: match.a], *short.words[match.a + match.size :]]
    if any(word not in settings.little for word in ends) or match.size < settings.shortened * len(short.words):
        return False
    return not any(word in settings.negation for word in long.words[max(match.b - 2, 0) : match.b])


def _jaccard(one: list[str], other: list[str]) -> float:
    return len({*one} & {*other}) / max(len({*one, *other}), 1)


def _contradicts(one: ComparableQuote, other: ComparableQuote) -> bool:
    """Return True where two quotes differ in a number, negation, name, pronoun or single content word."""
    if one.numbers_and_negations != other.numbers_and_negations:
        return True
    if (one.names - set(other.words)) or (other.names - set(one.words)):
        return True
    referring = one.settings.pointing | one.names | other.names
    a, b = ([word for word in quote.words if word in referring] for quote in (one, other))
    if (set(a) - set(b) and set(b) - set(a)) or (sorted(a) == sorted(b) and a != b):
        return True
    # One content word in the place of another, the rest in the same order, says something else.
    changes = SequenceMatcher(None, one.stems, other.stems, autojunk=False).get_opcodes()
    return any(tag == "replace" for tag, *_ in changes)
