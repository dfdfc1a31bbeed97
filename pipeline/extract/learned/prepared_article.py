"""One article, ready for the models: its view, arrays, and what the rules say of it under both profiles."""

from __future__ import annotations

import numpy as np
from spacy.tokens import Doc

from pipeline.extract.learned.token_arrays import Arrays, Floats, Ints, Keys, Matrix, before
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.rule_extractor import RuleProposals
from pipeline.extract.rules.span_candidate import SpanCandidate

RULES = (
    *("quoted_before", "quoted_after", "after_phrase", "noun_clause", "inserted", "clause_after", "clause_before"),
    *("infinitive", "object_as", "preposition", "object_after", "turn", "colon", "floating"),
)


class Article:
    """Attributes
    ----------
    wide, speech : RuleProposals
        The rules with the lexicon of `attribution` and of `speech`.
    wide_rule, speech_rule : int
        For each token as a cue, 1 + the number in `RULES` of the rule that fired, 0 for none.
    wide_first, wide_last : int
        First and last solid token of what the rule found, -1 for none.
    hashed, opens, closes, inside : float
        Probability of each token to be a cue, to start, to end and to lie in what was said, by the hashed models.
    p : float
        Probability of each token as a cue by the second cue model.
    """

    def __init__(self, doc: Doc, view: DocumentView, wide: RuleProposals, speech: RuleProposals) -> None:
        self.view, self.wide, self.speech = view, wide, speech
        self._parts: dict[int, tuple[tuple[int, int], ...]] = {}
        self.a = Arrays(doc, view)
        n = view.n
        self.wide_rule, self.wide_first, self.wide_last = self._table(wide)
        self.speech_rule, self.speech_first, self.speech_last = self._table(speech)
        self.wide_cue, self.speech_cue = np.zeros(n), np.zeros(n)
        self.wide_cue[list(wide.cues)] = 1
        self.speech_cue[list(speech.cues)] = 1
        self.wide_source = np.full(n, -1)
        for head, found in wide.reported.items():
            if found.source is not None:
                self.wide_source[head] = self.head_of(*found.source)
        self.set_hashed(np.zeros((4, n)))
        self.set_cues(np.zeros(n))

    def set_hashed(self, p: Floats) -> None:
        """Keep what the hashed models say, a row each in the order of `hashing.TARGETS`."""
        self.hashed, self.opens, self.closes, self.inside = p
        self.insides = before(self.inside)

    def share_inside(self, first: Ints, last: Ints) -> Floats:
        """Mean of `inside` over ranges; 0 over empty ones."""
        sizes = last - first + 1
        sums = self.insides[np.maximum(last + 1, first)] - self.insides[first]
        return sums / np.maximum(sizes, 1)

    def set_cues(self, p: Floats) -> None:
        """Keep the probabilities, and count the likely cues."""
        self.p = p
        self.context: tuple[Matrix, list[Keys]] | None = None  # features.context, made when first asked for
        self.hot = before(p > 0.3)

    def head_of(self, first: int, last: int) -> int:
        """The token of a range that is highest in the tree."""
        return first + int(np.argmin(self.a.depth[first : last + 1]))

    def solid(self, first: int, last: int) -> tuple[int, int] | None:
        """A range without marks and punctuation at its ends."""
        places = np.flatnonzero(self.a.solid[first : last + 1])
        return (first + int(places[0]), first + int(places[-1])) if len(places) else None

    def parts(self, found: SpanCandidate) -> tuple[tuple[int, int], ...]:
        """Solid parts of what a rule of this article found; parts with nothing solid between them are one."""
        if id(found) not in self._parts:
            self._parts[id(found)] = self._join(found)
        return self._parts[id(found)]

    def _join(self, found: SpanCandidate) -> tuple[tuple[int, int], ...]:
        joined: list[tuple[int, int]] = []
        for part in found.parts:
            trimmed = self.solid(*part)
            if trimmed is None:
                continue
            if joined and not self.a.solid[joined[-1][1] + 1 : trimmed[0]].any():
                joined[-1] = (joined[-1][0], trimmed[1])
            else:
                joined.append(trimmed)
        return tuple(joined)

    def _table(self, ruled: RuleProposals) -> tuple[Ints, Ints, Ints]:
        rule, first, last = np.zeros(self.a.n, dtype=np.int64), np.full(self.a.n, -1), np.full(self.a.n, -1)
        for head, found in ruled.reported.items():
            parts = self.parts(found)
            if parts:
                rule[head] = 1 + RULES.index(found.rule)
                first[head], last[head] = parts[0][0], parts[-1][1]
        return rule, first, last
