"""Candidates for quotes, from the models and from the rules, and the quotes that they become."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.core.quote import Quote
from pipeline.extract.learned.hashed_features import hashed_probabilities
from pipeline.extract.learned.step_features import (
    cue_features,
    end_features,
    final_cue_context,
    possible_ends,
    possible_sources,
    possible_starts,
    source_features,
    start_features,
)
from pipeline.extract.learned.step_models import ExtractorModels, PredictionTask
from pipeline.extract.learned.token_arrays import Floats, Ints, Parts, PreparedArticle, join_columns
from pipeline.extract.rules.cues import Cue
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.source_mentions import expand_mention, find_source
from pipeline.extract.rules.span_candidate import SpanCandidate, is_that_conjunction, quote_from_tokens
from pipeline.extract.rules.token_spans import skip_dateline

MIN_CUE = 0.08
MIN_HASHED_CUE = 0.01
# Rank of what only a rule found. Weights know it by this number, which is larger than any rank of the models' contents.
RULE_RANK = 9
_MAX_STARTS, _MAX_ENDS = 3, 2
_MIN_START, _MIN_END = 0.04, 0.1
_MAX_CONTENTS, _MAX_PAIRS = 4, 3
_MIN_PAIRED_START, _MIN_PAIR = 0.12, 0.02  # a start of two parts; the product of both parts
_MAX_SPEAKERS = 3


@dataclass
class Candidate:
    """A content that a cue may report.

    Attributes
    ----------
    cue : int
        Head of the cue, -1 for a quote without one.
    parts : tuple of (int, int)
        First and last word-like token of each part.
    p_start, p_end : list of float
        Probability of each part's start and end, nan where no model has predicted it.
    rank : int
        Its place among the cue's contents.
    best_other_start : float
        Probability of the best start at which none of its parts begins.
    speaker : int
        Head of the speaker mention, -1 for none.
    p_speaker, p_speaker_inside : float
        Probability of that speaker, and of the best one inside the content.
    rule : str
        The rule that proposes the same content, "" for none.
    """

    cue: int
    parts: Parts
    p_start: list[float]
    p_end: list[float]
    rank: int = 0
    best_other_start: float = 0.0
    speaker: int = -1
    p_speaker: float = 0.0
    p_speaker_inside: float = 0.0
    rule: str = ""


@dataclass(frozen=True)
class StartOption:
    """A likely start of a content.

    Attributes
    ----------
    start : int
    p : float
        Its probability.
    ends : int
        Tokens where the content may end, in order, with the probabilities `p_ends`.
    best_ends : list of (int, float)
        The most probable ends, each with its probability.
    """

    start: int
    p: float
    ends: Ints
    p_ends: Floats
    best_ends: list[tuple[int, float]]

    def p_end(self, last: int) -> float:
        """Return the probability of an end, nan where the model has not predicted it."""
        at = np.flatnonzero(self.ends == last)
        return float(self.p_ends[at[0]]) if len(at) else np.nan


@dataclass(frozen=True)
class ScoredSpan:
    """A content of one part, with the probabilities of its start and its end."""

    start: int
    end: int
    p_start: float
    p_end: float

    @property
    def p(self) -> float:
        """Probability of start and end together."""
        return self.p_start * self.p_end


def score_cues(models: ExtractorModels, article: PreparedArticle) -> PredictionTask[None]:
    """Store in an article the hashed models' probabilities of every token, and its probability to be a cue."""
    weights, bias = models.hashed_weights, models.hashed_bias
    article.set_hashed_probabilities(hashed_probabilities(article.arrays, weights, bias))
    yield from rescore_cues(article)


def rescore_cues(article: PreparedArticle) -> PredictionTask[None]:
    """Store in an article, whose hashed probabilities are known, the cue probabilities of the second model."""
    p, likely = np.zeros(article.arrays.n), np.flatnonzero(article.p_cue_hashed > MIN_HASHED_CUE)
    if len(likely):
        p[likely] = (yield ("cue",), cue_features(article).select(likely))[:, 0]
    article.set_cue_probabilities(p)


def likely_cues(article: PreparedArticle) -> Ints:
    """Return the heads of cues to look at.

    These are likely ones, less likely ones for which a rule finds a content, and all for which a rule of `speech` does:
    a cue model knows little of what is rare (`put the toll at A`, `X's claim that A`).
    """
    less_likely = (article.p_cue > MIN_CUE / 8) & (article.attribution_rule > 0)
    return np.flatnonzero((article.p_cue > MIN_CUE) | less_likely | (article.speech_rule > 0))


def generate_candidates(article: PreparedArticle) -> PredictionTask[list[Candidate]]:
    """Return all candidates of an article whose cues are scored."""
    cues = likely_cues(article)
    candidates = _candidates_without_cue(article)
    if not len(cues):
        return candidates
    options = yield from _start_options(article, cues)
    by_cue = [_contents_of_cue(article, cue, starts) for cue, starts in options.items()]
    if by_cue:
        yield from _add_speakers(article, by_cue)
    return candidates + [candidate for contents in by_cue for candidate in contents]


def _start_options(article: PreparedArticle, cues: Ints) -> PredictionTask[dict[int, list[StartOption]]]:
    """Return likely starts of each cue's content, and the likely ends of each."""
    context = final_cue_context(article)
    number, token = possible_starts(article, cues)
    cue = cues[number]
    p = (yield ("start",), join_columns(context.select(cue), start_features(article, cue, token)))[:, 0]
    best = _best_starts(article, cues, number, token, p)
    cue, token, p = cue[best], token[best], p[best]
    row, end = possible_ends(article, cue, token)
    rows, wordlike = end_features(article, cue, token, row, end)
    row, end = row[wordlike], end[wordlike]
    p_end = (yield ("end",), join_columns(context.select(cue[row]), rows))[:, 0]
    bounds = np.searchsorted(row, np.arange(len(cue) + 1))
    likeliest = np.lexsort((-p_end, row))
    likeliest = likeliest[np.arange(len(row)) - bounds[row] < _MAX_ENDS]
    best_ends = list(zip(end[likeliest].tolist(), p_end[likeliest].tolist(), strict=True))
    best_bounds = np.searchsorted(row[likeliest], np.arange(len(cue) + 1)).tolist()
    options: dict[int, list[StartOption]] = {}
    for k, (head, start, p_start) in enumerate(zip(cue.tolist(), token.tolist(), p.tolist(), strict=True)):
        here = slice(bounds[k], bounds[k + 1])
        ends = best_ends[best_bounds[k] : best_bounds[k + 1]]
        options.setdefault(head, []).append(StartOption(start, p_start, end[here], p_end[here], ends))
    return options


def _best_starts(article: PreparedArticle, cues: Ints, number: Ints, token: Ints, p: Floats) -> Ints:
    """Return the rows of each cue's best starts, and of the starts of what the rules propose."""
    order = np.lexsort((-p, number))
    first = np.searchsorted(number[order], np.arange(len(cues)))
    rank = np.arange(len(order)) - first[number[order]]
    is_best = np.zeros(len(p), dtype=bool)
    is_best[order] = (rank == 0) | ((rank <= _MAX_STARTS) & (p[order] >= _MIN_START))
    cue = cues[number]
    is_best |= (token == article.attribution_first[cue]) | (token == article.speech_first[cue])
    return np.flatnonzero(is_best)


def _contents_of_cue(article: PreparedArticle, cue: int, options: list[StartOption]) -> list[Candidate]:
    """Return a cue's contents of one part and of two parts, most probable first, and those of the rules."""
    spans = [
        ScoredSpan(option.start, end, option.p, p_end)
        for option in options
        for rank, (end, p_end) in enumerate(option.best_ends)
        if rank == 0 or p_end >= _MIN_END
    ]
    spans.sort(key=lambda span: (-span.p, span.start, span.end))
    candidates: list[Candidate] = []  # not by content: a sentence without words makes the next one's start occur twice
    for rank, content in enumerate([*([span] for span in spans[:_MAX_CONTENTS]), *_two_part_contents(article, spans)]):
        parts = tuple((span.start, span.end) for span in content)
        p_start, p_end = [span.p_start for span in content], [span.p_end for span in content]
        candidates.append(Candidate(cue, parts, p_start, p_end, rank, _best_other_start(spans, parts)))
    by_start = {option.start: option for option in options}
    for proposals in (article.attribution_proposals, article.speech_proposals):
        proposal = proposals.reported.get(cue)
        if proposal is None or not (parts := article.parts(proposal)):
            continue
        candidate = next((candidate for candidate in candidates if candidate.parts == parts), None)
        if candidate is None:
            starts = [(by_start.get(first), last) for first, last in parts]
            p_start = [np.nan if option is None else option.p for option, _ in starts]
            p_end = [np.nan if option is None else option.p_end(last) for option, last in starts]
            candidate = Candidate(cue, parts, p_start, p_end, RULE_RANK, _best_other_start(spans, parts))
            candidates.append(candidate)
        candidate.rule = candidate.rule or proposal.rule
    return candidates


def _two_part_contents(article: PreparedArticle, spans: list[ScoredSpan]) -> list[list[ScoredSpan]]:
    """Return the best contents of two parts with a word between them; `spans` are sorted, the most probable first."""
    pairs = []
    word_sums = article.arrays.wordlike_sums
    likely = [span for span in spans if span.p_start >= _MIN_PAIRED_START]
    for k, likelier in enumerate(likely):
        for span in likely[k + 1 :]:
            if likelier.p * span.p < _MIN_PAIR:
                break
            first, second = (likelier, span) if likelier.start < span.start else (span, likelier)
            if second.start > first.end and word_sums[second.start] > word_sums[first.end + 1]:
                pairs.append([first, second])
    pairs.sort(key=lambda pair: -pair[0].p * pair[1].p)
    return pairs[:_MAX_PAIRS]


def _best_other_start(spans: list[ScoredSpan], parts: Parts) -> float:
    """Return the probability of the best start at which none of the parts begins."""
    taken = [first for first, _ in parts]
    return max((span.p_start for span in spans if span.start not in taken), default=0.0)


def _candidates_without_cue(article: PreparedArticle) -> list[Candidate]:
    """Return the turns, words after colons and floating quotes that the rules propose."""
    candidates: dict[Parts, Candidate] = {}
    for proposals in (article.speech_proposals, article.attribution_proposals):
        for proposal in (*proposals.turns, *proposals.floating):
            parts = article.parts(proposal)
            if parts and parts not in candidates:
                speaker, nan = article.head_of(*proposal.source) if proposal.source else -1, [np.nan] * len(parts)
                unknown = (np.nan, np.nan)
                candidates[parts] = Candidate(-1, parts, nan, nan, RULE_RANK, 0.0, speaker, *unknown, proposal.rule)
    return list(candidates.values())


def _add_speakers(article: PreparedArticle, by_cue: list[list[Candidate]]) -> PredictionTask[None]:
    """Give every candidate the most probable speaker outside of its parts."""
    cue = np.array([contents[0].cue for contents in by_cue])
    first = np.array([contents[0].parts[0] for contents in by_cue])
    number, token = possible_sources(article, cue)
    rows = source_features(article, cue[number], token, first[number, 0], first[number, 1])
    p = (yield ("source",), join_columns(final_cue_context(article).select(cue[number]), rows))[:, 0]
    bounds = np.searchsorted(number, np.arange(len(cue) + 1))
    for k, contents in enumerate(by_cue):
        tokens, scores = token[bounds[k] : bounds[k + 1]], p[bounds[k] : bounds[k + 1]]
        best = np.argsort(-scores, kind="stable")[:_MAX_SPEAKERS]
        for candidate in contents:
            for m in best:
                if any(first <= tokens[m] <= last for first, last in candidate.parts):
                    candidate.p_speaker_inside = max(candidate.p_speaker_inside, float(scores[m]))
                    continue
                candidate.p_speaker, candidate.speaker = float(scores[m]), int(tokens[m])
                break


MIN_SPEAKER = 0.25


def build_quote(article: PreparedArticle, candidate: Candidate, keep_that: bool, rule: str, confidence: float) -> Quote:
    """Return a candidate as a quote.

    With `keep_that` the content keeps the `that` of its clause, and the speaker mention the role beside the name.
    """
    view = article.view
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
