"""Quotation marks of a text, paired: a pair never leaves its paragraph, whatever is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.core.text import paragraphs

_BEFORE_OPENING_MARK = set(",:.!?—–”")
_FEET_AND_INCHES = re.compile(r"\d['’]\d{1,2}$")  # 6'2", a height
SINGLE_MARKS = {"'", "‘", "’"}


@dataclass(frozen=True)
class MarkPair:
    """An outermost pair of marks.

    Attributes
    ----------
    start, end : int
        From the opening mark to behind the closing one (or to the end of the paragraph).
    inner_start, inner_end : int
        The same without the marks.
    closed : bool
        False when the paragraph ends before the mark is closed.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    text: str
    opens: bool
    closes: bool
    maybe_apostrophe: bool = False


class MarkPairer:
    """The quotation marks of a language.

    Parameters
    ----------
    pairs : list of (str, str)
        Opening and closing marks; one mark may stand in several pairs and on both sides.
    """

    def __init__(self, pairs: list[list[str]]) -> None:
        self.closers: dict[str, set[str]] = {}
        for opening, closing in pairs:
            self.closers.setdefault(opening, set()).add(closing)
        self.closing = set().union(*self.closers.values()) if pairs else set()
        names = sorted({*self.closers, *self.closing}, key=lambda mark: (-len(mark), mark))
        self.pattern = re.compile("|".join(map(re.escape, names)) or r"(?!)")

    def pairs(self, text: str) -> list[MarkPair]:
        """Outermost pairs of a text, in order; linear in its length."""
        return [pair for start, end in paragraphs(text) for pair in self._paragraph(text, start, end)]

    def _paragraph(self, text: str, start: int, end: int) -> Iterator[MarkPair]:
        marks = [mark for m in self.pattern.finditer(text, start, end) if (mark := self._read(text, m, start, end))]
        close_of = self._match(marks)
        last_opening = max(
            (n for n, mark in enumerate(marks) if mark.opens and mark.text not in SINGLE_MARKS), default=-1
        )
        i = 0
        while i < len(marks):
            mark, closing = marks[i], close_of[i]
            if closing is not None:
                close = marks[closing]
                yield MarkPair(mark.start, close.end, mark.end, close.start)
                i = closing + 1
                continue
            if (i >= last_opening and _opens_unclosed_quote(mark, text, start)) or _continues_in_next_paragraph(
                mark, marks, i, text, end
            ):
                yield MarkPair(mark.start, end, mark.end, end, closed=False)
                return
            i += 1

    def _read(self, text: str, match: re.Match[str], start: int, end: int) -> _Mark | None:
        """What a mark can be, from the characters beside it; None for an apostrophe or an inch mark."""
        mark, before = match.group(), text[match.start() - 1 : match.start()] if match.start() > start else ""
        after = text[match.end() : match.end() + 1] if match.end() < end else ""
        opens, closes = mark in self.closers, mark in self.closing
        left_free, right_free = not before.isalnum(), not after.isalnum()
        if mark in SINGLE_MARKS:
            opens, closes = opens and left_free and not after.isspace() and bool(after), closes and right_free
            if not before or before.isspace():
                closes = False
        elif opens and closes and mark != "“":
            if (not after or after.isspace()) and before and not before.isspace():
                opens = False
            elif after.isalnum() and (not before or before.isspace() or before in "([—–-"):
                closes = False
        if mark == '"' and _FEET_AND_INCHES.search(text, max(start, match.start() - 6), match.start()):
            return None
        if opens and closes and mark == '"' and before.isdigit() and not left_free and right_free:
            opens = False
        possessive = (
            mark in SINGLE_MARKS and closes and before == "s" and text[match.end() : match.end() + 2].strip().islower()
        )
        return _Mark(match.start(), match.end(), mark, opens, closes, possessive) if opens or closes else None

    def _match(self, marks: list[_Mark]) -> list[int | None]:
        """For each mark, the index of the mark that closes it; None where it opens nothing or is never closed."""
        found: list[int | None] = [None] * len(marks)
        stack: list[int] = []
        for i, mark in enumerate(marks):
            if mark.maybe_apostrophe and _next_single_mark_closes(marks, i):
                continue
            if mark.closes and (at := self._opener(marks, stack, mark)) is not None:
                found[stack[at]] = i
                del stack[at:]
            elif mark.opens:
                stack.append(i)
        return found

    def _opener(self, marks: list[_Mark], stack: list[int], closing: _Mark) -> int | None:
        """Position in the stack of the nearest mark that this one closes; a pen slips (`“No"`) between double marks."""
        for at in range(len(stack) - 1, max(-1, len(stack) - 5), -1):
            if closing.text in self.closers[marks[stack[at]].text]:
                return at
        if closing.text in SINGLE_MARKS or closing.opens:
            return None
        top = marks[stack[-1]].text if stack else "'"
        return len(stack) - 1 if top not in SINGLE_MARKS else None


def _opens_unclosed_quote(mark: _Mark, text: str, start: int) -> bool:
    """An opening mark that nothing closes but that stands where a quote starts; elsewhere it is a slip of the pen."""
    if not mark.opens or mark.start == start:
        return mark.opens
    return (
        mark.text not in SINGLE_MARKS
        and text[max(start, mark.start - 3) : mark.start].rstrip()[-1:] in _BEFORE_OPENING_MARK
    )


def _continues_in_next_paragraph(mark: _Mark, marks: list[_Mark], i: int, text: str, end: int) -> bool:
    """True where the next paragraph opens with the same mark: the quote goes on there."""
    return mark.opens and i == len(marks) - 1 and text[end : end + 9].lstrip().startswith(mark.text)


def _next_single_mark_closes(marks: list[_Mark], i: int) -> bool:
    """True when the next single mark closes too: `the boys’ school` inside single marks."""
    later = next((mark for mark in marks[i + 1 : i + 9] if mark.text in SINGLE_MARKS), None)
    return later is not None and later.closes and not later.opens


@lru_cache(maxsize=8)
def _mark_pairer(pairs: tuple[tuple[str, str], ...]) -> MarkPairer:
    return MarkPairer([list(pair) for pair in pairs])


def pair_marks(text: str, pairs: list[list[str]]) -> list[MarkPair]:
    """Outermost pairs of quotation marks of a text."""
    return _mark_pairer(tuple((opening, closing) for opening, closing in pairs)).pairs(text)
