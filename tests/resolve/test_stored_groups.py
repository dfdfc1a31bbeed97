"""Groups of repeated quotes are computed again for speakers with other quotes, and only for them."""

from __future__ import annotations

import pytest

from pipeline.resolve.stored_groups import update_groups

QUOTES = {"a": [("1", "x"), ("2", "x")], "b": [("3", "y"), ("4", "z")], "c": [("5", "x")]}


@pytest.fixture
def update(tmp_path):
    """Function that updates the groups, and returns them with the numbers of the quotes that were compared."""

    def run(quotes, key="key"):
        compared = []

        def group(of_speaker):
            compared.extend(number for number, _ in of_speaker)
            firsts = {}
            named = {number: firsts.setdefault(content, number) for number, content in of_speaker}
            return {number: first for number, first in named.items() if number != first}

        return update_groups(tmp_path / "groups.json", key, quotes, group), compared

    return run


def test_nothing_is_compared_twice(update):
    assert update(QUOTES) == ({"2": "1"}, ["1", "2", "3", "4"])
    assert update(QUOTES) == ({"2": "1"}, [])


@pytest.mark.parametrize(
    ("change", "key", "compared"),
    [
        ({"b": [("3", "y"), ("4", "y")]}, "key", ["3", "4"]),
        ({"b": [("4", "z"), ("3", "y")]}, "key", ["4", "3"]),
        ({"c": [("5", "x"), ("6", "x")]}, "key", ["5", "6"]),
        ({"b": []}, "key", []),
        ({}, "other", ["1", "2", "3", "4"]),
    ],
)
def test_what_changed_is_compared(update, tmp_path, change, key, compared):
    update(QUOTES)
    groups, again = update(QUOTES | change, key)
    assert again == compared
    written = (tmp_path / "groups.json").read_bytes()
    (tmp_path / "groups.json").unlink()
    assert update(QUOTES | change, key)[0] == groups
    assert (tmp_path / "groups.json").read_bytes() == written


@pytest.mark.parametrize("at", [0, 70, 100, -2])
def test_a_damaged_file_counts_as_empty(update, tmp_path, at):
    update(QUOTES)
    content = bytearray((tmp_path / "groups.json").read_bytes())
    content[at] ^= 0x41
    (tmp_path / "groups.json").write_bytes(content)
    assert update(QUOTES) == ({"2": "1"}, ["1", "2", "3", "4"])
