"""The ablation of rules and word lists: what it switches off, and how it counts."""

from __future__ import annotations

from benchmarks.ablate import Verdict, count_lines, format_row, without_rule, without_words, word_lists
from pipeline.core.language import load_language
from pipeline.resolve.speaker_rules import RULES


def test_a_rule_is_off_only_inside():
    with without_rule("role"):
        assert "role" not in RULES
    assert "role" in RULES


def test_one_list_of_a_language_is_emptied():
    language = load_language("en")
    paths = dict(word_lists(language))
    assert paths["mentions", "conjunctions"] == 1
    assert paths["cues", "speech", "as"] == len(language.cues["speech"]["as"])
    assert without_words(language, ("names", "body")).names == {**language.names, "body": []}
    assert without_words(language, ("titles",)).titles == []


def test_gains_and_losses_are_counted_by_quote():
    before = [Verdict("a", "X", "role", True), Verdict("a", "X", "role", False), Verdict("b", "Y", "role", True)]
    after = [Verdict("a", None, None, False), Verdict("a", "Z", "group", True), Verdict("b", None, None, False)]
    assert format_row("role", 3, before, after, 9).startswith("| role | 3 | 3 | 1 | 2 | 1 | ")


def test_the_lines_of_a_rule_are_with_those_that_it_alone_calls():
    assert count_lines(without_words) == 4 + 4
