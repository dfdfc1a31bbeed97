"""Find the changes: a holder's stance toward a target differs from the one before.

Only quotes with a date and a kept stance that has a direction count: all labels but that of unrelated quotes, `unknown`
and the one for a quote that takes no side (`neutral`). So favor, against and conditional are three different stances.

- A speaker's day has a stance if all its quotes of that day take the same one; a day on which they contradict each
  other has none. The change is between two days with different stances, with no other day with a stance between them.
- A side's month has a stance if two speakers or more took it, and they are two thirds or more of all who spoke; each
  speaker counts once for each stance that it took. So two spokesmen who disagree are no change, and neither is another
  spokesman alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise

from pipeline.core.targets import LabelRoles
from pipeline.positions.readings import Holder, Reading

SIDE_SPEAKERS, SIDE_MAJORITY = 2, Fraction(2, 3)
Judge = Callable[[Sequence[Reading]], str | None]


@dataclass(frozen=True)
class Stand:
    """A holder's stance on a day, or in a month for a side.

    Attributes
    ----------
    stance : str
        The stance.
    quotes : tuple of Reading
        The quotes that take it, in order of time.
    period : tuple of Reading
        All kept quotes of the day or month.
    """

    stance: str
    quotes: tuple[Reading, ...]
    period: tuple[Reading, ...]

    @property
    def surest_quote(self) -> Reading:
        """The quote whose label is most probable."""
        return max(self.quotes, key=lambda reading: (reading.probabilities[reading.label], reading.order))


def directions(stances: Sequence[str], roles: LabelRoles) -> tuple[str, ...]:
    """Return the stances between which a change counts: all but the one that takes no side."""
    return tuple(stance for stance in stances if stance != roles.neutral)


def find_stands(holder: Holder, readings: Sequence[Reading], counted: Sequence[str]) -> list[Stand]:
    """Return the holder's stances in order of time.

    Parameters
    ----------
    holder : Holder
        A speaker or a side.
    readings : sequence of Reading
        Its readings toward one target, in order of time.
    counted : sequence of str
        Stances between which a change counts.
    """
    length = len("2025-03") if holder.kind == "side" else len("2025-03-14")
    dated = [reading for reading in readings if reading.kept and reading.date]
    periods = (tuple(group) for _, group in groupby(dated, key=lambda reading: (reading.date or "")[:length]))
    judge = _side_stance if holder.kind == "side" else _speaker_stance
    return list(_stands(periods, judge, counted))


def find_changes(stands: Sequence[Stand]) -> list[tuple[Stand, Stand]]:
    """Return each pair of consecutive stances that differ."""
    return [(before, after) for before, after in pairwise(stands) if before.stance != after.stance]


def _stands(periods: Iterable[tuple[Reading, ...]], judge: Judge, counted: Sequence[str]) -> Iterator[Stand]:
    for period in periods:
        quotes = [reading for reading in period if reading.label in counted]
        if stance := judge(quotes):
            yield Stand(stance, tuple(reading for reading in quotes if reading.label == stance), period)


def _speaker_stance(quotes: Sequence[Reading]) -> str | None:
    labels = {reading.label for reading in quotes}
    return labels.pop() if len(labels) == 1 else None


def _side_stance(quotes: Sequence[Reading]) -> str | None:
    """Return the stance of enough speakers; those without a speaker are nobody."""
    votes = sorted({(reading.label, reading.speaker_id) for reading in quotes if reading.speaker_id})
    for stance in sorted({label for label, _ in votes}):
        speakers = sum(label == stance for label, _ in votes)
        if speakers >= SIDE_SPEAKERS and Fraction(speakers, len(votes)) >= SIDE_MAJORITY:
            return stance
    return None
