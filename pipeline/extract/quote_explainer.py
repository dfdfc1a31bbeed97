"""Why quotes were taken and why sentences gave none: the extractor's own functions, run once more and asked."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.core.quote import Quote
from pipeline.core.text import Span
from pipeline.extract.explanation import Account, Silence, Trace, Weighed, overlaps
from pipeline.extract.quote_extractor import CONTENTS, MOST_TOKENS, Rules
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.floating_quotes import find_floating
from pipeline.extract.rules.non_reporting_cues import unsaid
from pipeline.extract.rules.overlap_resolution import choose
from pipeline.extract.rules.span_candidate import Found


@dataclass(frozen=True)
class Explanation:
    """Accounts in the order of the quotes, and the sentences without any."""

    accounts: list[Account]
    silences: list[Silence]


def trace(rules: Rules, doc: Doc) -> Trace:
    """A document read once more by whichever reads it: the learned extractor, or the rules."""
    view = View(doc, rules.language)
    if rules.learned is None or not rules.reads(view):
        return RuledTrace(rules, view)
    from pipeline.extract.learned.model_explainer import LearnedTrace

    return LearnedTrace(rules.learned, doc, view)


def explain(rules: Rules, doc: Doc, quotes: list[Quote]) -> Explanation:
    """Accounts of the quotes of a document and of its silent sentences.

    Parameters
    ----------
    rules : Rules
        What found the quotes.
    doc : Doc
        The parse that they were found in.
    quotes : list of Quote
        As `rules` gave them.
    """
    seen = trace(rules, doc)
    view = seen.view
    accounts = [seen.account(quote.content) or Account("rules", quote.rule) for quote in quotes]
    taken = [span for quote in quotes for span in (*quote.content, quote.cue, quote.source) if span is not None]
    silences = []
    for first, last in view.sentences:
        start, end = view.span(first, last)
        if view.words(first, last) and not any(a < end and start < b for a, b in taken):
            reason, why = _marked(view, first, last, rules.config.floating_words, *seen.why_not((first, last)))
            silences.append(Silence((start, end), reason, why))
    return Explanation(accounts, silences)


def _marked(view: View, first: int, last: int, least: int, reason: str, why: str) -> tuple[str, str]:
    """The reason, and what is said of words in marks that no cue reports."""
    pairs = [pair for pair in view.quoted if first <= pair.first <= last]
    if not pairs or reason not in ("no cue", "no candidate", "below the limit"):
        return reason, why
    size = max(len(view.words(pair.inner_first, pair.inner_last)) for pair in pairs)
    if size < least:
        return "scare quote", f"{why}; in marks, {size} of the {least} words that a quote without a cue takes"
    return "marks in a sentence", f"{why}; words in marks that do not stand alone are no quote without a cue"


class RuledTrace:
    """A document as the rules read it; see `Trace`."""

    def __init__(self, rules: Rules, view: View) -> None:
        self.rules, self.view = rules, view
        self.cue_list, proposed = rules.proposed(view)
        self.chosen = choose(view, proposed)
        self.chosen += find_floating(view, self.chosen, rules.config.floating_words)
        self.proposed = [*proposed, *(one for one in self.chosen if one not in proposed)]

    @property
    def cues(self) -> list[tuple[Span, float]]:
        """Words of the profile's lists, and others that report by the marks beside them."""
        return [(self.view.span(cue.first, cue.last), 1.0) for cue in self.cue_list]

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
        return Account("rules", one.rule, notes=[self._path()], lost=[*self._later(one), *lost])

    def _path(self) -> str:
        if self.rules.learned is None:
            return "the rules decide: no weights, or `learned: false` in configs/extract.yaml"
        return f"the rules decide: a paragraph of more than {MOST_TOKENS} words"

    def _lost(self) -> str:
        return "it lies in, or shares words with, a longer quote"

    def _content(self, one: Found) -> list[Span]:
        config = self.rules.config
        return [self.view.span(*part) for part in one.spoken(self.view, config.profile in config.keep_that)]

    def _weighed(self, one: Found, lost: str) -> Weighed:
        cue, source = (None if part is None else self.view.span(*part) for part in (one.cue, one.source))
        return Weighed(self._content(one), cue, source, one.rule, lost=lost)

    def _later(self, one: Found) -> list[Weighed]:
        """What rules that come later in the order say of the same cue."""
        cue = next((c for c in self.cue_list if c.head == one.head), None)
        if cue is None:
            return []
        out = []
        for content in CONTENTS:
            parts = content(self.view, cue, self.rules.lexicon)
            if parts and parts != one.parts:
                other = Found(parts, content.__name__, one.cue, one.source, one.head)
                out.append(self._weighed(other, "a rule before it in the order had an opinion"))
        return out

    def why_not(self, sentence: tuple[int, int]) -> tuple[str, str]:
        """Reason, named and in words, why a sentence gave no quote."""
        first, last = sentence
        cues = [cue for cue in self.cue_list if first <= cue.head <= last]
        if not cues:
            return "no cue", f"no word of the profile `{self.rules.config.profile}`"
        words = ", ".join(f"“{' '.join(self.view.word[cue.first : cue.last + 1])}”" for cue in cues)
        if any(one.head is not None and first <= one.head <= last for one in self.proposed):
            return "overlap", f"what {words} reports lies in, or shares words with, a longer quote"
        if all(unsaid(self.view, cue.head, self.rules.lexicon) for cue in cues):
            return "unsaid", f"{words} reports nothing: what is not said, or not yet"
        return "no candidate", f"no rule finds what {words} reports"
