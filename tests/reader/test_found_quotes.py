"""Which quotes are kept of those that the network tags and those that the rules find."""

import numpy as np
import pytest

from pipeline.core.quote import ANNOUNCED, Quote
from pipeline.core.targets import load_targets
from pipeline.reader.config import ReadConfig, make_reader
from pipeline.reader.found_quotes import READER, find_quotes
from pipeline.reader.quote_tagger import TAGGED, Tags, split_text
from pipeline.reader.word_pieces import GAP, SPECIAL, WordPieces
from tests.cases.marked_text import parse_quotes

TEXT = "Reyk said it was late, and the road was shut. “We wait,” he said. It rained all day."
PIECES = WordPieces([*SPECIAL, GAP])


def tags_of(text: str, **spans: list[str]) -> Tags:
    """Return tags in which the words of some spans have a probability of 0.97."""
    pieces = split_text(text, PIECES)
    shares = np.zeros((len(pieces.pieces), len(TAGGED), 3))
    shares[:, :, 0] = 1
    for name, words in spans.items():
        for each in words:
            start = text.index(each)
            own = pieces.of([(start, start + len(each))])
            shares[own, TAGGED.index(name)] = [0.03, 0, 0.97]
            shares[own[0], TAGGED.index(name)] = [0.03, 0.97, 0]
    return Tags(pieces, shares)


def by_rules(*contents: str, kind: str = "indirect", rule: str = "clause_after") -> list[Quote]:
    spans = [(TEXT.index(words), TEXT.index(words) + len(words)) for words in contents]
    return [Quote(TEXT, [span], kind, rule, 0.8) for span in spans]


@pytest.mark.parametrize(
    ("tagged", "rules", "expected"),
    [
        # Both find it: the network says where it begins and ends.
        (["it was late"], by_rules("it was late, and the road"), [("it was late", "clause_after")]),
        (["We wait,"], by_rules("“We wait,”", kind="direct"), [("“We wait,”", "clause_after")]),
        ([], by_rules("“We wait,”", kind="direct"), [("“We wait,”", "clause_after")]),
        (["it was late"], [], [("it was late", READER)]),
        ([], by_rules("It rained"), []),
        (["late"], [], []),
        (["“We wait,”"], [], []),
        (["it was late"], by_rules("it was late", rule=ANNOUNCED), []),
    ],
)
def test_quotes_of_both(tagged, rules, expected):
    found = find_quotes(tags_of(TEXT, content=tagged, cue=["said"]), rules, TEXT)
    assert [(quote.quoted, quote.rule) for quote in found] == expected


def test_a_word_that_is_missed_does_not_part_a_quote_but_a_cue_does():
    for cues, expected in ((["said"], ["it was late, and the road"]), (["said", "late"], ["it was", ", and the road"])):
        tags = tags_of(TEXT, content=["it was late, and the road"], cue=cues)
        start = TEXT.index("late")
        tags.shares[tags.text.of([(start, start + 4)]), TAGGED.index("content")] = [0.9, 0, 0.1]
        assert [quote.quoted for quote in find_quotes(tags, [], TEXT)] == expected


def test_source_and_cue_are_the_nearest_of_the_paragraph():
    text = f"Korvath announced nothing.\n{TEXT}"
    contents = ["it was late", "It rained all day"]
    tags = tags_of(text, content=contents, source=["Korvath", "Reyk"], cue=["announced", "said"])
    late, rain = find_quotes(tags, [], text)
    assert (late.words(late.source), late.words(late.cue)) == ("Reyk", "said")
    assert (rain.type, rain.words(rain.source), rain.words(rain.cue)) == ("indirect", "Reyk", "said")


def test_beliefs_are_quotes_of_the_profile_attribution_alone():
    tags = tags_of(TEXT, attitude=["it was late"], cue=["said"])
    assert find_quotes(tags, [], TEXT) == []
    assert [quote.quoted for quote in find_quotes(tags, [], TEXT, attitudes=True)] == ["it was late"]


@pytest.mark.parametrize(
    "line",
    [
        "Ilse Korvath ‹said› on Monday that ⟦it was late⟧.",
        "⟦“We will not stop until May,”⟧ ‹said› Nadia Sarkel.",
        "It rained in Lorne all day, and the road to the coast was shut.",
    ],
)
def test_the_network_alone_finds_quotes(line):
    text, expected = parse_quotes(line)
    found, pointings = make_reader(ReadConfig(reader="all"), "en", "speech", load_targets()).read(text, [])
    assert [quote.content for quote in found] == [quote.content for quote in expected]
    assert set(pointings) == {tuple(quote.content) for quote in expected}
