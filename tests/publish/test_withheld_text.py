"""Offsets of a row and the text that they select."""

import pytest

from pipeline.core.errors import DataError
from pipeline.publish.withheld_text import check_evidence, check_offsets, restore_text, sha256


def test_a_row_with_a_wrong_offset_is_not_published():
    row = {"quote_id": "q", "content": "No", "parts": [{"start": 0, "end": 2}], "cue": None, "cue_start": None}
    row |= {"cue_end": None, "source": "Ada", "source_start": 4, "source_end": 7}
    check_offsets(row, "No, Ada said")
    with pytest.raises(DataError, match="`source`"):
        check_offsets({**row, "source_start": 5}, "No, Ada said")
    with pytest.raises(DataError, match="`content`"):
        check_offsets({**row, "content": "Yes"}, "No, Ada said")


@pytest.mark.parametrize(
    ("spans", "right"),
    [
        ([], True),
        ([(5, 6), (6, 9)], True),
        ([(4, 6)], False),  # before the paragraph
        ([(6, 10)], False),  # behind it
        ([(6, 6)], False),
        ([(7, 8), (5, 6)], False),
        ([(5, 7), (6, 8)], False),
    ],
)
def test_evidence_is_in_order_in_the_paragraph(spans, right):
    row = {"quote_id": "q", "context_start": 5, "context_end": 9}
    evidence = [{"start": start, "end": end} for start, end in spans]
    if right:
        check_evidence(row, "peace", evidence)
    else:
        with pytest.raises(DataError, match="q: the evidence for `peace` is not in the paragraph"):
            check_evidence(row, "peace", evidence)


def test_offsets_that_do_not_match_the_content_are_an_error():
    row = {"quote_id": "q", "parts": [{"start": 0, "end": 2}], "content_sha256": sha256("No"), "content": "", "at": 1}
    assert restore_text(row, "No, Ada said") == {**row, "content": "No", "excerpt": False}
    with pytest.raises(DataError, match="q: the offsets do not give the content that was published"):
        restore_text({**row, "parts": [{"start": 0, "end": 3}]}, "No, Ada said")
