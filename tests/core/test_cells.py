"""Hostile text in a spreadsheet and in a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cells import from_cell, to_cell
from pipeline.text import plain


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
def test_formulas_are_neutralised_and_restored(text, cell):
    assert to_cell(text) == cell
    assert from_cell(cell) == text


@given(st.text(alphabet="'=+-@\t\na＝ "))
def test_every_text_comes_back(text):
    assert from_cell(to_cell(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x.example\x1b\\link", "link"),
        ("\x9b31mred", "red"),
        ("a\x00b\x08c\rd", "abcd"),
        ("a\u202eb\u2066c", "abc"),
        ("a\tb\nc", "a b\nc"),
        ("é “ok” 😀", "é “ok” 😀"),
    ],
)
def test_what_steers_a_terminal_is_not_shown(text, shown):
    assert plain(text) == shown
