"""Phenomena of gold quotes in marked lines: ⟨source⟩ ‹cue› ⟦content⟧, ¶ for a line break."""

import pytest

from benchmarks.extraction_measures import read_quotes
from benchmarks.quote_phenomena import PHENOMENA, find_phenomena
from pipeline.evaluate.span_scores import ComparableText

SIGNS = {"⟨": "source", "‹": "cue", "⟦": "content"}
ENDS = "⟩›⟧"


def parse_marked(line):
    text, spans, opened = "", {name: [] for name in SIGNS.values()}, []
    for char in line:
        if char in SIGNS:
            opened.append((SIGNS[char], len(text)))
        elif char in ENDS:
            name, start = opened.pop()
            spans[name].append([start, len(text)])
        else:
            text += "\n" if char == "¶" else char
    return text, spans


CASES = [
    ("⟨Auer⟩ ‹said› ⟦the line holds firm today⟧.", {"cue before"}),
    ("⟦The line holds today⟧, ⟨Auer⟩ ‹said›.", {"cue behind"}),
    ("“⟦No⟧,” ⟨Auer⟩ ‹said›, “⟦not the line⟧.”", {"cue inside", "several parts"}),
    ("⟨Auer⟩ ‹said›: “⟦The line holds today⟧.”", {"cue before", "colon"}),
    ("‹According to› ⟨Auer⟩, ⟦the line holds firm⟧.", {"cue before", "according to"}),
    ("⟨Auer⟩ ‹was quoted as saying› ⟦the line holds firm⟧.", {"cue before", "passive", "many-word cue"}),
    ("⟨Auer⟩ was ‹quoted as saying› ⟦the line holds firm⟧.", {"cue before", "passive", "many-word cue"}),
    ("The guns were quiet, ⟨Auer⟩ ‹said›, ⟦and the line firm⟧.", {"cue before"}),
    ("⟨Auer's⟩ ‹claim› that ⟦the line holds firm⟧.", {"cue before", "noun cue"}),
    ("⟨His⟩ bold ‹claim› that ⟦the line holds firm⟧.", {"cue before", "noun cue", "pronoun source"}),
    ("⟨The minister⟩ ‹said› ⟦the line holds firm⟧.", {"cue before"}),
    ("A ‹claim› that ⟦the line holds firm⟧.", {"cue before", "noun cue", "no source"}),
    ("“⟦We hold the line⟧.”", {"no cue", "no source"}),
    ("⟨She⟩ ‹called› it “⟦void⟧”.", {"cue before", "pronoun source", "short"}),
    ("⟨Auer⟩ ‹vows› ⟦to hold the line⟧¶It rained.", {"cue before", "headline"}),
    ("News.¶⟨Auer⟩ ‹said›: “⟦We hold.¶We always did⟧.”", {"cue before", "colon", "several paragraphs"}),
    ("⟨Auer⟩ ‹said›, ''⟦We hold the line⟧.''", {"cue before", "two-tick marks"}),
    ("⟨Auer⟩ ‹said›, ‘⟦We hold the line⟧.’", {"cue before", "single marks"}),
]


@pytest.mark.parametrize(("line", "phenomena"), CASES)
def test_find_phenomena(line, phenomena):
    words, spans = parse_marked(line)
    text = ComparableText(words)
    result = find_phenomena(text, read_quotes(text, [spans], True), 0)
    assert result == phenomena
    assert result <= set(PHENOMENA)


def test_a_quote_in_a_quote_is_nested():
    text = ComparableText("Auer said Odei thinks the line holds.")
    pair = [{"content": [[10, 36]]}, {"content": [[22, 36]]}, {"content": [[0, 4]]}]
    quotes = read_quotes(text, pair, True)
    assert [("nested" in find_phenomena(text, quotes, i)) for i in range(3)] == [True, True, False]
