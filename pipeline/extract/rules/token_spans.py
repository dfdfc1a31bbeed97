"""Where sentences, reporting clauses and contents start and end, in tokens."""

from __future__ import annotations

from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DASHES, SENTENCE_ENDS, DocumentView, TokenRange

COMMA_OR_DASH = (",", *DASHES)
_VERB_MODIFIERS = {"aux", "auxpass", "neg", "advmod"}
_MAX_DATELINE_TOKENS = 15


def sentence_range(view: DocumentView, i: int) -> TokenRange:
    """Return the first and last token of a token's sentence."""
    return view.sentences[view.sentence[i]] if view.sentence[i] >= 0 else (i, i)


def is_closing_mark(view: DocumentView, i: int) -> bool:
    """Return whether a token is the closing mark of a pair."""
    span = view.quoted_span(i)
    return span is not None and span.last == i


def has_finite_verb(view: DocumentView, first: int, last: int) -> bool:
    """Return whether a range contains a finite verb."""
    return any(view.is_finite_verb(i) for i in range(first, last + 1))


def balanced_part(view: DocumentView, first: int, last: int) -> list[TokenRange]:
    """Return a range as the only part of a content: without punctuation at its ends, with both marks of each pair."""
    trimmed = view.trim_punctuation(first, last) if first <= last else None
    if trimmed is None:
        return []
    first, last = trimmed
    if (span := view.quoted_span(last)) is not None and span.first > first:
        last = max(last, span.last)
    if (span := view.quoted_span(first)) is not None and span.last <= last:
        first = min(first, span.first)
    return [(first, last)]


def find_reporting_clause(view: DocumentView, cue: Cue) -> TokenRange:
    """Return the tokens of `X said on Monday` in or after a content: from the subject to the next comma or stop."""
    subject = view.child(cue.head, "nsubj", "nsubjpass")
    start, end = sentence_range(view, cue.head)
    first, last = cue.first, cue.last
    if subject is not None and subject < cue.head:
        first = min(first, view.left_edge[subject])
    while first > start and view.dep[first - 1] in _VERB_MODIFIERS and view.head[first - 1] == cue.head:
        first -= 1
    if subject is not None and subject > cue.head:
        last = max(last, view.right_edge[subject])
    while last < end and view.word[last + 1] not in (*COMMA_OR_DASH, *SENTENCE_ENDS) and not view.in_marks(last + 1):
        last += 1
    return max(first, start), min(last, end)


def find_content_start(view: DocumentView, cue: Cue, first: int) -> int:
    """Return where a content before a token may start: after a dateline, a time, or a colon or semicolon."""
    start = sentence_range(view, cue.head)[0]
    start = max(start, skip_dateline(view, view.paragraphs[view.paragraph[start]][0], first))
    for i in range(first - 2, start, -1):
        if not view.in_marks(i) and view.word[i] in (":", ";"):
            return i + 1
    return start


def skip_dateline(view: DocumentView, start: int, stop: int) -> int:
    """Return the token after the dash of a dateline that opens a line: `SORRIN, June 28 (Northwire) - `."""
    in_capitals = view.word[start].isupper() and len(view.word[start]) > 2
    for i in range(start + 1, min(start + _MAX_DATELINE_TOKENS, stop)):
        if view.word[i] in DASHES and (in_capitals or (view.word[i - 1] == ")" and i < start + 8)):
            return i + 1
    return start


def skip_time_phrase(view: DocumentView, start: int, last: int) -> int:
    """Return the token after a time that says when somebody spoke: `said on Monday A`, `said Monday A`.

    A comma after it shows that it belongs to what was said: `said on Monday, A`.
    """
    i = start + 1 if view.word_in(start, "time_preposition") else start
    first = i
    while i < last and (view.lower[i].rstrip(".") in view.language.times or (i > first and view.word[i].isdigit())):
        i += 1
    return i if i > first and view.word[i] not in COMMA_OR_DASH and view.dep[i] != "case" else start


def find_phrase_end(view: DocumentView, cue: Cue) -> int:
    """Return the last token of the speaker after a fixed phrase: `according to the mayor of Sorrin, A`."""
    speaker = view.child(cue.last, "pobj")
    end = sentence_range(view, cue.first)[1]
    last = max(view.right_edge[speaker] if speaker is not None else 0, min(cue.last + 1, end))
    for i in range(cue.last + 1, min(last, end) + 1):
        comma = view.word[i] == "," and (speaker is None or view.head[i] != speaker)
        if comma or (view.word[i] in DASHES and view.word[i] != "-"):
            return i - 1
    return min(last, end)
