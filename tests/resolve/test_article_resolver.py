"""Speakers within one article, beside the cases of `test_speaker_cases`."""


def test_an_article_without_quotes(resolve_text):
    assert resolve_text("Nothing was said.") == []


def test_the_same_result_twice(resolve_text):
    line = "Mr. Anton Gavrel met Ms. Nadia Sarkel. ⟦“It was short,”⟧ ⟨she⟩ ‹said›. ⟨He⟩ ‹said› ⟦it was long⟧."
    first, second = resolve_text(line), resolve_text(line)
    assert [quote.speaker for quote in first] == ["Nadia Sarkel", "Anton Gavrel"]
    assert [quote.to_dict() for quote in first] == [quote.to_dict() for quote in second]


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
