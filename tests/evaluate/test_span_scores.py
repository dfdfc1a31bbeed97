"""Scoring of spans, checked on small texts by hand."""

import numpy as np
import pytest

from pipeline.evaluate.intervals import score_with_interval
from pipeline.evaluate.span_scores import METRICS, ComparableText, QuoteSpans, fold_name, tally_quotes

TEXT = 'Kestria will wait, said Ilse Korvath, foreign minister. "No truce," she said, "not now."'


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


GOLD = [
    QuoteSpans([at("Kestria will wait")], at("said"), at("Ilse Korvath"), "Ilse Korvath", "indirect"),
    QuoteSpans([at('"No truce,"'), at('"not now."')], (72, 76), (68, 71), "Ilse Korvath", "direct"),
]


def f1(gold, predicted, metric):
    return score_with_interval([tally_quotes(TEXT, gold, predicted)[metric]])["f1"]


def test_gold_against_itself_is_perfect_and_nothing_finds_nothing():
    assert all(f1(GOLD, GOLD, metric) == pytest.approx(1) for metric in METRICS)
    assert f1(GOLD, [], "content_match") == 0
    assert tally_quotes(TEXT, [], [])["content_match"].gold == 0


@pytest.mark.parametrize(
    ("predicted", "metric", "right"),
    [
        # Marks, commas and full stops do not matter.
        (QuoteSpans([(at("No truce")), at("not now")]), "content_exact", 1),
        # One part of two is no exact quote, but one exact part, and 8 of 14 letters are more than a half.
        (QuoteSpans([at("No truce")]), "content_exact", 0),
        (QuoteSpans([at("No truce")]), "segment_exact", 1),
        (QuoteSpans([at("not now")]), "content_match", 0),
        (QuoteSpans([at("Kestria will")]), "content_match", 1),
        # The source must contain the head of the gold source.
        (QuoteSpans([at("Kestria will wait")], source=at("Korvath, foreign minister")), "attribution", 1),
        (QuoteSpans([at("Kestria will wait")], source=at("foreign minister")), "attribution", 0),
        (QuoteSpans([at("Kestria will wait")], speaker="ilse korvath"), "speaker", 1),
        (QuoteSpans([at("Kestria will wait")], speaker="Korvath"), "speaker", 0),
        (QuoteSpans([at("foreign")], cue=at("said Ilse")), "cue", 1),
        (QuoteSpans([at("foreign")], cue=at("minister")), "cue", 0),
    ],
)
def test_counts(predicted, metric, right):
    assert tally_quotes(TEXT, GOLD, [predicted])[metric].right_gold == right


def test_overlap_counts_letters():
    tally = tally_quotes(TEXT, GOLD, [QuoteSpans([at("Kestria will")])])["content_overlap"]
    assert (tally.right_gold, tally.gold, tally.predicted) == (11, 15 + 7 + 6, 11)


def test_heads_and_folded_names():
    heads = {"Foreign Minister Ilse Korvath": "Korvath", "a spokesman for the palace": "spokesman"}
    for source, head in (heads | {"Kestria's army": "army", "the king, who was late": "king"}).items():
        start, end = ComparableText(source).head((0, len(source)))
        assert source[start:end] == head
    assert fold_name("The Concord of States") == fold_name("Concord of States")
    assert fold_name("a farmer") == fold_name("A farmer")
    assert fold_name("Ilse Korvath") != fold_name("Korvath")
    assert fold_name("the") == fold_name("the") != ""


def test_the_interval_holds_the_score_and_narrows_with_agreement():
    tallies = [np.array([k % 3, 3, k % 3, 3.0]) for k in range(30)]
    figures = score_with_interval(tallies)
    assert figures["low"] < figures["f1"] < figures["high"]
    assert score_with_interval([np.array([1, 2, 1, 2.0])] * 30)["low"] == pytest.approx(0.5)
