"""Quote extraction by rules: proposals for cues, turns of transcripts and floating quotes; overlaps are resolved."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules.cue_proposals import CueProposer
from pipeline.extract.rules.cues import Cue, find_cues
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.floating_quotes import find_floating_quotes
from pipeline.extract.rules.lexicon import build_lexicon
from pipeline.extract.rules.overlap_resolution import resolve_overlaps
from pipeline.extract.rules.span_candidate import SpanCandidate, quote_from_tokens
from pipeline.extract.rules.transcript_turns import find_turns
from pipeline.extract.rules.unparsed_documents import find_cue_forms, is_unparsed


@dataclass(frozen=True)
class RuleProposals:
    """What the rules propose for one document.

    Attributes
    ----------
    cues : dict of int to Cue
        Candidate cues by their head.
    reported : dict of int to SpanCandidate
        What each cue reports, by the cue's head.
    turns, floating : list of SpanCandidate
        Quotes without a cue: turns of transcripts and words after a name and colon; pairs of quotation marks that
        stand alone.
    chosen : list of SpanCandidate
        The quotes that the rules alone extract: of proposals that overlap, one.
    """

    cues: dict[int, Cue]
    reported: dict[int, SpanCandidate]
    turns: list[SpanCandidate]
    floating: list[SpanCandidate]
    chosen: list[SpanCandidate]


class RuleExtractor:
    """Extract quotes by rules; the profile decides which of the language's words report."""

    def __init__(self, language: Language, config: ExtractConfig) -> None:
        self.config = config
        self.lexicon = build_lexicon(language, config.profile)

    def propose(self, view: DocumentView) -> RuleProposals:
        """Return all quotes that the rules propose for a document, and those of them that they choose."""
        turns = find_turns(view)
        cues = find_cue_forms(view, self.lexicon) if is_unparsed(view) else find_cues(view, self.lexicon)
        proposer = CueProposer(view, self.lexicon, cues)
        reported = {cue.head: candidate for cue in cues if (candidate := proposer.propose(cue)) is not None}
        chosen = resolve_overlaps(view, [*turns, *reported.values()])
        floating = find_floating_quotes(view, chosen, self.config.floating_words)
        return RuleProposals({cue.head: cue for cue in cues}, reported, turns, floating, [*chosen, *floating])

    def quotes(self, view: DocumentView, proposals: RuleProposals) -> list[Quote]:
        """Return the chosen proposals as quotes, sorted by their first offset, none twice."""
        quotes: dict[int, Quote] = {}
        for candidate in sorted(proposals.chosen, key=lambda c: c.parts):
            parts, rule = candidate.content_parts(view, self.config.keeps_that), candidate.rule
            confidence = self.config.confidence.get(rule, 0.5)
            quote = quote_from_tokens(view, parts, candidate.cue, candidate.source, rule, confidence, rule == "turn")
            quotes.setdefault(quote.content[0][0], quote)
        return list(quotes.values())
