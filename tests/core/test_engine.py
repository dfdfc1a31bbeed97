"""Results keep the order of the input, whatever the number of processes."""

import pytest

from pipeline.engine import map_ordered, processes
from pipeline.errors import ConfigError


def square(n: int) -> int:
    return n * n


@pytest.mark.parametrize("count", ["1", "3"])
def test_order(monkeypatch, count):
    monkeypatch.setenv("PARLEY_PROCESSES", count)
    assert list(map_ordered(square, range(9), "squaring")) == [n * n for n in range(9)]


@pytest.mark.parametrize("given", ["0", "two", "-1"])
def test_a_wrong_number_is_named(monkeypatch, given):
    monkeypatch.setenv("PARLEY_PROCESSES", given)
    with pytest.raises(ConfigError, match="PARLEY_PROCESSES"):
        processes()
