"""Chosen candidates as quotes: marks put back, the speaker's whole mention, characters for tokens."""

from __future__ import annotations

from pipeline.core.quote import Quote
from pipeline.extract.learned.candidates import Candidate, Parts
from pipeline.extract.learned.prepared_article import Article
from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import QuotedSpan
from pipeline.extract.rules.source_mentions import expand_mention, find_source
from pipeline.extract.rules.span_candidate import SpanCandidate, is_that_conjunction

Range = tuple[int, int]
LEAST_SPEAKER = 0.25


def render(x: Article, one: Candidate, keep_that: bool, rule: str, confidence: float) -> Quote:
    """One quote; `rule` names what found it."""
    view = x.view
    ruled = _ruled(x, one)
    if ruled is not None:
        parts = list(ruled.parts_without_that(view, keep_that))
    else:
        parts = [_with_marks(x, first, last) for first, last in (one.parts if keep_that else spoken(x, one))]
    cue = _cue(x, one)
    words = (
        ruled.cue if ruled is not None and ruled.cue is not None else (cue.first, cue.last) if cue is not None else None
    )
    spans = [view.char_span(*part) for part in parts]
    if cue is None:
        source = None if ruled is None else ruled.source
    else:
        source = _source(x, one, cue, parts, name_only=not keep_that)
    return Quote(
        view.text,
        spans,
        # A turn of a transcript is verbatim, though it bears no marks.
        "direct" if ruled is not None and ruled.rule == "turn" else view.quote_type(spans),
        rule=rule,
        confidence=confidence,
        cue=None if words is None else view.char_span(*words),
        source=None if source is None else view.char_span(*source),
    )


def spoken(x: Article, one: Candidate) -> Parts:
    """Parts without the "that" that opens a reported clause."""
    first, last = one.parts[0]
    if not 0 <= one.cue < first < last or not is_that_conjunction(x.view, first):
        return one.parts
    return ((x.a.next_solid[first + 1].item(), last), *one.parts[1:])


def _with_marks(x: Article, first: int, last: int) -> Range:
    """A part with the marks of the pairs that it holds whole, and with a bracket or full stop inside them."""
    view = x.view
    if view.quoted_at[first] >= 0:
        pair = view.quoted_spans[view.quoted_at[first]]
        if (
            pair.first < first
            and not x.a.solid[pair.first : first].any()
            and (pair.inner_last <= last or _ends(x, pair, last))
        ):
            first = pair.first
    if view.quoted_at[last] >= 0:
        pair = view.quoted_spans[view.quoted_at[last]]
        if pair.first >= first and last < pair.last and not x.a.solid[last + 1 : pair.last + 1].any():
            last = pair.last
    return first, last


def _ends(x: Article, pair: QuotedSpan, last: int) -> bool:
    return last <= pair.last and not x.a.solid[last + 1 : pair.last + 1].any()


def _cue(x: Article, one: Candidate) -> Cue | None:
    if one.cue < 0:
        return None
    known = x.wide.cues.get(one.cue) or x.speech.cues.get(one.cue)
    return known or Cue(one.cue, one.cue, one.cue, frozenset())


def _ruled(x: Article, one: Candidate) -> SpanCandidate | None:
    """What a rule found, where it is the same content; it knows its marks and paragraphs."""
    rules = (x.speech, x.wide)
    loose = [f for ruled in rules for f in (*ruled.turns, *ruled.floating)] if one.cue < 0 else []
    found = [*loose, *(ruled.reported.get(one.cue) for ruled in rules)]
    return next((f for f in found if f is not None and x.parts(f) == one.parts), None)


def _source(x: Article, one: Candidate, cue: Cue, parts: list[Range], name_only: bool) -> Range | None:
    if name_only and one.cue in x.speech.cues:
        return find_source(x.view, cue, parts, x.speech.cues, name_only)
    if one.speaker < 0 or one.speaker_p < LEAST_SPEAKER:
        return None
    held = {i for first, last in parts for i in range(first, last + 1)}
    return expand_mention(x.view, one.speaker, cue, held, name_only)
