"""Cases of `tests/cases/en/speakers`: each quote of a marked text gets the speaker that its line names."""

import pytest

from pipeline.resolve.article_resolver import resolve
from tests.cases.marked_text import CASES, parse_speaker_case, read_lines

LINES = [case for path in sorted((CASES / "speakers").glob("*.txt")) for case in read_lines(path)]


@pytest.mark.parametrize(("where", "line"), LINES, ids=[where for where, _ in LINES])
def test_speakers(parser, gazetteer, where, line):
    case = parse_speaker_case(line, where)
    (doc,) = parser.pipe([case.text])
    quotes = resolve(doc, case.quotes, gazetteer, case.publication)
    assert case.actual_answers(quotes) == case.answers
