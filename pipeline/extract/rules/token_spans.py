"""Where sentences, reporting clauses and contents start and end, in tokens."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, TERMINAL, View

Range = tuple[int, int]
COMMAS = (",", *DASHES)
_OF_VERB = {"aux", "auxpass", "neg", "advmod"}
_OF_NAME = {"PROPN", "NOUN", "ADJ", "DET", "ADP", "PART"}
_LONGEST_DATELINE = 15  # tokens


def sentence(view: View, i: int) -> Range:
    """First and last token of the sentence of a token."""
    return view.sentences[view.sentence[i]] if view.sentence[i] >= 0 else (i, i)


def closes(view: View, i: int) -> bool:
    """True for a closing mark."""
    return view.mark[i] >= 0 and view.quoted[view.mark[i]].last == i


def finite(view: View, i: int) -> bool:
    return view.tagged(i, "finite") and view.pos[i] in ("VERB", "AUX")


def has_finite(view: View, first: int, last: int) -> bool:
    """True where a range holds a finite verb."""
    return any(finite(view, i) for i in range(first, last + 1))


def whole(view: View, start: int, end: int) -> list[Range]:
    """One part, whole pairs of marks, no punctuation at its ends."""
    found = view.trim(start, end) if start <= end else None
    if found is None:
        return []
    first, last = found
    if view.mark[last] >= 0 and view.quoted[view.mark[last]].first > first:
        last = max(last, view.quoted[view.mark[last]].last)
    if view.mark[first] >= 0 and view.quoted[view.mark[first]].last <= last:
        first = min(first, view.quoted[view.mark[first]].first)
    return [(first, last)]


def reporting_clause(view: View, cue: Cue) -> Range:
    """Tokens of `X said on Monday` inside or behind what is reported: from the subject to the next comma or stop."""
    subject = view.child(cue.head, "nsubj", "nsubjpass")
    start, end = sentence(view, cue.head)
    first, last = cue.first, cue.last
    if subject is not None and subject < cue.head:
        first = min(first, view.left[subject])
    while first > start and view.dep[first - 1] in _OF_VERB and view.head[first - 1] == cue.head:
        first -= 1
    first = _over_apposition(view, start, first)
    if subject is not None and subject > cue.head:
        last = max(last, view.right[subject])
    while last < end and view.word[last + 1] not in (*COMMAS, *TERMINAL) and view.mark[last + 1] < 0:
        last += 1
    return max(first, start), min(last, end)


def _over_apposition(view: View, start: int, first: int) -> int:
    """`A, Samir Oulad, the navy spokesman, said`: back over the role to the name."""
    if first - 3 <= start or view.word[first - 1] != ",":
        return first
    i = first - 2
    while i > max(start, first - 9) and view.pos[i] in _OF_NAME and view.mark[i] < 0:
        i -= 1
    name = i + 1
    if view.pos[name] == "PROPN" and (view.word[i] in COMMAS or closes(view, i)) and view.pos[first - 2] == "PROPN":
        return name
    return first


def opening(view: View, cue: Cue, first: int) -> int:
    """Where what is reported may start: behind a dateline, a time or the colon or semicolon before the cue."""
    start = sentence(view, cue.head)[0]
    start = max(start, behind_dateline(view, view.paragraphs[view.paragraph[start]][0], first))
    for i in range(first - 2, start, -1):
        if view.mark[i] < 0 and view.word[i] in (":", ";"):
            return i + 1
    return start


def behind_dateline(view: View, start: int, stop: int) -> int:
    """`SORRIN, June 28 (Northwire) - `: behind the dash, where the line starts with a word in capitals."""
    capitals = view.word[start].isupper() and len(view.word[start]) > 2
    for i in range(start + 1, min(start + _LONGEST_DATELINE, stop)):
        if view.word[i] in DASHES and (capitals or (view.word[i - 1] == ")" and i < start + 8)):
            return i + 1
    return behind_time(view, start)


def behind_time(view: View, start: int) -> int:
    """`12:05 p.m. `: behind the hour that opens an entry of a live page."""
    i = start
    while i < min(start + 3, view.n) and (view.word[i][:1].isdigit() or view.of(i, "hour")):
        i += 1
    return i if start < i < view.n and len(view.word[start]) > 3 else start


def phrase_end(view: View, cue: Cue) -> int:
    """Last token of the speaker after a fixed phrase."""
    kid = view.child(cue.last, "pobj")
    end = sentence(view, cue.first)[1]
    last = max(view.right[kid] if kid is not None else 0, min(cue.last + 1, end))
    for i in range(cue.last + 1, min(last, end) + 1):
        comma = view.word[i] == "," and (kid is None or view.head[i] != kid)
        if comma or (view.word[i] in DASHES and view.word[i] != "-"):
            return i - 1
    return min(last, end)


def in_headline(view: View, i: int) -> bool:
    """True in the first paragraph, where its sentence has no full stop."""
    return view.paragraph[i] == 0 and view.word[sentence(view, i)[1]] not in TERMINAL
