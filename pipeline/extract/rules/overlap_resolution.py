"""One quote where several overlap: the outermost, because a quote inside another is part of what its speaker said."""

from __future__ import annotations

from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.span_candidate import SpanCandidate


def resolve_overlaps(view: DocumentView, candidates: list[SpanCandidate]) -> list[SpanCandidate]:
    """Return the candidates that neither share a token with a better one nor have their cue inside one.

    Turns of transcripts are better than other candidates, then longer ones than shorter ones, then those with the
    longer cue: `refused to say`, not its `say`.
    """
    taken = [False] * view.n
    chosen = []
    for candidate in sorted(candidates, key=_order):
        if candidate.head is not None and taken[candidate.head]:
            continue
        if any(any(taken[first : last + 1]) for first, last in candidate.parts):
            continue
        for first, last in candidate.parts:
            taken[first : last + 1] = [True] * (last - first + 1)
        chosen.append(candidate)
    return chosen


def _order(candidate: SpanCandidate) -> tuple[bool, int, list[TokenRange], int]:
    first, last = candidate.cue or (0, -1)
    return candidate.rule != "turn", -candidate.size, candidate.parts, first - last
