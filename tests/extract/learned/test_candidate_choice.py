"""Overlap of contents, and the choice among overlapping candidates."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.extract.learned.candidates import Candidate
from pipeline.extract.learned.ranking import choose_candidates
from training.extractor.gold import token_overlap


@pytest.mark.parametrize(
    ("one", "two", "share"),
    [
        (((0, 3),), ((0, 3),), 1.0),
        (((0, 3),), ((2, 5),), 2 / 6),
        (((0, 1), (4, 5)), ((4, 5),), 0.5),
        (((0, 1),), ((2, 3),), 0),
    ],
)
def test_overlap(one: tuple, two: tuple, share: float) -> None:
    assert token_overlap(one, two) == pytest.approx(share)


def test_the_better_of_overlapping_candidates_is_chosen() -> None:
    found = [Candidate(cue, ((first, first + 4),), [1.0], [1.0]) for cue, first in ((0, 2), (9, 4), (9, 20), (30, 32))]
    assert choose_candidates(found, np.array([0.8, 0.5, 0.7, 0.1]), 0.3) == [0, 2]
