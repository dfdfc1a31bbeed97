"""Quote extraction by rules: each cue is tried with the rules in their order, then overlaps are resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.core.language import Language
from pipeline.core.quote import Quote
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules import clauses, quoted_contents, speech_acts
from pipeline.extract.rules.cues import Cue, find_cues, with_preposition
from pipeline.extract.rules.document_view import View
from pipeline.extract.rules.floating_quotes import find_floating
from pipeline.extract.rules.lexicon import Lexicon, build_lexicon
from pipeline.extract.rules.marked_complements import marked
from pipeline.extract.rules.non_reporting_cues import unsaid
from pipeline.extract.rules.overlap_resolution import choose
from pipeline.extract.rules.rule_names import RuleName
from pipeline.extract.rules.source_mentions import find_source, impersonal
from pipeline.extract.rules.span_candidate import Found
from pipeline.extract.rules.token_spans import Range, closes
from pipeline.extract.rules.transcript_turns import find_turns
from pipeline.extract.rules.unparsed_documents import find_forms, unparsed

ContentRule = Callable[[View, Cue, Lexicon], list[Range]]
# Rules that find the content of a cue by the parse, in the order in which they are tried: the first result counts.
CONTENT_RULES: dict[RuleName, ContentRule] = {
    "after_phrase": clauses.after_phrase,
    "noun_clause": clauses.noun_clause,
    "inserted": clauses.inserted,
    "clause_after": clauses.clause_after,
    "clause_before": clauses.clause_before,
    "infinitive": speech_acts.infinitive,
    "object_as": speech_acts.object_as,
    "preposition": speech_acts.preposition,
    "object_after": speech_acts.object_after,
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
    turns, floating : list of Found
        Quotes without a cue: turns of transcripts and words behind a name and colon; pairs of quotation marks that
        stand alone.
    chosen : list of Found
        The quotes that the rules alone extract: of proposals that overlap, one.
    """

    cues: dict[int, Cue]
    reported: dict[int, Found]
    turns: list[Found]
    floating: list[Found]
    chosen: list[Found]


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

    def propose(self, view: View) -> RuleProposals:
        """Return all quotes that the rules propose for a document, and those of them that they choose."""
        turns = find_turns(view, self.lexicon)
        cues = find_forms(view, self.lexicon) if unparsed(view) else find_cues(view, self.lexicon)
        claims = {k: cue for cue in reversed(cues) if (k := quoted_contents.before(view, cue)) is not None}
        heads = {cue.head for cue in cues}
        found = {cue.head: reported(view, cue, self.lexicon, claims, heads) for cue in cues}
        by_head = {head: one for head, one in found.items() if one is not None}
        chosen = choose(view, [*turns, *by_head.values()])
        floating = find_floating(view, chosen, self.config.floating_words)
        return RuleProposals({cue.head: cue for cue in cues}, by_head, turns, floating, [*chosen, *floating])

    def quotes(self, view: View, proposals: RuleProposals) -> list[Quote]:
        """Return the chosen proposals as quotes, sorted by their first offset, none twice."""
        quotes: dict[int, Quote] = {}
        for found in sorted(proposals.chosen, key=lambda f: f.parts):
            parts = [view.span(*part) for part in found.spoken(view, self.config.keeps_that)]
            quote = Quote(
                view.text,
                parts,
                # A turn of a transcript is verbatim, though it bears no marks.
                "direct" if found.rule == "turn" else view.type_of(parts),
                rule=found.rule,
                confidence=self.config.confidence.get(found.rule, 0.5),
                cue=None if found.cue is None else view.span(*found.cue),
                source=None if found.source is None else view.span(*found.source),
            )
            quotes.setdefault(parts[0][0], quote)
        return list(quotes.values())


def reported(view: View, cue: Cue, lexicon: Lexicon, claims: dict[int, Cue], heads: set[int]) -> Found | None:
    """What a cue reports, by the first rule that has an opinion; `claims` tells which pair belongs to which cue."""
    k = quoted_contents.before(view, cue)
    rule: RuleName = "quoted_before"
    if k is None and not clauses.inserted(view, cue, lexicon):
        k, rule = quoted_contents.after(view, cue), "quoted_after"
    if k is None:
        k, rule = marked(view, cue, lexicon), "quoted_after"
    if k is not None:
        pairs = [*quoted_contents.led_by(view, k), *quoted_contents.chain(view, k, cue, claims)]
        parts = [(view.quoted[n].first, view.quoted[n].last) for n in pairs]
        found = _found(view, cue, parts, rule, lexicon, heads)
        return found if _uttered(view, cue, found, lexicon) else None
    for rule, content in CONTENT_RULES.items():
        parts = content(view, cue, lexicon)
        if parts:
            if rule == "clause_before" and closes(view, parts[-1][1]):
                pairs = quoted_contents.chain(view, view.mark[parts[-1][1]], cue, claims)[1:]
                parts += [(view.quoted[n].first, view.quoted[n].last) for n in pairs]
            found = _found(view, cue, parts, rule, lexicon, heads)
            return found if _uttered(view, cue, found, lexicon) else None
    return None


def _uttered(view: View, cue: Cue, found: Found, lexicon: Lexicon) -> bool:
    """Where only what was voiced counts: not `X did not say that`, `X was told that`, `statistics show that`."""
    if unsaid(view, cue.head, lexicon):
        return False
    if not lexicon.voiced or cue.kind == "phrase" or found.rule.startswith("quoted"):
        return True
    if not_yet(view, cue.head):
        return False
    frames = lexicon.verbs.get(view.lemma[cue.head], frozenset())
    if cue.kind == "verb" and found.rule in _CLAUSES and "finding" in frames and "clause" not in frames:
        return found.source is not None and _is_document(view, found.source, lexicon)
    return found.source is not None or found.rule not in _NEED_SOURCE or impersonal(view, cue)


def not_yet(view: View, head: int) -> bool:
    """True for a cue whose words are still to come: `will offer`, `is to urge`; not `I will say that ...`."""
    subject = view.child(head, "nsubj")
    if subject is not None and view.of(subject, "speaking"):
        return False
    if any(view.of(kid, "future") and kid < head for kid in view.children(head, "aux")):
        return True
    above = view.head[head]
    return view.tag[head - 1] == "TO" and above < head and view.verb_of(above, "expected")


def _is_document(view: View, source: tuple[int, int], lexicon: Lexicon) -> bool:
    return any(view.lemma[i] in lexicon.documents for i in range(source[0], source[1] + 1))


def _found(view: View, cue: Cue, parts: list[Range], rule: RuleName, lexicon: Lexicon, heads: set[int]) -> Found:
    source = find_source(view, cue, parts, heads, name_only=lexicon.voiced)
    return Found(parts, rule, (cue.first, with_preposition(view, cue, parts[0][0], lexicon)), source, cue.head)
