"""Spans as brackets in the passage, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotate.spreadsheet import add_marks, parse_spans
from pipeline.annotate.task import TaskSpans
from pipeline.core.errors import DataError


def parse_marks(text, where):
    passage, spans = parse_spans(text, where)
    return passage, TaskSpans.from_triples(spans, where)


@pytest.mark.parametrize(
    ("passage", "spans", "text"),
    [
        ("No, said Ada.", TaskSpans(((0, 3),), (4, 8), (9, 12)), "⟦No,⟧ ‹said› ⟨Ada⟩."),
        ("A, she said, b", TaskSpans(((0, 2), (13, 14)), (7, 11), (3, 6)), "⟦A,⟧ ⟨she⟩ ‹said›, ⟦b⟧"),
        ("ab", TaskSpans(((0, 1), (1, 2))), "⟦a⟧⟦b⟧"),
        ("‹No› \\ ⟧", TaskSpans(((0, 4),)), "⟦\\‹No\\›⟧ \\\\ \\⟧"),
        ("nothing", TaskSpans(), "nothing"),
    ],
)
def test_marks_stand_where_spans_begin_and_end(passage, spans, text):
    assert add_marks(passage, spans) == text
    assert parse_marks(text, "here") == (passage, spans)


@given(st.text(alphabet="ab \n\\⟦⟧‹›⟨⟩😀", min_size=1), st.lists(st.integers(0, 30), min_size=8, max_size=8))
def test_every_passage_is_read_back(passage, numbers):
    cuts = [
        sorted({min(a, len(passage)), min(b, len(passage))}) for a, b in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    one, two, cue, source = (tuple(cut) if len(cut) == 2 else None for cut in cuts)
    content = tuple(sorted(part for part in (one, two) if part))
    if len(content) == 2 and content[1][0] < content[0][1]:
        content = content[:1]
    spans = TaskSpans(content, cue, source)
    assert parse_marks(add_marks(passage, spans), "here") == (passage, spans)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("⟦No", "⟦ is not closed"),
        ("No⟧", "⟧ closes nothing"),
        ("⟦⟧No", "⟧ closes nothing"),
        ("⟦No ⟦way⟧", "⟦ is opened twice"),
        ("‹said› and ‹added›", "2 spans are marked as cue"),
    ],
)
def test_marks_that_do_not_pair_are_named(text, says):
    with pytest.raises(DataError, match=rf"here: {says}"):
        parse_marks(text, "here")
