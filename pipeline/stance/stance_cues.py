"""What is said about a target, whatever the words: signs such as `want`, `refuse` or `if`, before and after its terms.

A list of words stands for a sign ("calls for", "urges": `want`), and one for a meaning of a target's terms (`cede` or
`keep`). N-grams of these and their pairs hold for wordings that no labelled quote used.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from pipeline.stance.target_terms import WORD_START, term_pattern

# How far, in words, a sign may stand from a term; how far to be near it; how far a negation reaches.
MAX_DISTANCE, NEAR_DISTANCE, NEGATION_REACH = 14, 4, 3
NEGATION = "not"
# How far beside a quote its frame reaches, in words, and how long a short quote is.
WORDS_BEFORE, WORDS_AFTER, SHORT_QUOTE = 10, 8, 12
_CLAUSE_ENDS = frozenset(".;!?")
_GAP_MARK = "~"
_GAP_WORDS = 6

WordLists = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class StanceCue:
    """One sign, or a term's meaning (in capitals), with the number of its first word."""

    word: int
    name: str


class StanceLexicon:
    """Finds signs and meanings in masked words.

    Parameters
    ----------
    signs, meanings : mapping of str to sequence of str
        Words of each sign and of each meaning of the target's terms, in the form of `terms.term_pattern`. A word of
        several belongs to the first.

    Attributes
    ----------
    names : frozenset of str
        Names of the meanings in capitals, as `with_meanings` gives them: no word of a masked text is in capitals.
    """

    def __init__(self, signs: WordLists, meanings: WordLists) -> None:
        self._meanings = [(name.upper(), pattern) for name, pattern in _compile_patterns(meanings)]
        self.names = frozenset(name for name, _ in self._meanings)
        parts = [("term", rf"(?:{'|'.join(sorted(self.names))})(?!\w)")] if self.names else []
        # That a word begins is asked once, not for each sign.
        parts += [(name, pattern.pattern.removeprefix(WORD_START)) for name, pattern in _compile_patterns(signs)]
        found = "|".join(f"(?P<{name}>{pattern})" for name, pattern in parts)
        self._signs = re.compile(f"{WORD_START}(?:{found})") if found else None

    def with_meanings(self, words: Sequence[str]) -> list[str]:
        """The words, each term among them as the name of its meaning, in capitals."""
        text = " ".join(words)
        for name, pattern in self._meanings:
            text = pattern.sub(name, text)
        return text.split()

    def signs(self, words: Sequence[str]) -> list[StanceCue]:
        """Signs, meanings and ends of clauses in order; words are those of `with_meanings`."""
        starts = [0, *accumulate(len(word) + 1 for word in words)]
        found = [StanceCue(number, ".") for number, word in enumerate(words) if word in _CLAUSE_ENDS]
        for match in self._signs.finditer(" ".join(words)) if self._signs else ():
            name = match.group() if match.lastgroup == "term" else str(match.lastgroup)
            found.append(StanceCue(bisect_right(starts, match.start()) - 1, name))
        return sorted(found, key=lambda sign: (sign.word, sign.name))

    def pairs(self, signs: Sequence[StanceCue], quoted: range) -> list[str]:
        """Each sign with each meaning of the same clause at most `FAR` words away, sorted.

        `want..HALT`, near by also `want.HALT`; `HALT..want` a sign that follows; `not-want..HALT` one just after a
        negation; `(want)..HALT` one beside the quote, `want..(HALT)` a term beside it.

        Parameters
        ----------
        signs : sequence of Sign
            Of the sentence that holds the quote.
        quoted : range
            Numbers of the quote's words.
        """
        terms = [sign for sign in signs if sign.name in self.names]
        stops = [sign.word for sign in signs if sign.name == "."]
        found = {_bracket_outside(term.name, term, quoted) for term in terms}
        for term in terms:
            for sign in signs:
                first, last = sorted((sign.word, term.word))
                if sign is term or last - first > MAX_DISTANCE or any(first <= stop <= last for stop in stops):
                    continue
                pair = (
                    _bracket_outside(_name_with_negation(sign, signs), sign, quoted),
                    _bracket_outside(term.name, term, quoted),
                )
                ordered = pair if sign.word < term.word else pair[::-1]
                found.update(link.join(ordered) for link in ("..", ".")[: 2 if last - first <= NEAR_DISTANCE else 1])
        return sorted(found)

    def frame(self, before: Sequence[str], quoted: Sequence[str], after: Sequence[str]) -> list[str]:
        """Signs of the clause beside a quote with the meanings in it, sorted; words are those of `with_meanings`.

        `accept>HALT`, and with the quote's length `accept>HALT:short`; `accept>` whatever is in it (`-` for none);
        `accept>>HALT:short` the last sign before it; `HALT<refuse` one after it.
        """
        meant = sorted(self.names.intersection(quoted)) or ["-"]
        sized = [f"{name}:{'short' if len(quoted) <= SHORT_QUOTE else 'long'}" for name in meant]
        ahead = self.signs(before)
        first = max([len(before) - WORDS_BEFORE, *(sign.word + 1 for sign in ahead if sign.name == ".")])
        names = [_name_with_negation(sign, ahead) for sign in ahead if sign.word >= first]
        found = {f"{name}>{what}" for name in names for what in ("", *meant, *sized)}
        found.update(f"{name}>>{what}" for name in names[-1:] for what in sized)
        behind = list(takewhile(lambda sign: sign.name != "." and sign.word < WORDS_AFTER, self.signs(after)))
        found.update(f"{what}<{_name_with_negation(sign, behind)}" for sign in behind for what in (*meant, *sized))
        return sorted(found)


def cue_sequence(signs: Sequence[StanceCue]) -> list[str]:
    """Names of signs in order, each run of one as one, with a mark where many words stand between."""
    names: list[str] = []
    last = 0
    for sign in signs:
        if names and sign.name == names[-1]:
            continue
        if names and sign.word - last > _GAP_WORDS and names[-1] != ".":
            names.append(_GAP_MARK)
        names.append(sign.name)
        last = sign.word
    return names


def _name_with_negation(sign: StanceCue, signs: Sequence[StanceCue]) -> str:
    """The sign's name, `not-` before it where a negation stands just before it."""
    denied = any(other.name == NEGATION and 0 < sign.word - other.word <= NEGATION_REACH for other in signs)
    return f"{NEGATION}-{sign.name}" if denied and sign.name != NEGATION else sign.name


def _bracket_outside(name: str, sign: StanceCue, quoted: range) -> str:
    return name if sign.word in quoted else f"({name})"


def _compile_patterns(words: WordLists) -> Iterator[tuple[str, re.Pattern[str]]]:
    # Case counts: words of masked text are in lower case, names of meanings in capitals.
    for name, terms in words.items():
        if pattern := term_pattern(terms):
            yield name, re.compile(pattern.pattern)
