"""Why quotes were taken and why sentences gave none: the extractor's own functions, run once more and asked."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.extract.explanation import Account, Silence, Trace, Weighed, overlaps
from pipeline.extract.learned.model_explainer import LearnedTrace
from pipeline.extract.quote_extractor import LONGEST_PARAGRAPH, QuoteExtractor, is_prose
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.non_reporting_cues import is_non_reporting
from pipeline.extract.rules.rule_extractor import CONTENT_RULES, RuleExtractor
from pipeline.extract.rules.span_candidate import SpanCandidate


@dataclass(frozen=True)
class Explanation:
    """Accounts in the order of the quotes, and the sentences without any."""

    accounts: list[Account]
    silences: list[Silence]


def trace(extractor: QuoteExtractor, doc: Doc) -> Trace:
    """A document read once more by whichever reads it: the learned extractor, or the rules."""
    view = DocumentView(doc, extractor.language)
    if extractor.learned is None:
        return RuleTrace(extractor.rules, view, "no weights, or `learned: false` in configs/extract.yaml")
    if not is_prose(view):
        return RuleTrace(extractor.rules, view, f"a paragraph of more than {LONGEST_PARAGRAPH} words")
    return LearnedTrace(extractor.learned, extractor.prepare(doc, view))


def explain(extractor: QuoteExtractor, doc: Doc, quotes: list[Quote]) -> Explanation:
    """Accounts of the quotes of a document and of its silent sentences.

    Parameters
    ----------
    extractor : QuoteExtractor
        What found the quotes.
    doc : Doc
        The parse that they were found in.
    quotes : list of Quote
        As `extractor` gave them.
    """
    seen = trace(extractor, doc)
    view = seen.view
    accounts = [seen.account(quote.content) or Account("rules", quote.rule) for quote in quotes]
    taken = [span for quote in quotes for span in (*quote.content, quote.cue, quote.source) if span is not None]
    silences = []
    for first, last in view.sentences:
        start, end = view.char_span(first, last)
        if view.words_in(first, last) and not any(a < end and start < b for a, b in taken):
            reason, why = _marked(view, first, last, extractor.config.floating_words, *seen.why_not((first, last)))
            silences.append(Silence((start, end), reason, why))
    return Explanation(accounts, silences)


def _marked(view: DocumentView, first: int, last: int, least: int, reason: str, why: str) -> tuple[str, str]:
    """The reason, and what is said of words in marks that no cue reports."""
    pairs = [pair for pair in view.quoted_spans if first <= pair.first <= last]
    if not pairs or reason not in ("no cue", "no candidate", "below the limit"):
        return reason, why
    size = max(len(view.words_in(pair.inner_first, pair.inner_last)) for pair in pairs)
    if size < least:
        return "scare quote", f"{why}; in marks, {size} of the {least} words that a quote without a cue takes"
    return "marks in a sentence", f"{why}; words in marks that do not stand alone are no quote without a cue"


class RuleTrace:
    """A document as the rules read it; see `Trace`."""

    def __init__(self, rules: RuleExtractor, view: DocumentView, reason: str) -> None:
        self.rules, self.view, self.reason = rules, view, reason
        proposals = rules.propose(view)
        self.cues_by_head, self.chosen = proposals.cues, proposals.chosen
        self.proposed = [*proposals.turns, *proposals.reported.values(), *proposals.floating]

    @property
    def cues(self) -> list[tuple[Span, float]]:
        """Words of the profile's lists, and others that report by the marks beside them."""
        return [(self.view.char_span(cue.first, cue.last), 1.0) for cue in self.cues_by_head.values()]

    @property
    def candidates(self) -> list[Weighed]:
        """What every rule found that was the first with an opinion of its cue."""
        return [self._weighed(one, "" if one in self.chosen else self._lost()) for one in self.proposed]

    def account(self, content: list[Span]) -> Account | None:
        """The rule that found a quote, and what it won over."""
        one = next((f for f in self.chosen if self._content(f) == content), None)
        if one is None:
            return None
        near = [f for f in self.proposed if f not in self.chosen and overlaps(f.parts, one.parts)]
        lost = [self._weighed(f, self._lost()) for f in near]
        return Account("rules", one.rule, notes=[f"the rules decide: {self.reason}"], lost=[*self._later(one), *lost])

    def _lost(self) -> str:
        return "it lies in, or shares words with, a longer quote"

    def _content(self, one: SpanCandidate) -> list[Span]:
        return [self.view.char_span(*part) for part in one.parts_without_that(self.view, self.rules.config.keeps_that)]

    def _weighed(self, one: SpanCandidate, lost: str) -> Weighed:
        cue, source = (None if part is None else self.view.char_span(*part) for part in (one.cue, one.source))
        return Weighed(self._content(one), cue, source, one.rule, lost=lost)

    def _later(self, one: SpanCandidate) -> list[Weighed]:
        """What rules that come later in the order say of the same cue."""
        if one.head is None:
            return []
        out = []
        for rule, content in CONTENT_RULES.items():
            parts = content(self.view, self.cues_by_head[one.head], self.rules.lexicon)
            if parts and parts != one.parts:
                other = SpanCandidate(parts, rule, one.cue, one.source, one.head)
                out.append(self._weighed(other, "a rule before it in the order had an opinion"))
        return out

    def why_not(self, sentence: tuple[int, int]) -> tuple[str, str]:
        """Reason, named and in words, why a sentence gave no quote."""
        first, last = sentence
        cues = [cue for cue in self.cues_by_head.values() if first <= cue.head <= last]
        if not cues:
            return "no cue", f"no word of the profile `{self.rules.config.profile}`"
        words = ", ".join(f"“{' '.join(self.view.word[cue.first : cue.last + 1])}”" for cue in cues)
        if any(one.head is not None and first <= one.head <= last for one in self.proposed):
            return "overlap", f"what {words} reports lies in, or shares words with, a longer quote"
        if all(is_non_reporting(self.view, cue.head, self.rules.lexicon) for cue in cues):
            return "unsaid", f"{words} reports nothing: what is not said, or not yet"
        return "no candidate", f"no rule finds what {words} reports"
