"""Groups of near-identical quotes of one speaker."""

import pytest

from pipeline.core.language import load_language
from pipeline.core.quote_similarity import similarity_kind, similarity_settings
from pipeline.resolve import quote_groups
from pipeline.resolve.quote_groups import group_quotes

SETTINGS = similarity_settings(load_language())
QUOTE = "“Not one village, not one orchard, not one grave will be signed away in Belhaven,”"


def test_near_identical_quotes_are_grouped_under_the_earliest():
    copy = QUOTE.replace("“", '"').replace("”", '"').replace("will be", "would be")
    other = "The road to Ostry is closed because of mines."
    assert group_quotes([("a-1", QUOTE), ("b-7", copy), ("c-2", other)], SETTINGS) == {"b-7": "a-1"}


def test_shortened_and_translated_quotes_are_grouped():
    longer = "We accept the line as the line at which the shooting stops; we do not accept it as our border."
    piece = "the line at which the shooting stops; we do not accept it as our border"
    translation = "The line we accept as the line at which shooting stops, but we do not accept it as our border."
    assert group_quotes([("a-1", longer), ("b-7", piece), ("c-2", translation)], SETTINGS) == {
        "b-7": "a-1",
        "c-2": "a-1",
    }


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("No comment at all", "No comment at all"),
        ("We will give up the mill for peace", "We will not give up the mill for peace"),
        ("We will reopen the bridge on Monday morning", "We will never reopen a bridge to that bank of the river"),
    ],
)
def test_short_or_different_quotes_are_not_grouped(one, two):
    assert group_quotes([("a-1", one), ("b-1", two)], SETTINGS) == {}


def test_nearly_the_same_words_with_other_numbers_are_compared_with_few_quotes(monkeypatch):
    compared = []
    monkeypatch.setattr(quote_groups, "similarity_kind", lambda *quotes: compared.append(1) or similarity_kind(*quotes))
    report = "We shot down {} drones over the northern province during the night, and the defence of the port goes on"
    quotes = [(f"q{n}", report.format(1000 + n)) for n in range(400)]
    assert group_quotes([*quotes, ("again", report.format(1250))], SETTINGS) == {"again": "q250"}
    assert len(compared) < 20_000  # of 80,000 pairs; those of the first hundred quotes, which are not many yet
