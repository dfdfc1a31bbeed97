"""Errors by cause: gold and found quotes of one small text, and what was weighed on the way."""

import re
from types import SimpleNamespace

import pytest

from benchmarks.causes import CAUSES, list_errors
from benchmarks.measures import compare_quotes
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


def at(words):
    start = TEXT.index(words)
    return [start, start + len(words)]


def quote(*parts, cue="says", source="Auer", kind="indirect"):
    spans = {"cue": [at(cue)] if cue else [], "source": [at(source)] if source else []}
    return {"content": [at(part) for part in parts], **spans, "type": kind}


GOLD = quote("the river line holds until the spring comes")


def listed(gold, found, cues=(), weighed=()):
    trace = SimpleNamespace(cues=[(tuple(at(w)), p) for w, p in cues], candidates=list(weighed), view=VIEW)
    causes = [error.cause for error in list_errors(compare_quotes(TEXT, gold, found), trace, SPEECH, THOUGHT)]
    assert set(causes) <= set(CAUSES)
    return causes


def candidate(lost):
    return ScoredCandidate([tuple(at("the river line holds until"))], None, None, "learned", 0.1, lost)


@pytest.mark.parametrize(
    ("found", "causes"),
    [
        (GOLD, []),
        (quote("river line holds until the spring comes"), ["ends: start wrong"]),
        (quote("the river line holds until the spring"), ["ends: end wrong"]),
        (quote("river line holds until the spring"), ["ends: start and end wrong"]),
        (quote("the river line", "until the spring comes"), ["ends: number of parts wrong"]),
        (quote("the river line holds until the spring comes", source=None), ["source: none given"]),
        (quote("the river line holds until the spring comes", source="Odei"), ["source: another one"]),
        (quote("the river line holds until the spring comes", cue="hopes"), ["cue: another one or none"]),
        (quote("the river"), ["missed: a part taken for the whole", "false: inside a gold quote"]),
    ],
)
def test_what_is_wrong_with_a_pair(found, causes):
    assert listed([GOLD], [found]) == causes


@pytest.mark.parametrize(
    ("cues", "weighed", "cause"),
    [
        ([], [], "missed: no cue found"),
        ([("hopes", 0.9)], [], "missed: no cue found"),
        ([("says", 0.9)], [], "missed: cue found, no such content"),
        ([("says", 0.9)], [candidate("below the least score of 0.30")], "missed: scored too low, cue likely"),
        ([("says", 0.2)], [candidate("below the least score of 0.30")], "missed: scored too low, cue doubtful"),
        ([("says", 0.9)], [candidate("another content of its cue scores higher")], "missed: lost to another candidate"),
    ],
)
def test_why_a_quote_was_missed(cues, weighed, cause):
    assert listed([GOLD], [], cues, weighed) == [cause]


def test_a_missed_quote_without_cue():
    assert listed([quote("the river line holds", cue=None)], []) == ["missed: no cue in gold"]


def test_what_two_gold_quotes_were_joined_into():
    short = quote("until the spring comes")
    found = quote("the river line holds until the spring comes")
    causes = listed([quote("the river line holds"), short], [found])
    assert causes == ["ends: start wrong", "missed: joined with another"]


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (quote("the “long war” ends", cue="hopes"), "false: belief or plan"),
        (quote("the “long war” ends", cue="says"), "false: cue of the lists"),
        (quote("the “long war” ends", cue="that"), "false: cue of no list"),
        (quote("long war", cue="that", kind="direct"), "false: few words in marks"),
        (quote("ends", cue="war"), "false: noun as cue"),
        (quote("ends", cue=None), "false: without a cue"),
        (quote("the river line holds until the spring comes", cue="that"), "false: headline"),
    ],
)
def test_what_is_false(found, cause):
    assert listed([], [found]) == [cause]


def test_the_second_content_of_a_gold_cue():
    assert listed([GOLD], [GOLD, quote("ends")]) == ["false: second content of a gold cue"]


def test_around_a_gold_quote():
    gold, found = quote("the river"), quote("the river line holds until the spring comes")
    assert listed([gold], [found]) == ["missed: inside something larger", "false: around a gold quote"]
