"""Transcripts that lost their line breaks: `President Ilse Korvath: Friends, ... Tomas Reyk: Thank you. ...`.

Releases of offices have them, where a page's paragraphs were joined. A paragraph is one if it opens with a label,
somebody speaks of himself in it, and either another label follows or the label has a title.
"""

from __future__ import annotations

from pipeline.extract.rules.document_view import SENTENCE_ENDS, DocumentView
from pipeline.extract.rules.span_candidate import SpanCandidate
from pipeline.extract.rules.transcript_labels import TurnLabel, cut_asides

_MAX_LABEL_TOKENS = 12
_MIN_SENTENCES = 3


def find_run_on_turns(view: DocumentView, first: int, last: int) -> list[SpanCandidate]:
    """Return the turns of a paragraph; none if it is no transcript."""
    colons = [i for i in range(first + 2, last) if view.word[i] == ":" and not view.in_marks(i)]
    labels = [label for i in colons if (label := _label_before(view, first, i)) is not None]
    if not labels or labels[0].first != first or not _is_spoken(view, labels[0].end + 1, last):
        return []
    if len(labels) == 1 and not (_has_title(view, labels[0]) and _count_sentences(view, first, last) >= _MIN_SENTENCES):
        return []
    ends = [label.first - 1 for label in labels[1:]] + [last]
    turns = [(label, cut_asides(view, label.end + 1, end)) for label, end in zip(labels, ends, strict=True)]
    return [SpanCandidate(parts, "turn", None, (label.first, label.last)) for label, parts in turns if parts]


def _label_before(view: DocumentView, first: int, colon: int) -> TurnLabel | None:
    """Return the label that a colon ends: words in capitals from the start of a sentence, two of them or more."""
    start = colon
    while start > first and colon - start < _MAX_LABEL_TOKENS and not _ends_sentence(view, start - 1):
        start -= 1
    if start > first and not _ends_sentence(view, start - 1):
        return None
    words = [i for i in range(start, colon) if not view.word_in(i, "owner")]
    names = [i for i in words if view.pos[i] == "PROPN"]
    if len(words) < 2 or not names or not all(view.word[i][:1].isupper() for i in words):
        return None
    is_site_label = view.lower[words[0]] in view.language.labels or view.lower[words[-1]] in view.language.labels
    return None if is_site_label else TurnLabel(start, colon - 1, colon)


def _ends_sentence(view: DocumentView, i: int) -> bool:
    return view.word[i] in SENTENCE_ENDS or view.word[i] in (")", "…")


def _is_spoken(view: DocumentView, first: int, last: int) -> bool:
    """Return whether somebody speaks of himself outside of quotation marks: `I`, `our`."""
    own = view.language.pronouns.get("first", ())
    return any(view.lower[i] in own and not view.in_marks(i) for i in range(first, last + 1))


def _has_title(view: DocumentView, label: TurnLabel) -> bool:
    return any(view.lower[i] in view.language.titles for i in range(label.first, label.last))


def _count_sentences(view: DocumentView, first: int, last: int) -> int:
    return view.sentence[last] - view.sentence[first] + 1
