"""The columns that say for whom a speaker speaks: of a quote, and of a speaker over all its quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.core.quote import Quote
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.sides.known_sides import find_known_side
from pipeline.resolve.sides.side_certainty import side_certainty

Row = dict[str, Any]
SIDE_COLUMNS = ("side", "side_evidence", "side_evidence_start", "side_evidence_end", "side_by", "side_certainty")
# A speaker whose quotes have several sides has one of them only with at least this share of these quotes.
CLEAR_SHARE = 2 / 3


def side_columns(quote: Quote) -> Row:
    """Return the columns of `resolved` and `quotes` that say for whom the speaker of a quote speaks."""
    start, end = quote.side_span or (None, None)
    values = quote.side, quote.side_evidence, start, end, quote.side_by, quote.side_certainty
    return dict(zip(SIDE_COLUMNS, values, strict=True))


class _Vote(NamedTuple):
    """The side of one quote; of several votes for one side the smallest is shown."""

    uncertainty: float
    date: str
    quote_id: str
    evidence: str | None


@dataclass
class SpeakerSides:
    """The sides of the quotes of each speaker; `corrected` has the columns of quotes whose speaker was corrected."""

    corrected: dict[str, Row] = field(default_factory=dict)
    _votes: dict[str, dict[str, list[_Vote]]] = field(default_factory=dict)  # by speaker and side

    def set_corrected(self, row: Mapping[str, Any], gazetteer: Gazetteer) -> Row:
        """Return the columns of a quote whose speaker a person corrected: its side by the gazetteer, or none."""
        side = find_known_side(row["speaker"] or "", row["date"], gazetteer)
        values = (side.name, side.evidence, None, None, side.rule, side_certainty(side.rule)) if side else None
        columns = dict(zip(SIDE_COLUMNS, values or (None, None, None, None, None, 0.0), strict=True))
        self.corrected[row["quote_id"]] = columns
        return columns

    def add(self, speaker_id: str, row: Mapping[str, Any]) -> None:
        """Count one quote, a row with the columns of its side, `date` and `quote_id`."""
        if row["side"] is not None:
            vote = _Vote(-row["side_certainty"], row["date"], row["quote_id"], row["side_evidence"])
            self._votes.setdefault(speaker_id, {}).setdefault(row["side"], []).append(vote)

    def columns(self, speaker_id: str) -> Row:
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
