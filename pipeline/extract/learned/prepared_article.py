"""An article as the learned extractor reads it: token arrays, proposals of the rules, probabilities of the tokens."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from spacy.tokens import Doc

from pipeline.extract.learned.feature_rows import FeatureRows
from pipeline.extract.learned.token_arrays import Floats, Ints, TokenArrays, prefix_sums
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.resumed_clauses import find_resumed_verbs
from pipeline.extract.rules.rule_extractor import RuleProposals
from pipeline.extract.rules.span_candidate import SpanCandidate

Parts = tuple[TokenRange, ...]
# Number of each rule as a feature, 0 for no rule. Weights know rules by these numbers: a new rule takes a new one.
RULE_NUMBERS: dict[str, int] = {
    "quoted_before": 1,
    "quoted_after": 2,
    "after_phrase": 3,
    "noun_clause": 4,
    "inserted": 5,
    "clause_after": 6,
    "clause_before": 7,
    "infinitive": 8,
    "object_as": 9,
    "preposition": 10,
    "object_after": 11,
    "turn": 12,
    "colon": 13,
    "floating": 14,
}
_LIKELY_CUE = 0.3


class PreparedArticle:
    """A parsed article with all that features are computed from.

    Attributes
    ----------
    arrays : TokenArrays
    attribution_proposals, speech_proposals : RuleProposals
        What the rules of the two profiles propose.
    attribution_rule, speech_rule : int
        For each token as a cue, the number of the rule that found its content, 0 for none.
    attribution_first, attribution_last, speech_first, speech_last : int
        First and last word-like token of that content, -1 for none.
    attribution_source : int
        Head of the speaker mention that the rules found for each token as a cue, -1 for none.
    resumed_verbs : dict of int to int
        By the token `said` of `X, who said A, conceded B`, the token `conceded`.
    p_cue_hashed, p_start, p_end, p_inside : float
        Probability of each token to be a cue, and to start, end and lie in a content, by the hashed models.
    p_cue : float
        Probability of each token to be a cue, by the second cue model.
    cue_context : FeatureRows or None
        Kept by `final_cue_context`.
    """

    def __init__(self, doc: Doc, view: DocumentView, attribution: RuleProposals, speech: RuleProposals) -> None:
        self.view, self.attribution_proposals, self.speech_proposals = view, attribution, speech
        self._parts: dict[int, Parts] = {}
        self.arrays = TokenArrays(doc, view)
        n = view.n
        self.attribution_rule, self.attribution_first, self.attribution_last = self._by_cue(attribution)
        self.speech_rule, self.speech_first, self.speech_last = self._by_cue(speech)
        self.attribution_cue, self.speech_cue = np.zeros(n), np.zeros(n)
        self.attribution_cue[list(attribution.cues)] = 1
        self.speech_cue[list(speech.cues)] = 1
        self.resumed_verbs = find_resumed_verbs(view, speech.cues)
        self.attribution_source = np.full(n, -1)
        for head, proposal in attribution.reported.items():
            if proposal.source is not None:
                self.attribution_source[head] = self.head_of(*proposal.source)
        self.set_hashed_probabilities(np.zeros((4, n)))
        self.set_cue_probabilities(np.zeros(n))

    def set_hashed_probabilities(self, p: Floats) -> None:
        """Store the probabilities of the hashed models, a row for each of `hashed_features.TARGETS`."""
        self.p_cue_hashed, self.p_start, self.p_end, self.p_inside = p
        self._inside_sums = prefix_sums(self.p_inside)

    def set_cue_probabilities(self, p: Floats) -> None:
        """Store what the second cue model says."""
        self.p_cue = p
        self.cue_context: FeatureRows | None = None
        self.likely_cue_sums = prefix_sums(p > _LIKELY_CUE)

    def sum_inside(self, first: Ints, end: Ints) -> Floats:
        """Return the sum of `p_inside` over the tokens first to end - 1."""
        return self._inside_sums[end] - self._inside_sums[first]

    def share_inside(self, first: Ints, last: Ints) -> Floats:
        """Return the mean of `p_inside` over ranges of tokens, 0 over an empty one."""
        return self.sum_inside(first, np.maximum(last + 1, first)) / np.maximum(last - first + 1, 1)

    def head_of(self, first: int, last: int) -> int:
        """Return the token of a range that is highest in the parse tree."""
        return first + int(np.argmin(self.arrays.depth[first : last + 1]))

    def trim(self, first: int, last: int) -> TokenRange | None:
        """Return a range without marks and punctuation at its ends, None where nothing is left."""
        places = np.flatnonzero(self.arrays.wordlike[first : last + 1])
        return (first + int(places[0]), first + int(places[-1])) if len(places) else None

    def parts(self, proposal: SpanCandidate) -> Parts:
        """Return the trimmed parts of what a rule proposes; parts with no word between them are joined."""
        if id(proposal) not in self._parts:
            self._parts[id(proposal)] = self.join(trimmed for part in proposal.parts if (trimmed := self.trim(*part)))
        return self._parts[id(proposal)]

    def join(self, parts: Iterable[TokenRange]) -> Parts:
        """Return parts in their order, those that overlap or have no word between them as one."""
        joined: list[TokenRange] = []
        for first, last in parts:
            if joined and (first <= joined[-1][1] or not self.arrays.wordlike[joined[-1][1] + 1 : first].any()):
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return tuple(joined)

    def _by_cue(self, proposals: RuleProposals) -> tuple[Ints, Ints, Ints]:
        """Return for each token as a cue: number of the rule, and first and last token of what the rule found."""
        rule, (first, last) = np.zeros(self.arrays.n, dtype=np.int64), np.full((2, self.arrays.n), -1)
        for head, proposal in proposals.reported.items():
            if parts := self.parts(proposal):
                rule[head] = RULE_NUMBERS[proposal.rule]
                first[head], last[head] = parts[0][0], parts[-1][1]
        return rule, first, last
