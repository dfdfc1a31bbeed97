"""Measures of the extraction benchmark, checked by hand on one sentence."""

import pytest

from benchmarks.extraction_measures import compare_quotes, fold_speaker, split_by_part

TEXT = "The truce holds, said Nadia Sarkel of the council. Bram Odei called it void."
GOLD = [
    {"content": [[0, 15]], "cue": [[17, 21]], "source": [[22, 49]], "reference": "Nadia Sarkel", "type": "indirect"},
    {"content": [[68, 75]], "cue": [[61, 67]], "source": [[51, 60]], "type": "indirect"},
]


def quote(start, end, cue=(17, 21), source=(22, 34), speaker=None):
    spans = {"content": [[start, end]], "cue": [list(cue)], "source": [list(source)]}
    return {**spans, "speaker": speaker, "type": "indirect"}


def counts(*predicted):
    return compare_quotes(TEXT, GOLD, predicted).counts


@pytest.mark.parametrize(
    ("predicted", "measure", "right"),
    [
        (quote(0, 15), "content_exact", 1),
        (quote(0, 16), "content_exact", 1),  # a comma is no part of a span
        (quote(4, 15), "content_exact", 0),
        (quote(4, 15), "content_match", 1),
        (quote(4, 9), "content_match", 0),
        (quote(0, 15), "attribution", 1),  # the head of the source is the name
        (quote(0, 15, source=(51, 60)), "attribution", 0),
        (quote(4, 9), "attribution", 0),
        (quote(0, 15, cue=(16, 26)), "cue", 1),
        (quote(0, 50), "ggt@0.8", 1),  # a longer prediction costs nothing in this measure
        (quote(0, 50), "content_match", 0),
        (quote(4, 9), "ggt@0.3", 1),
        (quote(4, 9), "ggt@0.8", 0),
        (quote(0, 15, speaker="nadia sarkel"), "resolved_exact", 1),
        (quote(0, 15, speaker="Bram Odei"), "resolved_exact", 0),
        (quote(0, 15), "resolved_exact", 1),  # by the mention, where no speaker is resolved
    ],
)
def test_number_of_right_quotes(predicted, measure, right):
    assert counts(predicted)[measure][2] == right


def test_partial_overlaps():
    assert counts(quote(4, 15))["content_overlap"] == [10, 10, 10, 19]


def test_a_quote_predicted_twice_counts_once():
    assert counts(quote(0, 15), quote(0, 15))["content_exact"] == [1, 1, 1, 2]
    assert counts(quote(0, 15), quote(0, 15, cue=(61, 67)))["content_exact"] == [1, 2, 1, 2]


def test_a_source_that_gold_lacks_is_not_scored():
    gold = [{"content": [[0, 15]]}]
    assert compare_quotes(TEXT, gold, [quote(0, 15)]).counts["attribution"] == [0, 0, 0, 0]
    assert compare_quotes(TEXT, gold, [quote(0, 15), quote(68, 75)]).counts["attribution"] == [0, 1, 0, 0]


def test_recall_of_each_gold_quote():
    recall = compare_quotes(TEXT, GOLD, [quote(0, 15)]).recall
    assert recall["content_exact"] == [(1, 1), (0, 1)]
    assert recall["content_overlap"] == [(13, 13), (0, 6)]
    assert recall["cue"] == [(1, 1), (0, 1)]


def test_parts_become_quotes_of_their_own():
    assert [q["content"] for q in split_by_part([{"content": [[0, 3], [5, 9]], "cue": []}])] == [[[0, 3]], [[5, 9]]]


@pytest.mark.parametrize(
    ("name", "folded"),
    [("The Zoë Okafor", "zoe okafor"), ("K.L. Vail’s", "kl vail"), ("His", "his"), ("the the", "the")],
)
def test_fold_speaker(name, folded):
    assert fold_speaker(name) == folded
