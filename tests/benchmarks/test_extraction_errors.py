"""Causes of extraction errors, from gold and predicted quotes and the candidates of one small text."""

import re
from types import SimpleNamespace

import pytest

from benchmarks.extraction_errors import CAUSES, list_errors
from benchmarks.extraction_measures import compare_quotes
from pipeline.extract.explanation import ScoredCandidate
from pipeline.extract.rules.lexicon import Lexicon

TEXT = "Auer says the river line holds until the spring comes.\nOdei hopes that the “long war” ends."
WORDS = [(m.start(), m.end()) for m in re.finditer(r"\w+", TEXT)]
VIEW = SimpleNamespace(
    start=[start for start, _ in WORDS],
    lemma=[TEXT[start:end].lower().removesuffix("s") for start, end in WORDS],
    pos=["NOUN" if TEXT[start:end] == "war" else "VERB" for start, end in WORDS],
)
SPEECH = Lexicon({"say": frozenset(("clause",))})
THOUGHT = Lexicon({"say": frozenset(("clause",)), "hope": frozenset(("clause",))})


def span_of(words):
    start = TEXT.index(words)
    return [start, start + len(words)]


def quote(*parts, cue="says", source="Auer", kind="indirect"):
    spans = {"cue": [span_of(cue)] if cue else [], "source": [span_of(source)] if source else []}
    return {"content": [span_of(part) for part in parts], **spans, "type": kind}


GOLD = quote("the river line holds until the spring comes")


def causes_of(gold, predicted, cues=(), candidates=()):
    trace = SimpleNamespace(cues=[(tuple(span_of(w)), p) for w, p in cues], candidates=list(candidates), view=VIEW)
    causes = [error.cause for error in list_errors(compare_quotes(TEXT, gold, predicted), trace, SPEECH, THOUGHT)]
    assert set(causes) <= set(CAUSES)
    return causes


def candidate(reason):
    return ScoredCandidate([tuple(span_of("the river line holds until"))], None, None, "learned", 0.1, reason)


@pytest.mark.parametrize(
    ("predicted", "causes"),
    [
        (GOLD, []),
        (quote("river line holds until the spring comes"), ["ends: start wrong"]),
        (quote("the river line holds until the spring"), ["ends: end wrong"]),
        (quote("river line holds until the spring"), ["ends: start and end wrong"]),
        (quote("the river line", "until the spring comes"), ["ends: number of parts wrong"]),
        (quote("the river line holds until the spring comes", source=None), ["source: missing"]),
        (quote("the river line holds until the spring comes", source="Odei"), ["source: wrong"]),
        (quote("the river line holds until the spring comes", cue="hopes"), ["cue: wrong or missing"]),
        (quote("the river"), ["missed: only a part predicted", "false: inside a gold quote"]),
    ],
)
def test_errors_of_a_matched_pair(predicted, causes):
    assert causes_of([GOLD], [predicted]) == causes


@pytest.mark.parametrize(
    ("cues", "candidates", "cause"),
    [
        ([], [], "missed: no cue found"),
        ([("hopes", 0.9)], [], "missed: no cue found"),
        ([("says", 0.9)], [], "missed: cue found, no such content"),
        ([("says", 0.9)], [candidate("below the least score of 0.30")], "missed: scored too low, cue likely"),
        ([("says", 0.2)], [candidate("below the least score of 0.30")], "missed: scored too low, cue doubtful"),
        ([("says", 0.9)], [candidate("another content of its cue scores higher")], "missed: lost to another candidate"),
    ],
)
def test_cause_of_a_missed_quote(cues, candidates, cause):
    assert causes_of([GOLD], [], cues, candidates) == [cause]


def test_a_missed_quote_without_cue():
    assert causes_of([quote("the river line holds", cue=None)], []) == ["missed: no cue in gold"]


def test_two_gold_quotes_joined_into_one():
    short = quote("until the spring comes")
    predicted = quote("the river line holds until the spring comes")
    causes = causes_of([quote("the river line holds"), short], [predicted])
    assert causes == ["ends: start wrong", "missed: joined with another"]


@pytest.mark.parametrize(
    ("predicted", "cause"),
    [
        (quote("the “long war” ends", cue="hopes"), "false: belief or plan"),
        (quote("the “long war” ends", cue="says"), "false: listed cue"),
        (quote("the “long war” ends", cue="that"), "false: unlisted cue"),
        (quote("long war", cue="that", kind="direct"), "false: few words in quotation marks"),
        (quote("ends", cue="war"), "false: noun as cue"),
        (quote("ends", cue=None), "false: without a cue"),
        (quote("the river line holds until the spring comes", cue="that"), "false: headline"),
    ],
)
def test_cause_of_a_false_quote(predicted, cause):
    assert causes_of([], [predicted]) == [cause]


def test_a_second_content_of_a_gold_cue_is_false():
    assert causes_of([GOLD], [GOLD, quote("ends")]) == ["false: second content of a gold cue"]


def test_a_quote_around_a_gold_quote_is_false():
    gold, predicted = quote("the river"), quote("the river line holds until the spring comes")
    assert causes_of([gold], [predicted]) == ["missed: inside a larger quote", "false: around a gold quote"]
