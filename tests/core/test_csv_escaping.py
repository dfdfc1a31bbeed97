"""Escaping of texts for spreadsheets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.text import escape_cell, unescape_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM", "'@SUM"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'No,' she said", "'No,' she said"),
        ("1 = 1", "1 = 1"),
        ("", ""),
    ],
)
def test_formulas_are_escaped_and_unescaped(text, cell):
    assert escape_cell(text) == cell
    assert unescape_cell(cell) == text


@given(st.text(alphabet="'=+-@\t\na＝ "))
def test_every_text_survives_a_round_trip(text):
    assert unescape_cell(escape_cell(text)) == text
