"""A model of one step: encoders for its categories, then boosted trees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.extract.learned.boosted_trees import Forest
from pipeline.extract.learned.target_encoding import Encoder
from pipeline.extract.learned.token_arrays import Floats, Matrix, columns, some
from pipeline.extract.learned.token_features import Rows

# In the order in which they are asked.
STEPS = ("cue", "start", "end", "source", "exact", "match", "speech_exact", "speech_match", "own_exact", "own_match")


@dataclass(frozen=True)
class Step:
    """Encoders, one a category, and the trees over numbers and encoded categories."""

    encoders: list[Encoder]
    forest: Forest

    def __call__(self, rows: Rows) -> Floats:
        """Probability of each row."""
        return self.forest(matrix(self.encoders, rows))


def matrix(encoders: list[Encoder], rows: Rows) -> Matrix:
    """Numbers and encoded categories side by side."""
    numbers, keys = rows
    if not keys:
        return numbers
    return np.hstack([numbers, columns(*(encode(key) for encode, key in zip(encoders, keys, strict=True)))])


def pick(rows: Rows, places: np.ndarray) -> Rows:
    """Some of the rows."""
    return some(rows[0], places), [key[places] for key in rows[1]]


@dataclass
class Models:
    """All steps.

    Attributes
    ----------
    places : float
        Weight of each place of the hashed features of a token, a row each of `hashing.TARGETS`; `bias` is added.
    cue, start, end, source : Step
        Second cue model, start of the content, end given the start, head of the speaker mention.
    exact, match : Step
        Rankers: is a candidate a gold content, does it overlap one by half.
    speech_exact, speech_match : Step
        The same two where only reported speech counts, as the annotators of news see it.
    own_exact, own_match : Step
        As the annotators of one's own gold see it; the same as the former without any.
    limits : dict
        Least score of a quote, by profile.
    """

    places: np.ndarray
    bias: np.ndarray
    cue: Step
    start: Step
    end: Step
    source: Step
    exact: Step
    match: Step
    speech_exact: Step
    speech_match: Step
    own_exact: Step
    own_match: Step
    limits: dict[str, float]
