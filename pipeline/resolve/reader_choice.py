"""Which of two voices names the speaker of a quote: the rules, or the reader (`pipeline.reader.speaker_pointer`).

Where both name the same, its certainty is that of their agreement; where they differ, the more certain one decides.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

READER = "reader"  # the published name of the rule where the reader decides

# Coefficients of three logistic regressions, as `python -m benchmarks.open_gold GOLD --use train --half y
# --certainties` prints them with a network that was trained on half x: of the constant, of the log odds of the rules'
# certainty, of those of the reader's probability, and of those that the reader gives the rules' speaker.
CERTAINTIES: Mapping[str, tuple[float, ...]] = {
    "same": (-0.22, 0.808, 0.222, 0.222),
    "rules": (-0.42, 1.021, 0.198, 0.5),
    "reader": (-0.314, -0.143, 0.522, 0.25),
}
# The log odds of certainties from 0.01 to 0.99 are finite and of like size.
_LEAST = 0.01


class Choice(NamedTuple):
    """The speaker (None for nobody), the probability that this is right, and whether the reader decided."""

    speaker: str | None
    certainty: float
    by_reader: bool


@dataclass(frozen=True)
class Voices:
    """What both say of one quote: the speaker (None: nobody), and how sure the rules and the reader are."""

    rules: str | None
    certainty: float
    reader: str | None
    probability: float
    probability_of_rules: float

    @property
    def features(self) -> list[float]:
        """The constant and three log odds."""
        shares = (self.certainty, self.probability, self.probability_of_rules)
        bounded = (min(max(share, _LEAST), 1 - _LEAST) for share in shares)
        return [1.0, *(math.log(share / (1 - share)) for share in bounded)]

    def choose(self, coefficients: Mapping[str, Sequence[float]] = CERTAINTIES, hears_reader: bool = True) -> Choice:
        """Return the more certain speaker, or that of the rules; the certainty is the probability that it is right."""

        def certainty(case: str) -> float:
            total = sum(a * b for a, b in zip(coefficients[case], self.features, strict=True))
            return round(1 / (1 + math.exp(-total)), 4)

        if self.rules == self.reader:
            return Choice(self.rules, certainty("same"), False)
        rules, reader = certainty("rules"), certainty("reader") if hears_reader else 0.0
        return Choice(self.rules, rules, False) if rules >= reader else Choice(self.reader, reader, True)
