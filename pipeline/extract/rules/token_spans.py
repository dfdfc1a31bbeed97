"""Where sentences, reporting clauses and contents start and end, in tokens."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView

TokenRange = tuple[int, int]
COMMA_OR_DASH = (",", *DASHES)
_VERB_MODIFIERS = {"aux", "auxpass", "neg", "advmod"}
_NAME_TAGS = {"PROPN", "NOUN", "ADJ", "DET", "ADP", "PART"}
_MAX_DATELINE_TOKENS = 15  # tokens


def sentence_range(view: DocumentView, i: int) -> TokenRange:
    """First and last token of the sentence of a token."""
    return view.sentences[view.sentence[i]] if view.sentence[i] >= 0 else (i, i)


def is_closing_mark(view: DocumentView, i: int) -> bool:
    """True for a closing mark."""
    return view.quoted_at[i] >= 0 and view.quoted_spans[view.quoted_at[i]].last == i


def is_finite_verb(view: DocumentView, i: int) -> bool:
    return view.tag_in(i, "finite") and view.pos[i] in ("VERB", "AUX")


def has_finite_verb(view: DocumentView, first: int, last: int) -> bool:
    """True where a range holds a finite verb."""
    return any(is_finite_verb(view, i) for i in range(first, last + 1))


def balanced_part(view: DocumentView, start: int, end: int) -> list[TokenRange]:
    """One part, whole pairs of marks, no punctuation at its ends."""
    found = view.trim_punctuation(start, end) if start <= end else None
    if found is None:
        return []
    first, last = found
    if view.quoted_at[last] >= 0 and view.quoted_spans[view.quoted_at[last]].first > first:
        last = max(last, view.quoted_spans[view.quoted_at[last]].last)
    if view.quoted_at[first] >= 0 and view.quoted_spans[view.quoted_at[first]].last <= last:
        first = min(first, view.quoted_spans[view.quoted_at[first]].first)
    return [(first, last)]


def find_reporting_clause(view: DocumentView, cue: Cue) -> TokenRange:
    """Tokens of `X said on Monday` inside or behind what is reported: from the subject to the next comma or stop."""
    subject = view.child(cue.head, "nsubj", "nsubjpass")
    start, end = sentence_range(view, cue.head)
    first, last = cue.first, cue.last
    if subject is not None and subject < cue.head:
        first = min(first, view.left_edge[subject])
    while first > start and view.dep[first - 1] in _VERB_MODIFIERS and view.head[first - 1] == cue.head:
        first -= 1
    first = _extend_over_apposition(view, start, first)
    if subject is not None and subject > cue.head:
        last = max(last, view.right_edge[subject])
    while last < end and view.word[last + 1] not in (*COMMA_OR_DASH, *SENTENCE_ENDS) and view.quoted_at[last + 1] < 0:
        last += 1
    return max(first, start), min(last, end)


def _extend_over_apposition(view: DocumentView, start: int, first: int) -> int:
    """`A, Samir Oulad, the navy spokesman, said`: back over the role to the name."""
    if first - 3 <= start or view.word[first - 1] != ",":
        return first
    i = first - 2
    while i > max(start, first - 9) and view.pos[i] in _NAME_TAGS and view.quoted_at[i] < 0:
        i -= 1
    name = i + 1
    if (
        view.pos[name] == "PROPN"
        and (view.word[i] in COMMA_OR_DASH or is_closing_mark(view, i))
        and view.pos[first - 2] == "PROPN"
    ):
        return name
    return first


def find_content_start(view: DocumentView, cue: Cue, first: int) -> int:
    """Where what is reported may start: behind a dateline, a time or the colon or semicolon before the cue."""
    start = sentence_range(view, cue.head)[0]
    start = max(start, skip_dateline(view, view.paragraphs[view.paragraph[start]][0], first))
    for i in range(first - 2, start, -1):
        if view.quoted_at[i] < 0 and view.word[i] in (":", ";"):
            return i + 1
    return start


def skip_dateline(view: DocumentView, start: int, stop: int) -> int:
    """`SORRIN, June 28 (Northwire) - `: behind the dash, where the line starts with a word in capitals."""
    capitals = view.word[start].isupper() and len(view.word[start]) > 2
    for i in range(start + 1, min(start + _MAX_DATELINE_TOKENS, stop)):
        if view.word[i] in DASHES and (capitals or (view.word[i - 1] == ")" and i < start + 8)):
            return i + 1
    return skip_time(view, start)


def skip_time(view: DocumentView, start: int) -> int:
    """`12:05 p.m. `: behind the hour that opens an entry of a live page."""
    i = start
    while i < min(start + 3, view.n) and (view.word[i][:1].isdigit() or view.word_in(i, "hour")):
        i += 1
    return i if start < i < view.n and len(view.word[start]) > 3 else start


def find_phrase_end(view: DocumentView, cue: Cue) -> int:
    """Last token of the speaker after a fixed phrase."""
    kid = view.child(cue.last, "pobj")
    end = sentence_range(view, cue.first)[1]
    last = max(view.right_edge[kid] if kid is not None else 0, min(cue.last + 1, end))
    for i in range(cue.last + 1, min(last, end) + 1):
        comma = view.word[i] == "," and (kid is None or view.head[i] != kid)
        if comma or (view.word[i] in DASHES and view.word[i] != "-"):
            return i - 1
    return min(last, end)


def is_in_headline(view: DocumentView, i: int) -> bool:
    """True in the first paragraph, where its sentence has no full stop."""
    return view.paragraph[i] == 0 and view.word[sentence_range(view, i)[1]] not in SENTENCE_ENDS
