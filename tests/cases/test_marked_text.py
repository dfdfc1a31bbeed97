"""Quotes and answers of marked texts."""

import pytest

from pipeline.core.errors import DataError
from tests.cases.marked_text import parse_quotes, parse_speaker_case


@pytest.mark.parametrize(
    ("line", "quotes"),
    [
        ("It rained.", []),
        ("⟨Ada⟩ ‹said› ⟦it rained⟧.", [("it rained", "Ada", "said")]),
        ("⟦“No.”⟧", [("“No.”", None, None)]),
        # A mark that the quote has already starts the next one.
        ("⟦“No,”⟧ ‹said› ⟨Ada⟩. ⟨Bo⟩ ‹said› ⟦yes⟧.", [("“No,”", "Ada", "said"), ("yes", "Bo", "said")]),
        ("⟦“No,”⟧ ‹said› ⟨Ada⟩. ⟦“Never.”⟧", [("“No,”", "Ada", "said"), ("“Never.”", None, None)]),
        # A paragraph does, unless it continues the content.
        ("⟦“No.”⟧¶⟨Bo⟩ ‹said› ⟦yes⟧.", [("“No.”", None, None), ("yes", "Bo", "said")]),
        ("⟦“No.⟧¶⟦+“Never,”⟧ ‹said› ⟨Ada⟩.", [("“No. “Never,”", "Ada", "said")]),
        ("⟨Ada⟩ ‹said›:¶⟦“No.”⟧", [("“No.”", "Ada", "said")]),
        ("⟦“I ⟨he⟩ ‹said› no”⟧", [("“I he said no”", "he", "said")]),
    ],
)
def test_marks_are_grouped_into_quotes(line, quotes):
    text, parsed = parse_quotes(line)
    assert text == "".join(char for char in line if char not in "⟦⟧⟨⟩‹›+").replace("¶", "\n\n")
    assert [(quote.quoted, quote.words(quote.source), quote.words(quote.cue)) for quote in parsed] == quotes


def test_a_content_in_quotation_marks_is_direct():
    _, quotes = parse_quotes("⟦“No,”⟧ ‹said› ⟨Ada⟩. ⟨Bo⟩ ‹said› ⟦yes⟧.")
    assert [quote.type for quote in quotes] == ["direct", "indirect"]


def test_answers_name_speakers_and_fields():
    case = parse_speaker_case(
        "[publisher=Post, date=2024-05-01] ⟦“No.”⟧¶⟨They⟩ ‹said› ⟦yes⟧. => ? | both (kind=group, members=Ada and Bo)"
    )
    assert case.text == "“No.”\n\nThey said yes."
    assert case.answers == [{"speaker": "?"}, {"speaker": "both", "kind": "group", "members": "Ada and Bo"}]
    assert (case.publication.publisher, case.publication.date) == ("Post", "2024-05-01")
    _, both = case.quotes
    both.speaker, both.kind, both.members = "both", "group", ["Ada", "Bo"]
    assert case.actual_answers(case.quotes) == case.answers


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("⟨Ada⟩ ‹said› ⟦no. => Ada", "⟦ is not closed"),
        ("⟨Ada⟩ said ⟨no⟩. => Ada", "a source or cue without a content"),
        ("⟦+no⟧, ⟨Ada⟩ ‹said›. => Ada", "⟦\\+ continues no content"),
        ("⟨Ada⟩ ‹said› ⟦no⟧. ⟦“Yes.”⟧ => Ada", "2 quotes and 1 answers"),
        ("⟨Ada⟩ ‹said› ⟦no⟧.", "1 quotes and 0 answers"),
        ("⟨Ada⟩ ‹said› ⟦no⟧. => Ada (kin=person)", "unknown field 'kin'"),
        ("[day=2024-05-01] ⟨Ada⟩ ‹said› ⟦no⟧. => Ada", "unknown field 'day'"),
    ],
)
def test_an_error_names_the_line(line, message):
    with pytest.raises(DataError, match=f"names.txt:7: {message}"):
        parse_speaker_case(line, "names.txt:7")
