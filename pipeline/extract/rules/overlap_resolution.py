"""One quote where several overlap: the outer one, for what it quotes is its speaker's to tell."""

from __future__ import annotations

from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.span_candidate import SpanCandidate


def resolve_overlaps(view: DocumentView, found: list[SpanCandidate]) -> list[SpanCandidate]:
    """Keep what is not inside another and shares no token with a better one.

    A quote wins over what lies inside it and over what is reported by a cue inside it.
    """
    owner = [False] * view.n
    kept = []
    for one in sorted(found, key=lambda f: (f.rule not in ("turn",), -f.size, f.parts)):
        if one.head is not None and owner[one.head]:
            continue
        if any(any(owner[first : last + 1]) for first, last in one.parts):
            continue
        for first, last in one.parts:
            owner[first : last + 1] = [True] * (last - first + 1)
        kept.append(one)
    return kept
