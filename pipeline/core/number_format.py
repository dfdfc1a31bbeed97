"""Format shares and their confidence intervals as percentages, the same in every report."""

from collections.abc import Mapping

# What a table shows where nothing was measured.
DASH = "–"


def percent(share: float | None) -> str:
    """Format a share as a percentage with one decimal, without the sign: 0.5 is `50.0`; None is a dash."""
    return DASH if share is None else f"{100 * share:.1f}"


def interval(figures: Mapping[str, float]) -> str:
    """Format the 95 % interval from `low` to `high` in percent: `40.1 to 60.2`."""
    return f"{percent(figures['low'])} to {percent(figures['high'])}"


def with_interval(figures: Mapping[str, float] | None, key: str = "value") -> str:
    """Format a share and its 95 % interval in percent: `50.0 (40.1 to 60.2)`; None is a dash."""
    return DASH if figures is None else f"{percent(figures[key])} ({interval(figures)})"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Write a number with its noun: `1 quote`, `2 quotes`; `plural` is given where it does not end in s."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
