"""Outcomes of annotated quotes and the causes of errors, on one small text."""

import pytest

from pipeline.evaluate.extraction_scores import (
    classify_errors,
    count_types,
    list_outcomes,
    quotes_between_marks,
    score_extraction,
)
from pipeline.evaluate.intervals import share_with_interval
from pipeline.evaluate.span_scores import QuoteSpans

TEXT = (
    "Dara Olm said the ferry would not sail today. “Nobody is leaving this harbour,” Olm added, “and nobody comes.”\n\n"
    "The mayor of Tessel warned that the ice was thin."
)


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def quote(*parts: str, cue=None, source=None, speaker="Dara Olm", kind="indirect") -> QuoteSpans:
    spans = [at(part) for part in parts]
    return QuoteSpans(spans, at(cue) if cue else None, at(source) if source else None, speaker, kind)


SAID = "the ferry would not sail today"
FERRY = quote(SAID, cue="said", source="Dara Olm")
HARBOUR = quote("Nobody is leaving this harbour", "and nobody comes", cue="added", source="Olm added", kind="direct")
ICE = quote("the ice was thin", cue="warned", source="The mayor of Tessel", speaker="mayor of Tessel")
GOLD = [FERRY, HARBOUR, ICE]


def outcomes_of(*predicted, gold=GOLD):
    return list_outcomes({"a": TEXT}, {"a": gold}, {"a": list(predicted)})


def causes_of(*predicted):
    counts, rows = classify_errors({"a": TEXT}, outcomes_of(*predicted))
    return {(kind, cause) for kind, by in counts.items() for cause, n in by.items() if n}, rows


def test_an_outcome_for_each_quote_in_the_order_of_the_text():
    rows = outcomes_of(HARBOUR, quote("of Tessel"))
    assert [(row.gold, row.predicted and row.predicted.content[0], row.exact) for row in rows] == [
        (FERRY, None, False),
        (HARBOUR, HARBOUR.content[0], True),
        (None, at("of Tessel"), False),
        (ICE, None, False),
    ]


@pytest.mark.parametrize(
    ("cause", "predicted"),
    [
        (("missed", "cue not found"), []),
        (("missed", "in a longer quote"), [quote(TEXT[: TEXT.index(",”")])]),
        (("missed", "a piece alone"), [quote("the ferry")]),
        (("missed", "cue found"), [quote("of Tessel", cue="said")]),
        (("false", "no marks"), [FERRY, quote("of Tessel")]),
        (("false", "in quotation marks"), [FERRY, quote("of Tessel", kind="direct")]),
        (("false", "wrong bounds"), [quote("the ferry")]),
        (("bounds", "begins early"), [quote("said the ferry would not sail today")]),
        (("bounds", "begins late"), [quote("ferry would not sail today")]),
        (("bounds", "ends early"), [quote("the ferry would not sail")]),
        (("bounds", "ends late"), [quote("the ferry would not sail today. “Nobody")]),
        (("bounds", "other parts"), [quote("the ferry", "not sail today")]),
        (("speaker", "nobody"), [quote(SAID, speaker=None)]),
        (("speaker", "name wrong"), [quote(SAID, source="Dara Olm", speaker="Olm")]),
        (("speaker", "source wrong"), [quote(SAID, source="of Tessel", speaker="Olm")]),
    ],
)
def test_causes_of_errors(cause, predicted):
    """What is predicted in place of the first quote, and what counts as the cause."""
    assert cause in causes_of(*predicted, HARBOUR, ICE)[0]


def test_examples_of_errors_show_the_context():
    assert causes_of(*GOLD) == (set(), [])
    counts, _ = classify_errors({"a": TEXT}, outcomes_of(gold=[quote("the ice was thin")]))
    assert counts["missed"]["no cue there"] == 1
    context = "…comes.” ¶ The mayor of Tessel warned that ⟦the ice was thin⟧."
    assert causes_of(FERRY, HARBOUR)[1] == [("missed", "cue not found", "a", context, "")]


def test_confusion_of_types():
    taken = count_types(outcomes_of(quote(SAID, kind="mixed"), quote("of Tessel")))
    assert taken["indirect"] == {"direct": 0, "indirect": 0, "mixed": 1, "missed": 1}
    assert taken["direct"]["missed"] == 1
    assert taken["nothing"] == {"direct": 0, "indirect": 1, "mixed": 0}


def test_recall_by_type_is_of_the_slices_with_intervals_over_articles():
    summary = score_extraction({"a": TEXT}, {"a": GOLD}, {"a": [FERRY]}, outcomes_of(FERRY))
    assert summary["recall_by_type"]["indirect"] == {"quotes": 2, "content_exact": 0.5, "content_match": 0.5}
    assert summary["recall_by_type"]["mixed"]["quotes"] == 0
    found = share_with_interval([("a", True)] * 6 + [("b", False)] * 2 + [("c", True)] * 2)
    assert found["low"] < found["value"] == 0.8 < found["high"]
    assert share_with_interval([]) is None


def test_quotation_mark_baseline():
    assert [TEXT[slice(*q.content[0])] for q in quotes_between_marks(TEXT)] == [
        "“Nobody is leaving this harbour,”",
        "“and nobody comes.”",
    ]
    assert quotes_between_marks('The "Tessel Star" sank. "No mark closes this\nline."') == []
