"""Keys and ranges of token arrays."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.extract.learned.token_arrays import expand_ranges, is_any_of, string_ids


@pytest.mark.parametrize("labels", [("nsubj",), ("dobj", "prep", "xcomp")])
def test_is_any_of_equals_numpy_isin(labels: tuple[str, ...]) -> None:
    values = string_ids("nsubj", "prep", "punct", "xcomp", "nsubj")
    assert is_any_of(values, string_ids(*labels)).tolist() == np.isin(values, string_ids(*labels)).tolist()


def test_ranges_are_expanded_into_rows() -> None:
    number, token = expand_ranges(np.array([2, 7, 9]), np.array([4, 7, 8]))
    assert number.tolist() == [0, 0, 0, 1]
    assert token.tolist() == [2, 3, 4, 7]
