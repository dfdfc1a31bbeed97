"""Find stance cues: words that tell how a quote speaks of a target, such as "calls for", "rejects" or "if".

A cue stands for a list of words ("calls for", "urges": `want`), and a meaning for a list of the target's terms (`cede`
or `keep`). N-grams of cues and meanings therefore also hold for wordings that no labelled quote used. The
lists are `stance_cues` in `configs/stance.yaml` and `relevance_terms` in `configs/targets.yaml`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
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
# The number of the first word; the name of the cue, of the meaning (in capitals), or `.` for the end of a clause.
StanceCue = tuple[int, str]


class StanceLexicon:
    """Finds stance cues and the meanings of a target's terms in masked words.

    Parameters
    ----------
    cues, meanings : mapping of str to sequence of str
        Words of each cue and of each meaning, in the form of `targets.term_pattern`. A word in several lists belongs
        to the first.
    """

    def __init__(self, cues: WordLists, meanings: WordLists) -> None:
        # In capitals, because masked words are in lower case.
        self._terms = [(name.upper(), pattern) for name, pattern in _compile_patterns(meanings)]
        self._meanings = frozenset(name for name, _ in self._terms)
        parts = [("term", rf"(?:{'|'.join(sorted(self._meanings))})(?!\w)")] if self._meanings else []
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
        cues = [(number, ".") for number, word in enumerate(words) if word in CLAUSE_ENDS]
        for match in self._cues.finditer(" ".join(words)) if self._cues else ():
            name = match.group() if match.lastgroup == "term" else str(match.lastgroup)
            cues.append((bisect_right(starts, match.start()) - 1, name))
        return sorted(cues)

    def surrounding_cues(self, before: Sequence[str], quoted: Sequence[str], after: Sequence[str]) -> list[str]:
        """Return the cues just before and after a quote, each with the meanings in the quote, sorted.

        A cue before the quote gives `accept>HALT`, `accept>HALT:short` (with the length of the quote) and `accept>`;
        the last one before it also `accept>>HALT:short`. A cue after it gives `HALT<refuse`. `-` stands for no meaning.
        Cues of another clause do not count. All words come from `replace_terms`.
        """
        meanings = sorted(self._meanings.intersection(quoted)) or ["-"]
        length = "short" if len(quoted) <= SHORT_QUOTE else "long"
        sized = [f"{name}:{length}" for name in meanings]
        ahead = self.find_cues(before)
        first = max([len(before) - WORDS_BEFORE, *(word + 1 for word, name in ahead if name == ".")])
        names = [name for word, name in _mark_negated(ahead) if word >= first]
        pairs = {f"{name}>{meaning}" for name in names for meaning in ("", *meanings, *sized)}
        pairs.update(f"{name}>>{meaning}" for name in names[-1:] for meaning in sized)
        behind = takewhile(lambda cue: cue[0] < WORDS_AFTER and cue[1] != ".", self.find_cues(after))
        pairs.update(f"{m}<{name}" for _, name in _mark_negated(list(behind)) for m in (*meanings, *sized))
        return sorted(pairs)


def cue_sequence(cues: Sequence[StanceCue]) -> list[str]:
    """Return the names of cues in order, repeated ones once, with a mark where many words are between two."""
    names: list[str] = []
    last = 0
    for word, name in cues:
        if names and name == names[-1]:
            continue
        if names and word - last > _GAP_WORDS and names[-1] != ".":
            names.append(_GAP_MARK)
        names.append(name)
        last = word
    return names


def _mark_negated(cues: Sequence[StanceCue]) -> Iterator[StanceCue]:
    """Yield the cues, those just after a negation with `not-` before the name."""
    negations = [word for word, name in cues if name == NEGATION]
    for word, name in cues:
        negated = bisect_left(negations, word - NEGATION_REACH) < bisect_left(negations, word)
        yield word, f"{NEGATION}-{name}" if negated and name != NEGATION else name


def _compile_patterns(word_lists: WordLists) -> Iterator[tuple[str, re.Pattern[str]]]:
    # Case counts: masked words are in lower case, names of meanings in capitals.
    for name, terms in word_lists.items():
        if pattern := term_pattern(terms, ignore_case=False):
            yield name, pattern
