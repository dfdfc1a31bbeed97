"""The columns that say for whom a speaker speaks: of a quote, and of a speaker over all its quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.core.quote import Quote

NO_SIDE: dict[str, Any] = {
    "side": None,
    "side_evidence": None,
    "side_evidence_start": None,
    "side_evidence_end": None,
    "side_by": None,
    "side_certainty": 0.0,
}
# A speaker whose quotes have several sides has one of them only with at least this share of these quotes.
CLEAR_SHARE = 2 / 3


def side_columns(quote: Quote) -> dict[str, Any]:
    """Return the columns of `resolved` and `quotes` that say for whom the speaker of a quote speaks."""
    start, end = quote.side_span or (None, None)
    return {
        "side": quote.side,
        "side_evidence": quote.side_evidence,
        "side_evidence_start": start,
        "side_evidence_end": end,
        "side_by": quote.side_by,
        "side_certainty": quote.side_certainty,
    }


class _Vote(NamedTuple):
    """The side of one quote; of two votes for one side the smaller is shown."""

    uncertainty: float
    date: str
    quote_id: str
    evidence: str | None


@dataclass
class SpeakerSides:
    """The sides of the quotes of each speaker."""

    _votes: dict[str, dict[str, list[_Vote]]] = field(default_factory=dict)  # by speaker and side

    def add(self, speaker_id: str, row: Mapping[str, Any]) -> None:
        """Count one quote, a row with the columns of its side, `date` and `quote_id`."""
        if row["side"] is not None:
            vote = _Vote(-row["side_certainty"], row["date"], row["quote_id"], row["side_evidence"])
            self._votes.setdefault(speaker_id, {}).setdefault(row["side"], []).append(vote)

    def columns(self, speaker_id: str) -> dict[str, Any]:
        """Return the columns of `speakers` that say for whom a speaker speaks.

        It is the side of most quotes that have one, if that is two thirds of them or more. Evidence and certainty are
        those of the surest of its quotes, the earliest of several.
        """
        votes = self._votes.get(speaker_id, {})
        counts = Counter({side: len(of_side) for side, of_side in votes.items()})
        for side, count in counts.most_common(1):
            if count >= CLEAR_SHARE * counts.total():
                surest = min(votes[side])
                return {"side": side, "side_evidence": surest.evidence, "side_certainty": -surest.uncertainty}
        return {"side": None, "side_evidence": None, "side_certainty": 0.0}
