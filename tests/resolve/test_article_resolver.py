"""Speakers within one article, beside the cases of `test_speaker_cases`."""

from __future__ import annotations

from pipeline.resolve.article_resolver import resolve
from tests.cases.marked_text import parse_quotes


def test_an_article_without_quotes(resolve_text):
    assert resolve_text("Nothing was said.") == []


def test_the_same_result_twice(resolve_text):
    line = "Mr. Anton Gavrel met Ms. Nadia Sarkel. ⟦“It was short,”⟧ ⟨she⟩ ‹said›. ⟨He⟩ ‹said› ⟦it was long⟧."
    first, second = resolve_text(line), resolve_text(line)
    assert [quote.speaker for quote in first] == ["Nadia Sarkel", "Anton Gavrel"]
    assert [quote.to_dict() for quote in first] == [quote.to_dict() for quote in second]


def test_i_inside_a_quote_is_its_speaker(parser, gazetteer):
    text, outer = parse_quotes("⟨Ines Toll⟩ ‹said›: ⟦“It rained, and I said it would.”⟧")
    same_text, inner = parse_quotes("Ines Toll said: “It rained, and ⟨I⟩ ‹said› ⟦it would⟧.”")
    assert text == same_text
    (doc,) = parser.pipe([text])
    quotes = resolve(doc, [*outer, *inner], gazetteer)
    assert [(quote.speaker, quote.resolved_by) for quote in quotes] == [
        ("Ines Toll", "full_name"),
        ("Ines Toll", "first_person"),
    ]


def test_steps_and_certainty(resolve_text):
    first, second = resolve_text("Mr. Anton Gavrel spoke on Monday. ⟦“It was short,”⟧ ⟨he⟩ ‹said›.¶⟦“Nobody knows.”⟧")
    assert [(step.rule, first.words(step.span)) for step in first.steps] == [
        ("personal", "he"),
        ("named", "Anton Gavrel"),
    ]
    assert 0 < second.certainty < 1
    assert 0 < first.certainty < 1
    (unresolved,) = resolve_text("⟦“Nobody knows.”⟧")
    assert (unresolved.certainty, [step.speaker for step in unresolved.steps]) == (0.0, [None])
