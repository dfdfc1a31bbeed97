"""What the rules find before they choose: candidates for the ranker, and features for the cue, start and end models."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.quote_extractor import reported
from pipeline.extract.rules import quoted_contents
from pipeline.extract.rules.cues import Cue, find_cues
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.floating_quotes import find_floating
from pipeline.extract.rules.lexicon import Lexicon
from pipeline.extract.rules.overlap_resolution import choose
from pipeline.extract.rules.span_candidate import Found
from pipeline.extract.rules.transcript_turns import find_turns


@dataclass(frozen=True)
class Ruled:
    """Attributes
    ----------
    cues : dict of int to Cue
        Candidate cues by their head.
    found : dict of int to Found
        What each of them reports.
    loose : list of Found
        Turns of transcripts, colons and floating quotes.
    chosen : list of Found
        What the rules alone would give out.
    """

    cues: dict[int, Cue]
    found: dict[int, Found]
    loose: list[Found]
    chosen: list[Found]


def by_rules(view: View, lexicon: Lexicon, floating_words: int) -> Ruled:
    """Run the rules with one lexicon."""
    turns = find_turns(view, lexicon)
    cues = find_cues(view, lexicon)
    claims = {k: cue for cue in reversed(cues) if (k := quoted_contents.before(view, cue)) is not None}
    heads = {cue.head for cue in cues}
    found = [f for cue in cues if (f := reported(view, cue, lexicon, claims, heads)) is not None]
    chosen = choose(view, [*turns, *found])
    floating = find_floating(view, chosen, floating_words)
    by_head = {f.head: f for f in found if f.head is not None}
    return Ruled({cue.head: cue for cue in cues}, by_head, [*turns, *floating], [*chosen, *floating])
