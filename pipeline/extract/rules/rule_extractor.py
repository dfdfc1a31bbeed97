"""Quote extraction by rules: each cue is tried with the rules in their order, then overlaps are resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules import clauses, quoted_contents, speech_acts
from pipeline.extract.rules.cues import Cue, end_with_preposition, find_cues
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.floating_quotes import find_floating_quotes
from pipeline.extract.rules.lexicon import Lexicon, build_lexicon
from pipeline.extract.rules.marked_complements import find_marked_complement
from pipeline.extract.rules.non_reporting_cues import is_future, is_non_reporting
from pipeline.extract.rules.overlap_resolution import resolve_overlaps
from pipeline.extract.rules.rule_names import RuleName
from pipeline.extract.rules.source_mentions import find_source, is_impersonal
from pipeline.extract.rules.span_candidate import SpanCandidate
from pipeline.extract.rules.token_spans import is_closing_mark
from pipeline.extract.rules.transcript_turns import find_turns
from pipeline.extract.rules.unparsed_documents import find_cue_forms, is_unparsed

ContentRule = Callable[[DocumentView, Cue, Lexicon], list[TokenRange]]
# Rules that find the content of a cue by the parse, in the order in which they are tried: the first result counts.
CONTENT_RULES: dict[RuleName, ContentRule] = {
    "after_phrase": clauses.find_phrase_content,
    "noun_clause": clauses.find_noun_clause,
    "inserted": clauses.find_interrupted_content,
    "clause_after": clauses.find_clause_after,
    "clause_before": clauses.find_clause_before,
    "infinitive": speech_acts.find_infinitive,
    "object_as": speech_acts.find_object_as,
    "preposition": speech_acts.find_prepositional_object,
    "object_after": speech_acts.find_object,
}
_QUOTED: set[RuleName] = {"quoted_before", "quoted_after"}
_CLAUSES: set[RuleName] = {"inserted", "clause_after", "clause_before"}
_NEED_SOURCE: set[RuleName] = {"clause_after", "infinitive", "object_as", "preposition", "object_after", "noun_clause"}


@dataclass(frozen=True)
class RuleProposals:
    """What the rules propose for one document.

    Attributes
    ----------
    cues : dict of int to Cue
        Candidate cues by their head.
    reported : dict of int to Found
        What each cue reports, by the cue's head.
    turns, floating : list of SpanCandidate
        Quotes without a cue: turns of transcripts and words behind a name and colon; pairs of quotation marks that
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
    """Extract quotes by rules.

    Parameters
    ----------
    language : Language
        Its quotation marks and reporting words.
    config : ExtractConfig
        Its profile decides which words report.
    """

    def __init__(self, language: Language, config: ExtractConfig) -> None:
        self.config = config
        self.lexicon = build_lexicon(language, config.profile)

    def propose(self, view: DocumentView) -> RuleProposals:
        """Return all quotes that the rules propose for a document, and those of them that they choose."""
        turns = find_turns(view, self.lexicon)
        cues = find_cue_forms(view, self.lexicon) if is_unparsed(view) else find_cues(view, self.lexicon)
        claims = {k: cue for cue in reversed(cues) if (k := quoted_contents.find_pair_before(view, cue)) is not None}
        heads = {cue.head for cue in cues}
        found = {cue.head: find_reported_content(view, cue, self.lexicon, claims, heads) for cue in cues}
        by_head = {head: one for head, one in found.items() if one is not None}
        chosen = resolve_overlaps(view, [*turns, *by_head.values()])
        floating = find_floating_quotes(view, chosen, self.config.floating_words)
        return RuleProposals({cue.head: cue for cue in cues}, by_head, turns, floating, [*chosen, *floating])

    def quotes(self, view: DocumentView, proposals: RuleProposals) -> list[Quote]:
        """Return the chosen proposals as quotes, sorted by their first offset, none twice."""
        quotes: dict[int, Quote] = {}
        for found in sorted(proposals.chosen, key=lambda f: f.parts):
            parts = [view.char_span(*part) for part in found.content_parts(view, self.config.keeps_that)]
            quote = Quote(
                view.text,
                parts,
                # A turn of a transcript is verbatim, though it bears no marks.
                "direct" if found.rule == "turn" else view.quote_type(parts),
                rule=found.rule,
                confidence=self.config.confidence.get(found.rule, 0.5),
                cue=None if found.cue is None else view.char_span(*found.cue),
                source=None if found.source is None else view.char_span(*found.source),
            )
            quotes.setdefault(parts[0][0], quote)
        return list(quotes.values())


def find_reported_content(
    view: DocumentView, cue: Cue, lexicon: Lexicon, claims: dict[int, Cue], cue_heads: set[int]
) -> SpanCandidate | None:
    """Return what a cue reports, by the first rule that finds a content; None where it reports nothing.

    Parameters
    ----------
    view, cue, lexicon : DocumentView, Cue, Lexicon
        The document, the words that may report, and the reporting words of the profile.
    claims : dict of int to Cue
        The cue behind each pair of quotation marks that has one: the pair belongs to no other cue.
    cue_heads : set of int
        Heads of all cues of the document.
    """
    rule, parts = _find_content(view, cue, lexicon, claims)
    if not parts:
        return None
    source = find_source(view, cue, parts, cue_heads, name_only=lexicon.uttered_only)
    words = cue.first, end_with_preposition(view, cue, parts[0][0], lexicon)
    candidate = SpanCandidate(parts, rule, words, source, cue.head)
    return candidate if _is_reported(view, cue, candidate, lexicon) else None


def _find_content(
    view: DocumentView, cue: Cue, lexicon: Lexicon, claims: dict[int, Cue]
) -> tuple[RuleName, list[TokenRange]]:
    """Return the first rule that finds a content of a cue, and the parts; no parts where none does."""
    k = quoted_contents.find_pair_before(view, cue)
    rule: RuleName = "quoted_before" if k is not None else "quoted_after"
    if k is None and not clauses.find_interrupted_content(view, cue, lexicon):
        k = quoted_contents.find_pair_after(view, cue)
    if k is None:
        k = find_marked_complement(view, cue, lexicon)
    if k is not None:
        earlier = quoted_contents.find_earlier_paragraphs(view, k)
        pairs = [*earlier, *quoted_contents.find_continuations(view, k, cue, claims)]
        return rule, quoted_contents.pair_ranges(view, pairs)
    for rule, find_content in CONTENT_RULES.items():
        parts = find_content(view, cue, lexicon)
        if parts and rule == "clause_before" and is_closing_mark(view, parts[-1][1]):
            pairs = quoted_contents.find_continuations(view, view.quoted_at[parts[-1][1]], cue, claims)[1:]
            parts += quoted_contents.pair_ranges(view, pairs)
        if parts:
            return rule, parts
    return rule, []


def _is_reported(view: DocumentView, cue: Cue, candidate: SpanCandidate, lexicon: Lexicon) -> bool:
    """Return whether a cue reports its content; where only uttered words count, not `X did not say that`, `X was told
    that`, `statistics show that`."""
    if is_non_reporting(view, cue.head, lexicon):
        return False
    if not lexicon.uttered_only or cue.kind == "phrase" or candidate.rule in _QUOTED:
        return True
    if is_future(view, cue.head):
        return False
    frames = lexicon.verbs.get(view.lemma[cue.head], frozenset())
    if cue.kind == "verb" and candidate.rule in _CLAUSES and "finding" in frames and "clause" not in frames:
        return candidate.source is not None and _is_document(view, candidate.source, lexicon)
    return candidate.source is not None or candidate.rule not in _NEED_SOURCE or is_impersonal(view, cue)


def _is_document(view: DocumentView, source: TokenRange, lexicon: Lexicon) -> bool:
    """Return whether a source is something that can find or show: a poll, a court."""
    return any(view.lemma[i] in lexicon.documents for i in range(source[0], source[1] + 1))
