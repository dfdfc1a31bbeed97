"""Chosen candidates as quotes: with their quotation marks, the speaker's whole mention, and offsets of characters."""

from __future__ import annotations

from dataclasses import replace

from pipeline.core.quote import Quote
from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.prepared_article import Parts, PreparedArticle
from pipeline.extract.rules.content_ends import opens_occasion, opens_relay
from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.noun_phrases import expand_mention
from pipeline.extract.rules.source_mentions import find_source
from pipeline.extract.rules.span_candidate import SpanCandidate, is_that_conjunction, quote_from_tokens
from pipeline.extract.rules.token_spans import sentence_range, skip_dateline

MIN_SPEAKER = 0.25


def build_quote(article: PreparedArticle, candidate: Candidate, keep_that: bool, rule: str, confidence: float) -> Quote:
    """Return a candidate as a quote.

    With `keep_that` the content keeps the `that` of its clause, and the speaker mention the role beside the name.
    """
    view = article.view
    candidate = _without_occasion(view, _without_relay(view, candidate))
    proposal, cue = _matching_proposal(article, candidate), _cue(article, candidate)
    if proposal is not None:
        parts = list(proposal.content_parts(view, keep_that))
    else:
        bare = candidate.parts if keep_that else parts_without_that(article, candidate)
        parts = [_extend_to_marks(article, *part) for part in _without_dateline(view, bare)]
    words, source = (None, None) if proposal is None else (proposal.cue, proposal.source)
    if cue is not None:
        words = words or (cue.first, cue.last)
        source = _source(article, candidate, cue, parts, name_only=not keep_that)
    is_turn = proposal is not None and proposal.rule == "turn"
    return quote_from_tokens(view, parts, words, source, rule, confidence, is_turn)


def parts_without_that(article: PreparedArticle, candidate: Candidate) -> Parts:
    """Return the parts of a candidate without the `that` which opens a reported clause."""
    first, last = candidate.parts[0]
    if not 0 <= candidate.cue < first < last or not is_that_conjunction(article.view, first):
        return candidate.parts
    return ((article.arrays.next_wordlike[first + 1].item(), last), *candidate.parts[1:])


def _without_dateline(view: DocumentView, parts: Parts) -> Parts:
    """Return parts without the dateline that opens their paragraph: `SORRIN, June 28 (Northwire) - `."""
    first, last = parts[0]
    start = skip_dateline(view, view.paragraphs[view.paragraph[first]][0], last)
    return ((start, last), *parts[1:]) if first < start <= last else parts


def _without_relay(view: DocumentView, candidate: Candidate) -> Candidate:
    """Return a candidate without a last part that is all relay: `A, X said, the Anse Herald reports`."""
    first = candidate.parts[-1][0]
    if len(candidate.parts) == 1 or view.word[first - 1] != "," or not opens_relay(view, first):
        return candidate
    return replace(candidate, parts=candidate.parts[:-1])


def _without_occasion(view: DocumentView, candidate: Candidate) -> Candidate:
    """Return a candidate without the occasion at the end of its sentence: `X said A, in a statement on Monday`."""
    first, last = candidate.parts[-1]
    if candidate.cue < 0 or view.words_in(last + 1, sentence_range(view, last)[1]):
        return candidate
    commas = (i for i in range(first + 1, last) if view.word[i] == "," and not view.in_marks(i))
    comma = next((i for i in commas if opens_occasion(view, i + 1)), None)
    if comma is None or not view.is_word(comma - 1):
        return candidate
    return replace(candidate, parts=(*candidate.parts[:-1], (first, comma - 1)))


def _extend_to_marks(article: PreparedArticle, first: int, last: int) -> TokenRange:
    """Return a part with the quotation marks of the pairs inside it, and with what is between mark and word."""
    view, wordlike = article.view, article.arrays.wordlike
    if view.quoted_at[first] >= 0:
        pair = view.quoted_spans[view.quoted_at[first]]
        closes = last <= pair.last and not wordlike[last + 1 : pair.last + 1].any()
        if pair.first < first and not wordlike[pair.first : first].any() and (pair.inner_last <= last or closes):
            first = pair.first
    if view.quoted_at[last] >= 0:
        pair = view.quoted_spans[view.quoted_at[last]]
        if pair.first >= first and last < pair.last and not wordlike[last + 1 : pair.last + 1].any():
            last = pair.last
    return first, last


def _cue(article: PreparedArticle, candidate: Candidate) -> Cue | None:
    """Return the cue as the rules found it, with all its words; a cue of the models alone is one word."""
    head = candidate.cue
    if head < 0:
        return None
    known = article.attribution_proposals.cues.get(head) or article.speech_proposals.cues.get(head)
    return known or Cue(head, head, head, frozenset())


def _matching_proposal(article: PreparedArticle, candidate: Candidate) -> SpanCandidate | None:
    """Return the proposal of a rule with the same content, for it has the right marks and paragraphs."""
    both = (article.speech_proposals, article.attribution_proposals)
    if candidate.cue < 0:
        proposals = [proposal for rules in both for proposal in (*rules.turns, *rules.floating)]
    else:
        proposals = [rules.reported[candidate.cue] for rules in both if candidate.cue in rules.reported]
    return next((proposal for proposal in proposals if article.parts(proposal) == candidate.parts), None)


def _source(
    article: PreparedArticle, candidate: Candidate, cue: Cue, parts: list[TokenRange], name_only: bool
) -> TokenRange | None:
    """Return the speaker mention: in `speech` that of the rules where they know the cue, else that of the model."""
    speech_cues = article.speech_proposals.cues
    if name_only and candidate.cue in speech_cues:
        return find_source(article.view, cue, parts, speech_cues, name_only)
    if candidate.speaker < 0 or candidate.p_speaker < MIN_SPEAKER:
        return None
    inside = {i for first, last in parts for i in range(first, last + 1)}
    return expand_mention(article.view, candidate.speaker, cue, inside, name_only)
