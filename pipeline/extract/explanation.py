"""Explanation of an extraction: why a quote was extracted, what it won over, why a sentence has none."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.core.text import Span


@dataclass(frozen=True)
class FeatureContribution:
    """How much a feature adds to a score, in log-odds or as a share; `value` is the feature's value in words."""

    feature: str
    value: str
    contribution: float


@dataclass(frozen=True)
class ScoredCandidate:
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
    rejected_because : str
        Why it was not extracted, "" for one that was.
    """

    content: list[Span]
    cue: Span | None
    source: Span | None
    rule: str
    score: float | None = None
    rejected_because: str = ""


@dataclass(frozen=True)
class QuoteExplanation:
    """Why a quote was extracted.

    Attributes
    ----------
    extractor : str
        `learned` or `rules`.
    rule : str
        The rule that found it, "" for none.
    scores : dict
        Probabilities by name: cue, start, end, speaker, attribution, speech; `score` is the one that it was chosen by,
        `least` its threshold. Empty where rules decide.
    cue_contributions : list of FeatureContribution
        Log-odds that groups of features give to the word as a cue, in the linear model.
    score_contributions : list of FeatureContribution
        By how much the score is lower when the trees do not know a group of features.
    notes : list of str
        What else decided.
    rejected : list of ScoredCandidate
        Rejected candidates: those of the same cue, then those of the same place, best first.
    """

    extractor: str
    rule: str
    scores: dict[str, Any] = field(default_factory=dict)
    cue_contributions: list[FeatureContribution] = field(default_factory=list)
    score_contributions: list[FeatureContribution] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rejected: list[ScoredCandidate] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class UnquotedSentence:
    """A sentence without a quote: its characters, a named reason, and the same in words."""

    sentence: Span
    reason: str
    why: str


@dataclass(frozen=True)
class ArticleExplanation:
    """Explanations of the quotes of an article, in the order of the quotes, and of its sentences without any."""

    quotes: list[QuoteExplanation]
    unquoted: list[UnquotedSentence]


def spans_overlap(one: list[Span], other: list[Span]) -> bool:
    """Return whether two contents share a character."""
    return any(a < d and c < b for a, b in one for c, d in other)
