"""Explain an extraction: why quotes were extracted, and why sentences have none."""

from __future__ import annotations

from functools import cached_property

from spacy.tokens import Doc

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.extract.explanation import (
    ArticleExplanation,
    QuoteExplanation,
    ScoredCandidate,
    UnquotedSentence,
    spans_overlap,
)
from pipeline.extract.learned.model_explainer import LearnedTrace
from pipeline.extract.quote_extractor import LONGEST_PARAGRAPH, QuoteExtractor, is_prose
from pipeline.extract.rules.cue_proposals import CONTENT_RULES
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.non_reporting_cues import is_non_reporting
from pipeline.extract.rules.rule_extractor import RuleExtractor
from pipeline.extract.rules.span_candidate import SpanCandidate

_OVERLAP = "it lies in, or shares words with, a longer quote"


def trace_extraction(extractor: QuoteExtractor, doc: Doc) -> ExtractionTrace:
    """Extract the quotes of a document and return them with all that was considered."""
    view = DocumentView(doc, extractor.language)
    if extractor.learned is None:
        return RuleTrace(extractor.rules, view, "no weights, or `learned: false` in configs/extract.yaml")
    if not is_prose(view):
        return RuleTrace(extractor.rules, view, f"a paragraph of more than {LONGEST_PARAGRAPH} words")
    return LearnedTrace(extractor.learned, extractor.prepare(doc, view))


def explain(extractor: QuoteExtractor, doc: Doc) -> tuple[list[Quote], ArticleExplanation]:
    """Extract the quotes of a document and return them with their explanations, and those of other sentences."""
    trace = trace_extraction(extractor, doc)
    view, quotes = trace.view, trace.quotes
    quoted = [span for quote in quotes for span in (*quote.content, quote.cue, quote.source) if span is not None]
    unquoted = []
    for first, last in view.sentences:
        start, end = view.char_span(first, last)
        if view.words_in(first, last) and not spans_overlap([(start, end)], quoted):
            reason, why = trace.explain_sentence((first, last))
            if reason in ("no cue", "no candidate", "below the limit"):
                reason, why = _explain_marks(view, first, last, extractor.config.floating_words, reason, why)
            unquoted.append(UnquotedSentence((start, end), reason, why))
    return quotes, ArticleExplanation([trace.explain_quote(quote.content) for quote in quotes], unquoted)


def _explain_marks(view: DocumentView, first: int, last: int, min_words: int, reason: str, why: str) -> tuple[str, str]:
    """Return why words in quotation marks that no cue reports are no quote; without marks the reason as it is."""
    pairs = [pair for pair in view.quoted_spans if first <= pair.first <= last]
    if not pairs:
        return reason, why
    size = max(len(view.words_in(pair.inner_first, pair.inner_last)) for pair in pairs)
    if size < min_words:
        return "scare quote", f"{why}; in marks, {size} of the {min_words} words that a quote without a cue takes"
    return "marks in a sentence", f"{why}; words in marks that do not stand alone are no quote without a cue"


class RuleTrace:
    """An extraction by the rules, with all that was considered on the way; `reason` is why no models decide."""

    def __init__(self, rules: RuleExtractor, view: DocumentView, reason: str) -> None:
        self.rules, self.view, self.reason = rules, view, reason
        self.proposals = rules.propose(view)
        proposed = self.proposals
        self.all_proposals = [*proposed.turns, *proposed.reported.values(), *proposed.floating]

    @cached_property
    def quotes(self) -> list[Quote]:
        """The quotes that the rules choose."""
        return self.rules.quotes(self.view, self.proposals)

    @property
    def cues(self) -> list[tuple[Span, float]]:
        """Words of the profile's lists and others next to quotation marks, each with probability 1."""
        return [(self.view.char_span(cue.first, cue.last), 1.0) for cue in self.proposals.cues.values()]

    @property
    def candidates(self) -> list[ScoredCandidate]:
        """What the rules propose: for each cue the first that one finds."""
        chosen = self.proposals.chosen
        return [self._candidate(proposal, "" if proposal in chosen else _OVERLAP) for proposal in self.all_proposals]

    def explain_quote(self, content: list[Span]) -> QuoteExplanation:
        """Return the rule that found a quote, and what the quote won over."""
        chosen = self.proposals.chosen
        proposal = next(proposal for proposal in chosen if self._content(proposal) == content)
        overlapping = [
            self._candidate(rival, _OVERLAP)
            for rival in self.all_proposals
            if rival not in chosen and spans_overlap(rival.parts, proposal.parts)
        ]
        rejected = [*self._later_rules(proposal), *overlapping]
        return QuoteExplanation("rules", proposal.rule, notes=[f"the rules decide: {self.reason}"], rejected=rejected)

    def _content(self, proposal: SpanCandidate) -> list[Span]:
        return [self.view.char_span(*part) for part in proposal.content_parts(self.view, self.rules.config.keeps_that)]

    def _candidate(self, proposal: SpanCandidate, rejected_because: str) -> ScoredCandidate:
        cue, source = (None if part is None else self.view.char_span(*part) for part in (proposal.cue, proposal.source))
        content = self._content(proposal)
        return ScoredCandidate(content, cue, source, proposal.rule, rejected_because=rejected_because)

    def _later_rules(self, proposal: SpanCandidate) -> list[ScoredCandidate]:
        """Return what other rules find for the same cue."""
        if proposal.head is None:
            return []
        cue = self.proposals.cues[proposal.head]
        contents = {rule: find(self.view, cue, self.rules.lexicon) for rule, find in CONTENT_RULES.items()}
        because = "a rule before it in the order had an opinion"
        return [
            self._candidate(SpanCandidate(parts, rule, proposal.cue, proposal.source, proposal.head), because)
            for rule, parts in contents.items()
            if parts and parts != proposal.parts
        ]

    def explain_sentence(self, sentence: tuple[int, int]) -> tuple[str, str]:
        """Return why a sentence has no quote: a named reason, and the same in words."""
        first, last = sentence
        cues = [cue for cue in self.proposals.cues.values() if first <= cue.head <= last]
        if not cues:
            return "no cue", f"no word of the profile `{self.rules.config.profile}`"
        words = ", ".join(f"“{' '.join(self.view.word[cue.first : cue.last + 1])}”" for cue in cues)
        if any(cue.head in self.proposals.reported for cue in cues):
            return "overlap", f"what {words} reports lies in, or shares words with, a longer quote"
        if all(is_non_reporting(self.view, cue.head, self.rules.lexicon) for cue in cues):
            return "unsaid", f"{words} reports nothing: what is not said, or not yet"
        return "no candidate", f"no rule finds what {words} reports"


ExtractionTrace = RuleTrace | LearnedTrace
