"""The public `Quote`: who said what, as spans of one text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pipeline.core.text import Span, join_parts

# The rule of what is announced but not said (`X will say that A`): kept for the reader, and no quote.
ANNOUNCED: Final = "announced"


class ResolutionStep(NamedTuple):
    """One step from a source mention to a speaker: the rule, the span it used (or None), and the name it gave."""

    rule: str
    span: Span | None
    speaker: str | None


@dataclass
class Quote:
    """Content, cue, source and speaker of one quote; offsets count code points of `text`.

    Attributes
    ----------
    text : str
        The whole article.
    content : list of (int, int)
        Parts of the content, sorted; an interrupted quote has several.
    type : str
        `direct`, `indirect` or `mixed`.
    rule, confidence : str and float
        Name of the rule that found it (`reader`: the network alone), and the probability that it is a quote.
    speech_score : float or None
        Mean probability of its words to be in a quote, by the network; None if rules alone decided.
    cue, source : (int, int) or None
        The reporting words, and the speaker as written next to them.
    speaker, kind : str or None, and str
        The speaker's resolved name, and the kind of speaker (`person`, `organisation`, ...).
    resolved_by, certainty : str and float
        The rule that resolved the speaker, and the share of its decisions that are right; 0 without a speaker.
    steps : list of ResolutionStep
        How the speaker was resolved: the rule for the mention, the mention it led to, the row of the gazetteer.
    members, affiliation : list of str, and str or None
        Of a group, its members as far as the article names them; its or an unnamed speaker's state or body.
    side : str or None
        State, movement or body that the speaker speaks for; None where nothing says so.
    side_evidence, side_span : str or None, and (int, int) or None
        The words that say so and where they are in `text`; office and country of a known speaker are nowhere.
    side_by, side_certainty : str or None, and float
        The rule that tells the side, and the share of its sides that are right; 0 without a side.
    """

    text: str = field(repr=False)
    content: list[Span]
    type: str
    rule: str = ""
    confidence: float = 1.0
    cue: Span | None = None
    source: Span | None = None
    speaker: str | None = None
    kind: str = "unknown"
    resolved_by: str = ""
    certainty: float = 0.0
    steps: list[ResolutionStep] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    affiliation: str | None = None
    speech_score: float | None = None
    side: str | None = None
    side_evidence: str | None = None
    side_span: Span | None = None
    side_by: str | None = None
    side_certainty: float = 0.0

    @property
    def quoted(self) -> str:
        """Text of the content, its parts joined by a space."""
        return join_parts(self.text, self.content)

    @property
    def floating(self) -> bool:
        """Whether the quote has no reporting clause of its own."""
        return self.cue is None and self.source is None

    def words(self, span: Span | None) -> str | None:
        """Return the text of a span, None for None."""
        return None if span is None else self.text[span[0] : span[1]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, with the names that they have in the dataset."""
        (cue_start, cue_end), (source_start, source_end) = (span or (None, None) for span in (self.cue, self.source))
        return {
            "type": self.type,
            "content": self.quoted,
            "parts": [{"start": start, "end": end} for start, end in self.content],
            **{"cue": self.words(self.cue), "cue_start": cue_start, "cue_end": cue_end},
            **{"source": self.words(self.source), "source_start": source_start, "source_end": source_end},
            "speaker": self.speaker,
            "speaker_kind": self.kind,
            "resolved_by": self.resolved_by,
            "certainty": round(self.certainty, 4),
            "steps": [
                {"rule": s.rule, "mention": self.words(s.span), "span": list(s.span or ()), "speaker": s.speaker}
                for s in self.steps
            ],
            "members": self.members,
            "affiliation": self.affiliation,
            "side": self.side,
            "side_evidence": self.side_evidence,
            "side_by": self.side_by,
            "side_certainty": round(self.side_certainty, 4),
            "rule": self.rule,
            "confidence": round(self.confidence, 4),
            "speech_score": None if self.speech_score is None else round(self.speech_score, 4),
            "floating": self.floating,
        }


def said(quotes: Iterable[Quote]) -> list[Quote]:
    """Return the quotes without what is only announced."""
    return [quote for quote in quotes if quote.rule != ANNOUNCED]


def quote_from_row(row: Mapping[str, Any], text: str) -> Quote:
    """Return the quote that a row of `extracted` or `quotes` describes; its offsets point into the article's `text`.

    The row needs `type`, `parts`, `rule`, `confidence` and the offsets of cue and source; `speaker`, `resolved_by` and
    `speech_score` are optional.
    """
    return Quote(
        text,
        row_parts(row),
        row["type"],
        row["rule"],
        row["confidence"],
        cue=row_span(row, "cue"),
        source=row_span(row, "source"),
        speaker=row.get("speaker"),
        resolved_by=row.get("resolved_by") or "",
        speech_score=row.get("speech_score"),
    )


def row_parts(row: Mapping[str, Any]) -> list[Span]:
    """Return the parts of the content in a row of quotes."""
    return [(part["start"], part["end"]) for part in row["parts"]]


def row_span(row: Mapping[str, Any], name: str) -> Span | None:
    """Return the span whose offsets are in the columns NAME_start and NAME_end, None where they are null."""
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    return None if start is None or end is None else (start, end)
