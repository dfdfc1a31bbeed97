"""Whether two quotes repeat the same statement."""

from __future__ import annotations

import pytest

from pipeline.core.language import load_language
from pipeline.core.quote_similarity import ComparableQuote, similarity_kind, similarity_settings

RULES = similarity_settings(load_language())
SAME = [
    ("“The harbour will stay open until the end of May,”", "The harbor will stay open until the end of May", "copied"),
    ("the cease-fire will hold until the end of May", "the ceasefire would hold until the end of May", "translated"),
    (
        "I have told them twice that nobody here will sign away the upper valley.",
        "nobody here will sign away the upper valley",
        "shortened",
    ),
    (
        "Before we can talk about the border the guns must be silent.",
        "The guns have to be silent before we talk about any border.",
        "translated",
    ),
]
DIFFERENT = [
    ("We will give up the mill and the bridge.", "We will not give up the mill and the bridge."),
    ("We lost eleven men at the bridge on that day.", "We lost seven men at the bridge on that day."),
    ("We lost 11 men at the bridge on that day.", "We lost 17 men at the bridge on that day."),
    ("Our troops will leave the bank on Sunday.", "Their troops will leave the bank on Sunday."),
    ("We expect an answer from Sorrin this week.", "We expect an answer from Tolvar this week."),
    ("The plan gives us the hills and gives them the river.", "The plan gives them the hills and gives us the river."),
    ("We will never give up the mill and the bridge.", "give up the mill and the bridge"),
    ("The talks about the prisoners went well.", "The talks about the islands went well."),
    ("No comment on that.", "No comment on that."),
]


@pytest.mark.parametrize(("one", "two", "how"), SAME)
def test_similar_quotes(one, two, how):
    assert (
        similarity_kind(ComparableQuote(one, RULES), ComparableQuote(two, RULES))
        == similarity_kind(ComparableQuote(two, RULES), ComparableQuote(one, RULES))
        == how
    )


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_different_quotes(one, two):
    assert similarity_kind(ComparableQuote(one, RULES), ComparableQuote(two, RULES)) == ""
