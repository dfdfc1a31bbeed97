"""Sentences that stand without a space between them (`It is over.They left.`), as faulty web pages print them."""

from __future__ import annotations

import re

# A word in small letters, the end of a sentence, and a capitalised word: not `U.S.Army`, `Node.js` or `v2.Next`.
_GLUED = re.compile(
    r"(?<![\w.@/])[^\W\d_]*[^\W\d_A-Z]{2}[.!?](?P<marks>[\"“”‘’'»«]{0,2})(?=[^\W\d_a-z][^\W\d_A-Z]+(?![\w./@]))"
)
_OPENING, _STRAIGHT = "“‘«", "\"'"
# Endings of addresses, which some pages write with a capital letter.
_ADDRESS = re.compile(r"(?:Com|Net|Org|Info|Gov|Edu|Co)\b")


def separate_sentences(line: str) -> str:
    """Return a line with a space between sentences that lack one; separating it again changes nothing.

    A straight quotation mark between the two closes a quotation if the line has opened one, or else it opens one.

    Examples
    --------
    >>> separate_sentences("It is over.They left.")
    'It is over. They left.'
    """
    if not _GLUED.search(line):
        return line
    parts, done, read, before = [], 0, 0, dict.fromkeys(_STRAIGHT, 0)
    for match in _GLUED.finditer(line):
        start = match.start("marks")
        before = {mark: count + line.count(mark, read, start) for mark, count in before.items()}
        read = start
        if line[match.end()].isupper() and not _ADDRESS.match(line, match.end()):
            split = start + _closing_marks(match["marks"], before)
            parts += [line[done:split], " "]
            done = split
    return "".join([*parts, line[done:]])


def _closing_marks(marks: str, before: dict[str, int]) -> int:
    """Return how many of the marks between two sentences belong to the first one."""
    if len(marks) == 2:
        return 1 if marks[0] == marks[1] or marks[1] in _OPENING else 2
    if marks in before:
        return before[marks] % 2
    return int(bool(marks) and marks not in _OPENING)
