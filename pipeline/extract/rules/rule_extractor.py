"""Quote extraction by rules: each cue is tried with the rules in their order, then overlaps are resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules import clauses, quoted_contents, speech_acts
from pipeline.extract.rules.cues import Cue, end_with_preposition, find_cues
from pipeline.extract.rules.document_view import DocumentView
from pipeline.extract.rules.floating_quotes import find_floating_quotes
from pipeline.extract.rules.lexicon import Lexicon, build_lexicon
from pipeline.extract.rules.marked_complements import find_marked_complement
from pipeline.extract.rules.non_reporting_cues import is_non_reporting
from pipeline.extract.rules.overlap_resolution import resolve_overlaps
from pipeline.extract.rules.rule_names import RuleName
from pipeline.extract.rules.source_mentions import find_source, is_impersonal
from pipeline.extract.rules.span_candidate import SpanCandidate
from pipeline.extract.rules.token_spans import TokenRange, is_closing_mark
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
_CLAUSES = {"inserted", "clause_after", "clause_before"}
_NEED_SOURCE = {"clause_after", "infinitive", "object_as", "preposition", "object_after", "noun_clause"}


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
            parts = [view.char_span(*part) for part in found.parts_without_that(view, self.config.keeps_that)]
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
    view: DocumentView, cue: Cue, lexicon: Lexicon, claims: dict[int, Cue], heads: set[int]
) -> SpanCandidate | None:
    """What a cue reports, by the first rule that has an opinion; `claims` tells which pair belongs to which cue."""
    k = quoted_contents.find_pair_before(view, cue)
    rule: RuleName = "quoted_before"
    if k is None and not clauses.find_interrupted_content(view, cue, lexicon):
        k, rule = quoted_contents.find_pair_after(view, cue), "quoted_after"
    if k is None:
        k, rule = find_marked_complement(view, cue, lexicon), "quoted_after"
    if k is not None:
        pairs = [
            *quoted_contents.find_earlier_paragraphs(view, k),
            *quoted_contents.find_continuations(view, k, cue, claims),
        ]
        parts = [(view.quoted_spans[n].first, view.quoted_spans[n].last) for n in pairs]
        found = _build_candidate(view, cue, parts, rule, lexicon, heads)
        return found if _is_uttered(view, cue, found, lexicon) else None
    for rule, content in CONTENT_RULES.items():
        parts = content(view, cue, lexicon)
        if parts:
            if rule == "clause_before" and is_closing_mark(view, parts[-1][1]):
                pairs = quoted_contents.find_continuations(view, view.quoted_at[parts[-1][1]], cue, claims)[1:]
                parts += [(view.quoted_spans[n].first, view.quoted_spans[n].last) for n in pairs]
            found = _build_candidate(view, cue, parts, rule, lexicon, heads)
            return found if _is_uttered(view, cue, found, lexicon) else None
    return None


def _is_uttered(view: DocumentView, cue: Cue, found: SpanCandidate, lexicon: Lexicon) -> bool:
    """Where only what was voiced counts: not `X did not say that`, `X was told that`, `statistics show that`."""
    if is_non_reporting(view, cue.head, lexicon):
        return False
    if not lexicon.uttered_only or cue.kind == "phrase" or found.rule.startswith("quoted"):
        return True
    if is_not_yet_uttered(view, cue.head):
        return False
    frames = lexicon.verbs.get(view.lemma[cue.head], frozenset())
    if cue.kind == "verb" and found.rule in _CLAUSES and "finding" in frames and "clause" not in frames:
        return found.source is not None and _is_document(view, found.source, lexicon)
    return found.source is not None or found.rule not in _NEED_SOURCE or is_impersonal(view, cue)


def is_not_yet_uttered(view: DocumentView, head: int) -> bool:
    """True for a cue whose words are still to come: `will offer`, `is to urge`; not `I will say that ...`."""
    subject = view.child(head, "nsubj")
    if subject is not None and view.word_in(subject, "speaking"):
        return False
    if any(view.word_in(kid, "future") and kid < head for kid in view.children(head, "aux")):
        return True
    above = view.head[head]
    return view.tag[head - 1] == "TO" and above < head and view.lemma_in(above, "expected")


def _is_document(view: DocumentView, source: tuple[int, int], lexicon: Lexicon) -> bool:
    return any(view.lemma[i] in lexicon.documents for i in range(source[0], source[1] + 1))


def _build_candidate(
    view: DocumentView, cue: Cue, parts: list[TokenRange], rule: RuleName, lexicon: Lexicon, heads: set[int]
) -> SpanCandidate:
    source = find_source(view, cue, parts, heads, name_only=lexicon.uttered_only)
    return SpanCandidate(
        parts, rule, (cue.first, end_with_preposition(view, cue, parts[0][0], lexicon)), source, cue.head
    )
