"""A quote that a rule proposes, in tokens, and one quote where several proposals overlap."""

from dataclasses import dataclass
from typing import Literal

from pipeline.core.quote import Quote
from pipeline.extract.rules.document_view import DocumentView, TokenRange

RuleName = Literal[
    "quoted_before", "quoted_after", "after_phrase", "noun_clause", "inserted", "clause_after", "clause_before",
    "infinitive", "object_as", "preposition", "object_after", "turn", "colon", "floating", "announced",
]  # fmt: skip


_WITH_CONJUNCTION: set[RuleName] = {"clause_after", "noun_clause"}  # their contents may begin with `that`


def is_that_conjunction(view: DocumentView, i: int) -> bool:
    """Return whether a `that` opens a clause, which its tag often misses; not `that is wrong`, `that man`."""
    if not view.word_in(i, "that"):
        return False
    return not (view.tag_in(i, "determiner") and view.dep[i] in ("det", "nsubj", "nsubjpass"))


@dataclass(frozen=True)
class SpanCandidate:
    """Content, cue and source of a proposed quote, each as first and last token."""

    parts: list[TokenRange]  # of the content
    rule: RuleName
    cue: TokenRange | None = None  # the reporting words
    source: TokenRange | None = None  # the speaker mention
    head: int | None = None  # of the cue, None for rules without a cue

    @property
    def size(self) -> int:
        """Return the number of tokens in the parts."""
        return sum(last - first + 1 for first, last in self.parts)

    def content_parts(self, view: DocumentView, keep_that: bool) -> list[TokenRange]:
        """Return the parts, without the `that` that opens a reported clause unless it is to be kept."""
        first, last = self.parts[0]
        if self.rule in _WITH_CONJUNCTION and not keep_that and first < last and is_that_conjunction(view, first):
            return [view.trim_punctuation(first + 1, last) or (first, last), *self.parts[1:]]
        return self.parts


def quote_from_tokens(
    view: DocumentView,
    parts: list[TokenRange],
    cue: TokenRange | None,
    source: TokenRange | None,
    rule: str,
    confidence: float,
    is_turn: bool,
) -> Quote:
    """Return content, cue and source in tokens as a quote in characters.

    A turn of a transcript is verbatim, though it has no quotation marks.
    """
    content = [view.char_span(*part) for part in parts]
    return Quote(
        view.text,
        content,
        "direct" if is_turn else view.quote_type(content),
        rule=rule,
        confidence=confidence,
        cue=None if cue is None else view.char_span(*cue),
        source=None if source is None else view.char_span(*source),
    )


def resolve_overlaps(view: DocumentView, candidates: list[SpanCandidate]) -> list[SpanCandidate]:
    """Return the candidates that neither share a token with a better one nor have their cue inside one.

    Turns of transcripts are better than other candidates, then longer ones than shorter ones, then those with the
    longer cue: `refused to say`, not its `say`.
    """
    taken = [False] * view.n
    chosen = []
    for candidate in sorted(candidates, key=_order):
        if candidate.head is not None and taken[candidate.head]:
            continue
        if any(any(taken[first : last + 1]) for first, last in candidate.parts):
            continue
        for first, last in candidate.parts:
            taken[first : last + 1] = [True] * (last - first + 1)
        chosen.append(candidate)
    return chosen


def _order(candidate: SpanCandidate) -> tuple[bool, int, list[TokenRange], int]:
    first, last = candidate.cue or (0, -1)
    return candidate.rule != "turn", -candidate.size, candidate.parts, first - last
