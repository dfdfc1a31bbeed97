"""A quote: who said what, as spans of one text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pipeline.text import Span, joined


@dataclass
class Quote:
    """Content, cue and source of one act of saying; offsets count code points of `text`.

    Attributes
    ----------
    text : str
        The article.
    content : list of (int, int)
        Parts of the content, sorted; an interrupted quote has several.
    type : str
        `direct`, `indirect` or `mixed`.
    rule : str
        What found it.
    confidence : float
        Probability that it is a quote.
    speech_score : float or None
        How sure it is reported speech, from 0 to 1; what the profile `speech` chooses by. None from rules alone.
    cue, source : (int, int) or None
        The reporting words, and the speaker as written beside them.
    speaker : str or None
        The speaker's resolved name.
    kind : str
        Kind of speaker (`person`, `organisation`, ...).
    resolved_by : str
        Name of the rule that resolved the speaker.
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
    speech_score: float | None = None

    @property
    def quoted(self) -> str:
        """Text of the content, parts joined by a space."""
        return joined(self.text, self.content)

    @property
    def floating(self) -> bool:
        """True for a quote without a reporting clause of its own."""
        return self.cue is None and self.source is None

    def words(self, span: Span | None) -> str | None:
        """Text of a span, None for none."""
        return None if span is None else self.text[span[0] : span[1]]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; spans are lists of `[start, end]`."""
        return {
            "quote": self.quoted,
            "type": self.type,
            "content": [list(part) for part in self.content],
            "cue": [list(self.cue)] if self.cue else [],
            "source": [list(self.source)] if self.source else [],
            "cue_text": self.words(self.cue),
            "source_text": self.words(self.source),
            "speaker": self.speaker,
            "kind": self.kind,
            "resolved_by": self.resolved_by,
            "rule": self.rule,
            "confidence": round(self.confidence, 4),
            "speech_score": None if self.speech_score is None else round(self.speech_score, 4),
            "floating": self.floating,
        }
