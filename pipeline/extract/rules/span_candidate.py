"""A quote that a rule has found, in tokens."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extract.rules.document_view import DocumentView

_CLAUSES = {"clause_after", "noun_clause"}


def is_that_conjunction(view: DocumentView, i: int) -> bool:
    """True for the `that` that opens a clause, which tags often miss; not for `that is wrong`, `that man`."""
    return view.word_in(i, "that") and not (
        view.tag_in(i, "determiner") and view.dep[i] in ("det", "nsubj", "nsubjpass")
    )


@dataclass(frozen=True)
class SpanCandidate:
    """Parts, cue and source as first and last tokens.

    Attributes
    ----------
    parts : list of (int, int)
        What was said.
    rule : str
        Name of the rule.
    cue, source : (int, int) or None
        Reporting words and speaker mention.
    head : int or None
        Token of the cue that its parts were found from.
    """

    parts: list[tuple[int, int]]
    rule: str
    cue: tuple[int, int] | None = None
    source: tuple[int, int] | None = None
    head: int | None = None

    @property
    def size(self) -> int:
        """Number of tokens in the parts."""
        return sum(last - first + 1 for first, last in self.parts)

    def parts_without_that(self, view: DocumentView, keep_that: bool) -> list[tuple[int, int]]:
        """Parts as they are given out: without the leading `that` unless it is kept."""
        first, last = self.parts[0]
        if self.rule in _CLAUSES and not keep_that and first < last and is_that_conjunction(view, first):
            return [view.trim_punctuation(first + 1, last) or (first, last), *self.parts[1:]]
        return self.parts
