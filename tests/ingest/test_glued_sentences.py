"""Sentences without a space between them get one; addresses, abbreviations and names do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest.unicode_normalisation import separate_sentences


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("It is over.They left.", "It is over. They left."),
        ("Is it over?They left!Nobody spoke.", "Is it over? They left! Nobody spoke."),
        ("“It is over.”She left.", "“It is over.” She left."),
        ("She said.“It is over.”", "She said. “It is over.”"),
        ('"It is over."She left.', '"It is over." She left.'),
        ('She wrote."It is over."', 'She wrote. "It is over."'),
        ('"It is over.""They left."', '"It is over." "They left."'),
        ("«It is over.»She left.", "«It is over.» She left."),
        ("It is over. They left.", None),
        ("The U.S.Army left.", None),
        ("See Harbour.Com or www.harbour.example.Then leave.", None),
        ("Write to press@harbour.Example or read harbour.example/News.", None),
        ("He writes Node.js and file.Name.txt every day.", None),
        ("Dr.Brandt and St.Mary", "Dr.Brandt and St.Mary"),
        ("It cost 3.Five were left.", None),
        ("It is over.Łukasz left.", "It is over. Łukasz left."),
        ("It is over.ém left.", None),
        ("", None),
    ],
)
def test_a_space_is_put_between_sentences(line: str, expected: str | None) -> None:
    assert separate_sentences(line) == (line if expected is None else expected)


@given(st.text(alphabet="ab.A\"“” 'd!", max_size=30))
def test_nothing_is_lost_and_a_second_time_changes_nothing(line: str) -> None:
    separated = separate_sentences(line)
    assert separated.replace(" ", "") == line.replace(" ", "")
    assert separate_sentences(separated) == separated
