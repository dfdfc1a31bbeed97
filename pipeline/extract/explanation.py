"""What can be told about an extraction: why a quote was taken, what lost to it, why a sentence gave none."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from pipeline.core.text import Span
from pipeline.extract.rules.document_view import DocumentView


@dataclass(frozen=True)
class Push:
    """A feature with its value in words, and by how much a score would be lower without it (log-odds or share)."""

    feature: str
    value: str
    push: float


@dataclass(frozen=True)
class Weighed:
    """A candidate for a quote.

    Attributes
    ----------
    content : list of (int, int)
        Its parts in characters.
    cue, source : (int, int) or None
    rule : str
        What found it: the name of a rule, or `learned`.
    score : float or None
        What it was chosen by; None where rules decide.
    lost : str
        Why it was not given out, "" for one that was.
    """

    content: list[Span]
    cue: Span | None
    source: Span | None
    rule: str
    score: float | None = None
    lost: str = ""


@dataclass(frozen=True)
class Account:
    """Why a quote was taken.

    Attributes
    ----------
    path : str
        `learned` or `rules`.
    rule : str
        The rule that found it, "" for none.
    scores : dict
        Probabilities by name: cue, starts, ends, speaker, attribution, speech; `score` is the one that it was chosen
        by, `least` its limit. Empty where rules decide.
    cue_pushes : list of Push
        Log-odds that the groups of features give to the word as a cue, in the linear model.
    decided : list of Push
        By how much the score is lower when the trees do not know a group of features.
    notes : list of str
        What else decided.
    lost : list of Weighed
        Candidates that were not taken: those of the same cue, then those of the same place, best first.
    """

    path: str
    rule: str
    scores: dict[str, Any] = field(default_factory=dict)
    cue_pushes: list[Push] = field(default_factory=list)
    decided: list[Push] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: list[Weighed] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Silence:
    """A sentence without a quote, a named reason, and the same in words."""

    sentence: Span
    reason: str
    why: str


class Trace(Protocol):
    """An article read once more, with all that was weighed on the way."""

    view: DocumentView

    @property
    def cues(self) -> list[tuple[Span, float]]:
        """Words that may report, each with its probability (1 where rules decide)."""
        ...

    @property
    def candidates(self) -> list[Weighed]:
        """All candidates, those given out among them."""
        ...

    def account(self, content: list[Span]) -> Account | None:
        """Why the quote with a content was taken, None for a content that was not."""
        ...

    def why_not(self, sentence: tuple[int, int]) -> tuple[str, str]:
        """Reason, named and in words, why a sentence (first and last token) gave no quote."""
        ...


def overlaps(one: list[Span], other: list[Span]) -> bool:
    """True where two contents share a character."""
    return any(a < d and c < b for a, b in one for c, d in other)
