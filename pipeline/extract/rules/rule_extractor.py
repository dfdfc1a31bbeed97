"""Quote extraction by rules: what each cue reports, turns of transcripts and floating quotes; overlaps are resolved."""

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from spacy.tokens import Doc

from pipeline.core.language import Language
from pipeline.core.quote import ANNOUNCED, Quote, said
from pipeline.extract.config import ExtractConfig
from pipeline.extract.rules import clauses
from pipeline.extract.rules.cues import (
    Cue,
    end_with_preposition,
    find_cues,
    is_asked,
    is_future,
    is_negated,
    is_non_reporting,
)
from pipeline.extract.rules.document_view import DocumentView, TokenRange
from pipeline.extract.rules.extraction_rules import RULES
from pipeline.extract.rules.lexicon import Lexicon, build_lexicon
from pipeline.extract.rules.quoted_contents import (
    find_continuations,
    find_floating_quotes,
    find_marked_complement,
    find_pair_after,
    find_pair_before,
    pair_ranges,
)
from pipeline.extract.rules.source_mentions import (
    find_cue_forms,
    find_source,
    find_verb_above,
    is_impersonal,
    is_unparsed,
)
from pipeline.extract.rules.span_candidate import RuleName, SpanCandidate, quote_from_tokens, resolve_overlaps
from pipeline.extract.rules.token_spans import is_closing_mark
from pipeline.extract.rules.turns import find_turns
from pipeline.extract.rules.unmarked_speech import find_dash_speeches

ContentRule = Callable[[DocumentView, Cue, Lexicon], list[TokenRange]]
# Rules that find the content of a cue by the parse, in the order in which they are tried: the first result counts.
CONTENT_RULES: dict[RuleName, ContentRule] = {
    cast(RuleName, rule.name): rule.apply
    for rule in sorted(RULES.values(), key=lambda rule: rule.order)
    if rule.is_content
}
_QUOTED: set[RuleName] = {"quoted_before", "quoted_after"}
_CLAUSES: set[RuleName] = {"inserted", "clause_after", "clause_before"}
_NEED_SOURCE: set[RuleName] = {"clause_after", "infinitive", "object_as", "preposition", "object_after", "noun_clause"}


class CueProposer:
    """Propose what the cues of a document report; `cues` are all of its candidate cues, in order."""

    def __init__(self, view: DocumentView, lexicon: Lexicon, cues: list[Cue]) -> None:
        self.view, self.lexicon = view, lexicon
        self.cue_heads = {cue.head for cue in cues}
        self.pair_before = {cue.head: find_pair_before(view, cue) for cue in cues}
        # Where several cues come after a pair of quotation marks, it belongs to the first.
        self.claims = {k: cue for cue in reversed(cues) if (k := self.pair_before[cue.head]) is not None}

    def propose(self, cue: Cue) -> SpanCandidate | None:
        """Return the content that a cue reports, with its source; None where it reports nothing."""
        rule, parts = self._find_content(cue)
        if not parts:
            return None
        if self.lexicon.uttered_only and is_asked(self.view, cue.head):
            last = self.view.right_edge[cue.head]  # the answer is behind it
            return SpanCandidate([(a, min(b, last)) for a, b in parts if a <= last], ANNOUNCED)  # none of it is a quote
        source = find_source(self.view, cue, parts, self.cue_heads, name_only=self.lexicon.uttered_only)
        words = cue.first, end_with_preposition(self.view, cue, parts[0][0], self.lexicon)
        candidate = SpanCandidate(parts, rule, words, source, cue.head)
        return candidate if self._is_reported(cue, candidate) else None

    def announced(self, cue: Cue) -> SpanCandidate | None:
        """Return what is announced but not said (`X will say that A`), or denied; None where the cue is another one."""
        if not self.lexicon.uttered_only or not self._is_unsaid(cue):
            return None
        rule, parts = self._find_content(cue)
        return SpanCandidate(parts, ANNOUNCED) if parts and rule not in _QUOTED else None

    def _find_content(self, cue: Cue) -> tuple[RuleName, list[TokenRange]]:
        """Return the first rule that finds a content, and its parts; no parts where none does."""
        view, k = self.view, self.pair_before[cue.head]
        rule: RuleName = "quoted_before" if k is not None else "quoted_after"
        if k is None and not clauses.find_interrupted_content(view, cue, self.lexicon):
            k = find_pair_after(view, cue)
        if k is None:
            k = find_marked_complement(view, cue, self.lexicon)
        if k is not None:
            return rule, pair_ranges(view, find_continuations(view, k, cue, self.claims))
        for rule, find_content in CONTENT_RULES.items():
            parts = find_content(view, cue, self.lexicon)
            if parts and rule == "clause_before" and is_closing_mark(view, parts[-1][1]):
                pairs = find_continuations(view, view.quoted_at[parts[-1][1]], cue, self.claims)[1:]
                parts += pair_ranges(view, pairs)
            if parts:
                return rule, parts
        return rule, []

    def _is_reported(self, cue: Cue, candidate: SpanCandidate) -> bool:
        """Return whether a cue reports a content that was found.

        Not `according to plan`; where only uttered words count, not `X did not say that`, `X will say that`,
        `X was told that`, `statistics show that`.
        """
        view, lexicon = self.view, self.lexicon
        if is_non_reporting(view, cue.head, lexicon):
            return False
        if not lexicon.uttered_only or cue.kind == "phrase" or candidate.rule in _QUOTED:
            return True
        if self._is_unsaid(cue):
            return False
        frames = lexicon.verbs.get(view.lemma[cue.head], frozenset())
        if cue.kind == "verb" and candidate.rule in _CLAUSES and "finding" in frames and "clause" not in frames:
            # What can find or show something: a poll, a court.
            source, documents = candidate.source, view.language.documents
            return source is not None and any(view.lemma[i] in documents for i in range(source[0], source[1] + 1))
        return candidate.source is not None or candidate.rule not in _NEED_SOURCE or is_impersonal(view, cue)

    def _is_unsaid(self, cue: Cue) -> bool:
        """Return whether words are still to come, or were never said: `X never issued a warning that A`."""
        verb = find_verb_above(self.view, cue.head) if cue.kind == "noun" else None
        return is_future(self.view, cue.head) or (verb is not None and is_negated(self.view, verb))


class RuleExtractor:
    """Extract quotes by rules; the profile decides which of the language's words report."""

    def __init__(self, language: Language, config: ExtractConfig) -> None:
        self.language, self.config = language, config
        self.lexicon = build_lexicon(language, config.profile)

    def pipe(self, docs: Iterable[Doc]) -> Iterator[list[Quote]]:
        """Yield the quotes of each document, in order."""
        return map(self, docs)

    def __call__(self, doc: Doc) -> list[Quote]:
        """Return the quotes of a document, sorted by their first offset, none twice."""
        return said(self.find(doc))

    def find(self, doc: Doc) -> list[Quote]:
        """Return the quotes of a document and what is announced but not said, sorted by their first offset."""
        view = DocumentView(doc, self.language)
        quotes: dict[int, Quote] = {}
        for candidate in sorted(self.propose(view), key=lambda c: (c.rule == ANNOUNCED, c.parts)):
            parts, rule = candidate.content_parts(view, self.config.keeps_that), candidate.rule
            confidence = self.config.confidence.get(rule, 0.5)
            quote = quote_from_tokens(view, parts, candidate.cue, candidate.source, rule, confidence, rule == "turn")
            quotes.setdefault(quote.content[0][0], quote)
        return [quotes[start] for start in sorted(quotes)]

    def propose(self, view: DocumentView) -> list[SpanCandidate]:
        """Return what the rules find: what cues report, turns of transcripts, marks that stand alone; no overlaps."""
        turns = [*find_turns(view), *find_dash_speeches(view, self.lexicon)]
        cues = find_cue_forms(view, self.lexicon) if is_unparsed(view) else find_cues(view, self.lexicon)
        proposer = CueProposer(view, self.lexicon, cues)
        reported = [candidate for cue in cues if (candidate := proposer.propose(cue)) is not None]
        chosen = resolve_overlaps(view, [*turns, *reported])
        floating = find_floating_quotes(view, chosen, self.config.floating_words)
        announced = [found for cue in cues if (found := proposer.announced(cue)) is not None]
        return [*chosen, *floating, *announced]
