"""Texts: their paragraphs and spans, what terminals, spreadsheets and tables show of them, and which repeat another."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from pipeline.core import markdown
from pipeline.core.language import load_language
from pipeline.core.quote_similarity import ComparableQuote, similarity_kind, similarity_settings
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


def test_paragraphs_spans_parts_and_ids():
    for text in ("one\n\ntwo", "  one \n \n\ttwo\n"):
        assert [text[start:end] for start, end in paragraphs(text)] == ["one", "two"]
    for span, widened in {(1, 2): (0, 3), (1, 6): (0, 8), (5, 8): (5, 8), (3, 5): (3, 5)}.items():
        assert widen_to_spans([(0, 3), (5, 8)], *span) == widened
    assert join_parts("“No,” he said, “never.”", [(0, 5), (15, 23)]) == "“No,” “never.”"
    assert article_id("a") == "ca978112ca1bbdca"


@pytest.mark.parametrize(("text", "shown"), [
    ("\x1b[31mred\x1b[0m", "red"), ("\x1b]0;title\x07text", "text"), ("\x1b]8;;http://x.example\x1b\\link", "link"),
    ("\x1b\x1b[31m[0m", "[0m"), ("\x9b31mred", "red"), ("a\x00b\x08c\rd", "abcd"), ("a\u202eb\u2066c", "abc"),
    ("a\tb\nc", "a b\nc"), ("a\u2028b", "a\nb"), ("a\ud800b", "a\ufffdb"),
])  # fmt: skip
def test_control_characters_are_not_printed(text, shown):
    assert printable(text) == shown
    assert printable_line(text) == shown.replace("\n", " ")


@given(st.text(st.characters()))
def test_printable_json_has_the_same_value_and_no_control_characters(text):
    shown = printable_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert printable(shown) == shown


def test_formulas_are_escaped():
    for formula in ("=HYPERLINK(1)", "+1", "-1", "@SUM", "\t=1", "＝1", "'=1"):
        assert escape_cell(formula) == f"'{formula}"
    for text in ("'No,' she said", "1 = 1", ""):
        assert escape_cell(text) == text


@given(st.text(alphabet="'=+-@\t\na＝ "))
def test_every_cell_survives_a_round_trip(text):
    assert unescape_cell(escape_cell(text)) == text


@pytest.mark.parametrize(("value", "cell"), [
    (None, "–"), ("a | b\nc", "a \\| b c"), ("<b> & \\", "&lt;b> & \\\\"),
    ("![x](http://a.example)", "!\\[x\\](http://a.example)"), (Markup("|"), "|"),
])  # fmt: skip
def test_cells_by_themselves_and_in_templates(tmp_path, value, cell):
    assert markdown.header(["what"]) == "| what |\n|---|"
    assert markdown.row([value]) == f"| {cell} |"
    template = tmp_path / "page.md.j2"
    template.write_text("{% macro line(value) %}| {{ value }} |{% endmacro %}{{ line(of) }} {{ share | percent }} %")
    assert markdown.render(template, of=value, share=0.5) == f"| {cell} | 50.0 %"
    with pytest.raises(UndefinedError):
        markdown.render(template, of=value)


RULES = similarity_settings(load_language())
PAIRS = [
    ("“The harbour will stay open until the end of May,”", "The harbor will stay open until the end of May", "copied"),
    ("the cease-fire will hold until the end of May", "the ceasefire would hold until the end of May", "translated"),
    ("I have told them twice that nobody will sign away the valley.", "nobody will sign away the valley", "shortened"),
    (
        "Before we can talk about the border the guns must be silent.",
        "The guns have to be silent before we talk about any border.", "translated",
    ),
    ("We will give up the mill and the bridge.", "We will not give up the mill and the bridge.", ""),
    ("We lost eleven men at the bridge on that day.", "We lost seven men at the bridge on that day.", ""),
    ("We expect an answer from Sorrin this week.", "We expect an answer from Tolvar this week.", ""),
    ("The plan gives us the hills and them the river.", "The plan gives them the hills and us the river.", ""),
    ("We will never give up the mill and the bridge.", "give up the mill and the bridge", ""),
    ("The talks about the prisoners went well.", "The talks about the islands went well.", ""),
    ("No comment on that.", "No comment on that.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "how"), PAIRS)
def test_what_repeats_a_statement(one, two, how):
    first, second = (ComparableQuote(words, RULES) for words in (one, two))
    assert similarity_kind(first, second) == similarity_kind(second, first) == how
