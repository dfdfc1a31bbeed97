"""Find stance cues: words that tell how a quote speaks of a target, such as "calls for", "rejects" or "if".

A cue stands for a list of words ("calls for", "urges": `want`), and a meaning for a list of the target's terms (`cede`
or `keep`). N-grams of cues and meanings therefore also hold for wordings that no labelled quote used. The
lists are `stance_cues` in `configs/stance.yaml` and `relevance_terms` in `configs/targets.yaml`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from pipeline.core.targets import WORD_START, term_pattern

# How far a negation reaches, in words.
NEGATION_REACH = 3
NEGATION = "not"
# How many words before and after a quote are searched for cues, and how long a short quote is.
WORDS_BEFORE, WORDS_AFTER, SHORT_QUOTE = 10, 8, 12
CLAUSE_ENDS = frozenset(".;!?")
# Stands in a sequence of cues for a gap of more words than this.
_GAP_MARK, _GAP_WORDS = "~", 6

WordLists = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class StanceCue:
    """One cue, meaning or end of a clause in a text."""

    word: int  # number of its first word
    name: str  # of the cue or of the meaning (in capitals), or `.` for the end of a clause


class StanceLexicon:
    """Finds stance cues and the meanings of a target's terms in masked words.

    Parameters
    ----------
    cues, meanings : mapping of str to sequence of str
        Words of each cue and of each meaning, in the form of `target_terms.term_pattern`. A word in several lists
        belongs to the first.

    Attributes
    ----------
    meanings : frozenset of str
        Names of the meanings in capitals, as `replace_terms` writes them: masked words are in lower case.
    """

    def __init__(self, cues: WordLists, meanings: WordLists) -> None:
        self._terms = [(name.upper(), pattern) for name, pattern in _compile_patterns(meanings)]
        self.meanings = frozenset(name for name, _ in self._terms)
        parts = [("term", rf"(?:{'|'.join(sorted(self.meanings))})(?!\w)")] if self.meanings else []
        # One pattern with a group per cue, which checks the start of a word once: much faster than a pattern per cue.
        parts += [(name, pattern.pattern.removeprefix(WORD_START)) for name, pattern in _compile_patterns(cues)]
        groups = "|".join(f"(?P<{name}>{pattern})" for name, pattern in parts)
        self._cues = re.compile(f"{WORD_START}(?:{groups})") if groups else None

    def replace_terms(self, words: Sequence[str]) -> list[str]:
        """Return the words with each of the target's terms as the name of its meaning, in capitals."""
        text = " ".join(words)
        for name, pattern in self._terms:
            text = pattern.sub(name, text)
        return text.split()

    def find_cues(self, words: Sequence[str]) -> list[StanceCue]:
        """Return the cues, meanings and ends of clauses in order; `words` come from `replace_terms`."""
        starts = [0, *accumulate(len(word) + 1 for word in words)]
        cues = [StanceCue(number, ".") for number, word in enumerate(words) if word in CLAUSE_ENDS]
        for match in self._cues.finditer(" ".join(words)) if self._cues else ():
            name = match.group() if match.lastgroup == "term" else str(match.lastgroup)
            cues.append(StanceCue(bisect_right(starts, match.start()) - 1, name))
        return sorted(cues, key=lambda cue: (cue.word, cue.name))

    def surrounding_cues(self, before: Sequence[str], quoted: Sequence[str], after: Sequence[str]) -> list[str]:
        """Return the cues just before and after a quote, each with the meanings in the quote, sorted.

        A cue before the quote gives `accept>HALT`, `accept>HALT:short` (with the length of the quote) and `accept>`;
        the last one before it also `accept>>HALT:short`. A cue after it gives `HALT<refuse`. `-` stands for no meaning.
        Cues of another clause do not count. All words come from `replace_terms`.
        """
        meanings = sorted(self.meanings.intersection(quoted)) or ["-"]
        length = "short" if len(quoted) <= SHORT_QUOTE else "long"
        sized = [f"{name}:{length}" for name in meanings]
        ahead = self.find_cues(before)
        first = max([len(before) - WORDS_BEFORE, *(cue.word + 1 for cue in ahead if cue.name == ".")])
        negations = _negated_places(ahead)
        names = [_name_with_negation(cue, negations) for cue in ahead if cue.word >= first]
        pairs = {f"{name}>{meaning}" for name in names for meaning in ("", *meanings, *sized)}
        pairs.update(f"{name}>>{meaning}" for name in names[-1:] for meaning in sized)
        behind = list(takewhile(lambda cue: cue.name != "." and cue.word < WORDS_AFTER, self.find_cues(after)))
        negations = _negated_places(behind)
        pairs.update(f"{m}<{_name_with_negation(cue, negations)}" for cue in behind for m in (*meanings, *sized))
        return sorted(pairs)


def cue_sequence(cues: Sequence[StanceCue]) -> list[str]:
    """Return the names of cues in order, repeated ones once, with a mark where many words are between two."""
    names: list[str] = []
    last = 0
    for cue in cues:
        if names and cue.name == names[-1]:
            continue
        if names and cue.word - last > _GAP_WORDS and names[-1] != ".":
            names.append(_GAP_MARK)
        names.append(cue.name)
        last = cue.word
    return names


def _negated_places(cues: Sequence[StanceCue]) -> list[int]:
    """Return the numbers of the words that negate, in order."""
    return [cue.word for cue in cues if cue.name == NEGATION]


def _name_with_negation(cue: StanceCue, negations: Sequence[int]) -> str:
    """Return the cue's name, with `not-` before it where a negation is just before it."""
    negated = bisect_left(negations, cue.word - NEGATION_REACH) < bisect_left(negations, cue.word)
    return f"{NEGATION}-{cue.name}" if negated and cue.name != NEGATION else cue.name


def _compile_patterns(word_lists: WordLists) -> Iterator[tuple[str, re.Pattern[str]]]:
    # Case counts: masked words are in lower case, names of meanings in capitals.
    for name, terms in word_lists.items():
        if pattern := term_pattern(terms, ignore_case=False):
            yield name, pattern
