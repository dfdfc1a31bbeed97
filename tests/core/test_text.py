"""Paragraphs and spans of texts, and escaping for terminals."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.text import (
    article_id,
    escape_cell,
    join_parts,
    paragraphs,
    printable,
    printable_json,
    printable_line,
    unescape_cell,
    widen_to_spans,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one", ["one"]),
        ("one\n\ntwo", ["one", "two"]),
        ("  one \n \n\ttwo\n", ["one", "two"]),
        ("\n\n", []),
    ],
)
def test_paragraphs(text, expected):
    assert [text[start:end] for start, end in paragraphs(text)] == expected


@given(st.text(alphabet="ab \n\t“’é", max_size=60))
def test_paragraphs_cover_all_text_without_outer_space(text):
    spans = paragraphs(text)
    assert all(text[s:e] == text[s:e].strip() and "\n" not in text[s:e] for s, e in spans)
    assert "".join(text[s:e] for s, e in spans).split() == text.split() or len(spans) > 1
    assert sum(c.isalnum() for s, e in spans for c in text[s:e]) == sum(c.isalnum() for c in text)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(1, 2, (0, 3)), (1, 6, (0, 8)), (5, 8, (5, 8)), (3, 5, (3, 5))],
)
def test_widen_to_spans(start, end, expected):
    assert widen_to_spans([(0, 3), (5, 8)], start, end) == expected


def test_join_parts_and_article_id():
    assert join_parts("“No,” he said, “never.”", [(0, 5), (15, 23)]) == "“No,” “never.”"
    assert article_id("a") == "ca978112ca1bbdca"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x.example\x1b\\link", "link"),
        ("\x1b\x1b[31m[0m", "[0m"),
        ("\x9b31mred", "red"),
        ("a\x00b\x08c\rd", "abcd"),
        ("a\u202eb\u2066c", "abc"),
        ("a\tb\nc", "a b\nc"),
        ("a\u2028b", "a\nb"),
        ("a\ud800b", "a\ufffdb"),
        ("é “ok” 😀", "é “ok” 😀"),
    ],
)
def test_control_characters_are_not_printed(text, shown):
    assert printable(text) == shown
    assert printable_line(text) == shown.replace("\n", " ")


@given(st.text(st.characters()))
def test_printable_json_has_the_same_value_and_no_control_characters(text):
    shown = printable_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert printable(shown) == shown


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
