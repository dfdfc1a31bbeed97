"""Where a text names the target: flags, and the words around the terms that name it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pipeline.stance.classifier_input import ClassifierInput

IN_QUOTE, IN_PARAGRAPH = "content", "context"
FLAGS = ("any", IN_QUOTE, "content_twice", IN_PARAGRAPH, "negated", "conditional")
NEAR_WORDS = 6
EMPTY = "_"
WORD_START = r"(?<!\w)"
_NEGATION = re.compile(
    r"(?<!\S)(?:not?|never|neither|nor|without|cannot|nothing|refus\w*|reject\w*|against|oppos\w*|unacceptable|impossible)"
    r"(?!\S)"
)
_CONDITION = re.compile(r"(?<!\S)(?:if|unless|until|once|only|provided|conditions?|after|before|when)(?!\S)")
_SENTENCE_END = re.compile(r"[.!?][\"”’»]*\s+(?=[\"“‘«]*[A-Z])")


def term_pattern(terms: Sequence[str]) -> re.Pattern[str] | None:
    """Pattern of any of the terms as whole words; None for no terms.

    `*` within a word stands for a run of letters, `*` alone for up to two words.
    """
    return re.compile(rf"{WORD_START}(?:{'|'.join(map(_term_regex, terms))})(?!\w)", re.IGNORECASE) if terms else None


def _term_regex(term: str) -> str:
    found, between = "", ""
    for part in term.split():
        if part == "*":
            between = r"\s+(?:\w+\s+){0,2}"
        else:
            # Masked text has spaces around every mark, so that a hyphen may have them.
            word = re.escape(part).replace(r"\*", r"\w*").replace(r"\-", r" ?- ?")
            found += (between if found else "") + word
            between = r"\s+"
    return found


def split_sentence(item: ClassifierInput) -> tuple[str, str, str]:
    """The sentence or sentences of the paragraph that hold the quote: what stands before it, the quote, what follows.

    The quote alone where the paragraph does not have it in one piece.
    """
    text = item.text.strip()
    start = item.context.find(text) if text else -1
    if start < 0:
        return "", item.text, ""
    end = start + len(text)
    before = [match.end() for match in _SENTENCE_END.finditer(item.context) if match.end() <= start]
    # From the last letter on: a full stop of the quote itself ends the sentence.
    after = _SENTENCE_END.search(item.context, max(start, end - 2))
    last = max(end, after.end()) if after else len(item.context)
    return item.context[before[-1] if before else 0 : start], text, item.context[end:last]


def words_near_terms(words: Sequence[str], names: Collection[str]) -> list[str]:
    """Words at most `REACH` from a term, in order; `words` has each term as one of `names` (`signs.Lexicon`).

    N-grams of these hold for all terms of a meaning, also those that no labelled quote used.
    """
    kept: set[int] = set()
    for place, word in enumerate(words):
        if word in names:
            kept.update(range(max(0, place - NEAR_WORDS), min(len(words), place + NEAR_WORDS + 1)))
    return [words[place] for place in sorted(kept)]


def relevance_flags(item: ClassifierInput, around: Sequence[str], pattern: re.Pattern[str] | None) -> list[str]:
    """Names of the flags that are up: whether quote and paragraph name the target, and what stands near its terms.

    Parameters
    ----------
    item : Item
        The quote.
    around : sequence of str
        Words near the terms, of `near`.
    pattern : re.Pattern
        The terms, of `term_pattern`.
    """
    inside = len(pattern.findall(f"{item.text}\n{item.cue}")) if pattern else 0
    context = len(pattern.findall(item.context)) if pattern else 0
    up = (
        True,
        inside > 0,
        inside > 1,
        context > inside,
        _NEGATION.search(" ".join(around)) is not None,
        _CONDITION.search(" ".join(around)) is not None,
    )
    return [flag for flag, is_up in zip(FLAGS, up, strict=True) if is_up]
