"""Pairs of quotation marks in a text: a pair never leaves its paragraph, even where a mark is missing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.core.text import paragraphs
from pipeline.extract.rules.extraction_rules import extraction_rule, never

Words = Iterable[str]
SINGLE_MARKS = {"'", "‘", "’"}
# Single marks written twice for a double one. Where a paragraph lacks one of them, two single marks stand side by side.
_DOUBLED = ("‘‘", "’’")
_COMMAS = ",,"
_SENTENCE_BREAK = re.compile(r"[.!?…][\s]+\w")
_LINE_START = " \t\xa0-–—•*"
_BEFORE_OPENING_MARK = set(",:.!?—–”")
_FEET_AND_INCHES = re.compile(r"\d['’]\d{1,2}$")  # 6'2", a height


@dataclass(frozen=True)
class MarkPair:
    """An outermost pair of quotation marks, as character offsets; the inner ones are without the marks."""

    start: int  # of the opening mark, or where words begin whose opening mark is missing
    end: int  # of the closing mark, or of the paragraph
    inner_start: int
    inner_end: int
    closed: bool = True  # False when the paragraph ends before the mark is closed


@dataclass(frozen=True)
class _Mark:
    """A mark in the text, and whether the characters beside it allow that it opens or closes a pair."""

    start: int
    end: int
    text: str
    opens: bool
    closes: bool
    maybe_apostrophe: bool = False


class MarkPairer:
    """Find pairs of the quotation marks of a language.

    One mark may be in several `pairs`, opening and closing. A single mark may be an apostrophe after the letters of
    `apostrophe_after` (`the boys’ school`), and before the words of `clipped`, which are patterns (`bill 'em`).
    """

    def __init__(self, pairs: Iterable[tuple[str, ...]], apostrophe_after: Words, clipped: Words) -> None:
        self.closers: dict[str, set[str]] = {}
        for opening, closing in pairs:
            self.closers.setdefault(opening, set()).add(closing)
        self.closing = set().union(*self.closers.values())
        self.apostrophe_after = frozenset(apostrophe_after)
        self.clipped = re.compile(rf"(?:{'|'.join(clipped) or '(?!)'})\b(?!['’])")  # but not `'cause'`
        names = sorted({*self.closers, *self.closing}, key=lambda mark: (-len(mark), mark))
        self.pattern = _any_of(names)
        self.pattern_without_doubled = _any_of(mark for mark in names if mark not in _DOUBLED)

    def pairs(self, text: str) -> list[MarkPair]:
        """Return the outermost pairs of a text in order, in time linear in its length."""
        return [pair for start, end in paragraphs(text) for pair in self._pairs_in_paragraph(text, start, end)]

    def _pairs_in_paragraph(self, text: str, start: int, end: int) -> Iterator[MarkPair]:
        """Yield the outermost pairs of a paragraph; the last one may have no closing mark."""
        doubled = text.count(_DOUBLED[1], start, end) and (
            _DOUBLED[0] in text[start:end] or _opens_with(text, start, end, _DOUBLED[1])
        )
        pattern = self.pattern if doubled else self.pattern_without_doubled
        marks = [mark for m in pattern.finditer(text, start, end) if (mark := self._classify(text, m, start, end))]
        if (lone := _closes_unopened_quote(marks, text, start)) is not None:
            first = lone.start - len(text[start : lone.start].lstrip(_LINE_START))
            yield MarkPair(first, lone.end, first, lone.start)
            return
        closing_marks = self._match_marks(marks)
        doubles = [n for n, mark in enumerate(marks) if mark.opens and mark.text not in SINGLE_MARKS]
        last_opening = max(doubles, default=-1)
        i = 0
        while i < len(marks):
            mark, closing = marks[i], closing_marks[i]
            if closing is not None:
                close = marks[closing]
                yield MarkPair(mark.start, close.end, mark.end, close.start)
                i = closing + 1
                continue
            unclosed = i >= last_opening and _opens_unclosed_quote(mark, text, start)
            if unclosed or _reopens_in_next_paragraph(mark, marks, i, text, end):
                yield MarkPair(mark.start, end, mark.end, end, closed=False)
                return
            i += 1

    def _classify(self, text: str, match: re.Match[str], start: int, end: int) -> _Mark | None:
        """Tell by the characters beside a mark whether it can open or close; None for an apostrophe or inch mark."""
        mark, before = match.group(), text[match.start() - 1 : match.start()] if match.start() > start else ""
        after = text[match.end() : match.end() + 1] if match.end() < end else ""
        opens, closes = mark in self.closers, mark in self.closing
        left_free, right_free = not before.isalnum(), not after.isalnum()
        if mark in SINGLE_MARKS:
            opens, closes = opens and left_free and not after.isspace() and bool(after), closes and right_free
            if not before or before.isspace():
                closes = False
        elif mark == _COMMAS:  # elsewhere a slip of the pen
            opens = (not before or before.isspace()) and after.isalnum()
        elif opens and closes and mark != "“":
            if (not after or after.isspace()) and before and not before.isspace():
                opens = False
            elif after.isalnum() and (not before or before.isspace() or before in "([—–-"):
                closes = False
        if mark == '"' and _FEET_AND_INCHES.search(text, max(start, match.start() - 6), match.start()):
            return None
        if opens and closes and mark == '"' and before.isdigit() and not left_free and right_free:
            opens = False
        possessive = before in self.apostrophe_after and text[match.end() : match.end() + 2].strip().islower()
        clipped = self.clipped.match(text, match.end()) is not None
        apostrophe = mark in SINGLE_MARKS and (possessive if closes else clipped)
        return _Mark(match.start(), match.end(), mark, opens, closes, apostrophe) if opens or closes else None

    def _match_marks(self, marks: list[_Mark]) -> list[int | None]:
        """Return for each mark the index of the mark that closes it; None where it opens nothing or is never closed."""
        closing_marks: list[int | None] = [None] * len(marks)
        open_marks: list[int] = []
        for i, mark in enumerate(marks):
            # Words in single marks have marks of another kind inside.
            is_inside = bool(open_marks) and marks[open_marks[-1]].text == mark.text
            if mark.maybe_apostrophe and (_next_single_mark_closes(marks, i) if mark.closes else is_inside):
                continue
            if mark.closes and (position := self._find_opener(marks, open_marks, mark)) is not None:
                closing_marks[open_marks[position]] = i
                del open_marks[position:]
            elif mark.opens:
                open_marks.append(i)
        return closing_marks

    def _find_opener(self, marks: list[_Mark], open_marks: list[int], closing: _Mark) -> int | None:
        """Return the position in `open_marks` of the nearest mark that a closing one matches.

        A closing double mark also closes a double mark of another kind, as a slip of the pen: `“No"`.
        """
        for position in range(len(open_marks) - 1, max(-1, len(open_marks) - 5), -1):
            if closing.text in self.closers[marks[open_marks[position]].text]:
                return position
        if closing.text in SINGLE_MARKS or closing.opens or not open_marks:
            return None
        return len(open_marks) - 1 if marks[open_marks[-1]].text not in SINGLE_MARKS else None


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)) or r"(?!)")


@extraction_rule("doubled_marks", 81, "’’A,’’ said X.", off=never)
def _opens_with(text: str, start: int, end: int, mark: str) -> bool:
    """Return whether a mark opens a paragraph or follows a space: `’’A,’’ said X`."""
    return text.startswith(mark, start, end) or f" {mark}" in text[start:end]


@extraction_rule("unopened", 80, "A,” said X.")
def _closes_unopened_quote(marks: list[_Mark], text: str, start: int) -> _Mark | None:
    """Return the only double mark of a paragraph if it closes words whose opening mark is missing: `A," said X`."""
    doubles = [mark for mark in marks if mark.text not in SINGLE_MARKS]
    if len(doubles) != 1 or not doubles[0].closes:
        return None
    before = text[start : doubles[0].start].rstrip()
    is_one_sentence = before[:-1].strip(_LINE_START) and not _SENTENCE_BREAK.search(before)
    return doubles[0] if before.endswith(",") and is_one_sentence else None


@extraction_rule("unclosed", 82, "X said: “A.", off=never)
def _opens_unclosed_quote(mark: _Mark, text: str, start: int) -> bool:
    """Return whether a mark without a closing one is where a quote starts; elsewhere it is a slip of the pen."""
    if not mark.opens or mark.start == start:
        return mark.opens
    before = text[max(start, mark.start - 3) : mark.start].rstrip()[-1:]
    return mark.text not in SINGLE_MARKS and before in _BEFORE_OPENING_MARK


def _reopens_in_next_paragraph(mark: _Mark, marks: list[_Mark], i: int, text: str, end: int) -> bool:
    """Return whether the next paragraph opens with the same mark: the quote continues there."""
    return mark.opens and i == len(marks) - 1 and text[end : end + 9].lstrip().startswith(mark.text)


def _next_single_mark_closes(marks: list[_Mark], i: int) -> bool:
    """Return whether the next single mark closes too, as after `the boys’ school` in single marks."""
    later = next((mark for mark in marks[i + 1 : i + 9] if mark.text in SINGLE_MARKS), None)
    return later is not None and later.closes and not later.opens


_mark_pairer = lru_cache(maxsize=8)(MarkPairer)


def pair_marks(text: str, pairs: list[list[str]], apostrophe_after: Words = (), clipped: Words = ()) -> list[MarkPair]:
    """Return the outermost pairs of quotation marks of a text; the arguments are those of `MarkPairer`."""
    return _mark_pairer(tuple(map(tuple, pairs)), tuple(apostrophe_after), tuple(clipped)).pairs(text)
