"""Pairs of quotation marks: `[` and `]` stand around the content of each outermost pair, marks included."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.language import load_language
from pipeline.extract.rules.quotation_marks import pair_marks

ENGLISH = load_language("en")
MARKS = ENGLISH.marks
ALPHABET = "ab s.,\n" + "".join(sorted({char for pair in MARKS for mark in pair for char in mark}))


@pytest.mark.parametrize(
    "marked",
    [
        "[“No,”] she said.",
        '["No,"] she said. ["Yes."]',
        "['No,'] she said.",
        "[‘The boys’ school is shut,’] she said.",
        "[“He said ‘no’ and left,”] she said.",
        "[''No,''] she said.",
        "[``No,''] she said.",
        "[«No,»] he said, [„ja“].",
        '[“No,"] she said.',
        "It's the miners' strike of the '90s.",
        'A pipe of 6" burst.',
        "[“One.]\n\n[“Two.”]",
        "He crossed the “line and went home.",
        "“ [“No,”] she said.",
        "Rock ’n’ roll at the drivers’ club.",
        "[‘‘No,’’] she said.",
        "[’’No,’’] she said.",
        "[,,No,''] she said.",
        "He came,, and left,, and so did I.",
        '[We are late,"] she said.',
        '- [We are late , "] she said.',
        'He left. We are late," she said.',
        'The pipe was 6" wide, she said.',
        "",
    ],
)
def test_pairs(marked):
    text = marked.replace("[", "").replace("]", "")
    out = text
    for pair in reversed(pair_marks(text, MARKS, ENGLISH.apostrophe_after)):
        out = out[: pair.start] + "[" + out[pair.start : pair.end] + "]" + out[pair.end :]
    assert out == marked


def test_an_apostrophe_at_the_end_of_a_word_is_a_matter_of_the_language():
    text = "‘The boys’ school is shut,’ she said."
    assert [text[pair.start : pair.end] for pair in pair_marks(text, MARKS)] == ["‘The boys’"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=60))
def test_pairs_are_apart_and_stay_in_their_paragraph(text):
    pairs = pair_marks(text, MARKS, ENGLISH.apostrophe_after)
    for pair in pairs:
        assert pair.start <= pair.inner_start <= pair.inner_end <= pair.end  # an opening mark may be missing
        assert "\n" not in text[pair.start : pair.end]
    assert all(a.end <= b.start for a, b in pairwise(pairs))


@pytest.mark.parametrize("mark", ["“", "”", '"', "'", "‘", "’", "«", "''"])
def test_many_marks_take_linear_time(mark):
    start = time.process_time()
    pair_marks(f" {mark}a" * 100_000, MARKS, ENGLISH.apostrophe_after)
    assert time.process_time() - start < 5
