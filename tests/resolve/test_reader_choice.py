"""Rules and reader: the more certain of the two names the speaker, and both together are more certain."""

import re

import pytest

from pipeline.reader.speaker_pointer import Pointing
from pipeline.resolve.article_resolver import resolve
from pipeline.resolve.reader_choice import READER
from tests.cases.marked_text import parse_quotes


@pytest.fixture
def read(parser, gazetteer):
    """Function that resolves a marked text whose last quote the reader gives to somebody, None for nobody."""

    def resolve_text(line: str, name: str | None, probability: float):
        text, quotes = parse_quotes(line)
        (doc,) = parser.pipe([text])
        spans = [match.span() for match in re.finditer(re.escape(name), text)][-1:] if name else []
        starts, ends = ({span[side]: probability for span in spans} for side in (0, 1))
        pointing = Pointing(starts, ends, 1 - probability if name else probability)
        return resolve(doc, quotes, gazetteer, pointings={tuple(quotes[-1].content): pointing})[-1]

    return resolve_text


NAMED = "⟨Ilse Korvath⟩ ‹said› ⟦it was late⟧ when Nadia Sarkel left."


def test_both_together_are_more_certain_than_the_rules(read, resolve_text):
    alone, both = resolve_text(NAMED)[-1], read(NAMED, "Ilse Korvath", 0.99)
    assert both.speaker == alone.speaker == "Ilse Korvath"
    assert both.resolved_by == alone.resolved_by == "full_name"
    assert both.certainty > 0.95


def test_a_doubt_of_the_reader_makes_less_certain(read):
    assert read(NAMED, "Ilse Korvath", 0.99).certainty > read(NAMED, "Nadia Sarkel", 0.7).certainty


def test_a_sure_reader_decides_against_an_unsure_rule(read, resolve_text):
    line = "Nadia Sarkel met Ilse Korvath. ⟦“It was late.”⟧"
    assert resolve_text(line)[-1].certainty < 0.8
    quote = read(line, "Ilse Korvath", 0.99)
    assert (quote.speaker, quote.resolved_by, quote.kind) == ("Ilse Korvath", READER, "person")
    assert quote.steps[0].rule == READER


def test_a_surname_that_the_reader_points_to_becomes_the_full_name(read):
    assert read("Nadia Sarkel came. ⟦“It was late.”⟧ Then Sarkel left.", "Sarkel", 0.99).speaker == "Nadia Sarkel"


def test_a_name_inside_the_source_mention_is_not_its_speaker(read):
    assert read("⟨A spokesman for Kestria⟩ ‹said› ⟦it was late⟧.", "Kestria", 0.99).speaker == "a spokesman for Kestria"
