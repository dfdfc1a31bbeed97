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


FERRY = quote("the ferry would not sail today", cue="said", source="Dara Olm")
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
    assert [(row.gold is not None, row.predicted is not None) for row in rows] == [
        (True, False),
        (True, True),
        (False, True),
        (True, False),
    ]
    assert [row.exact for row in rows] == [False, True, False, False]


def test_a_right_quote_has_no_cause():
    assert causes_of(*GOLD) == (set(), [])


@pytest.mark.parametrize(
    ("predicted", "cause"),
    [
        ([HARBOUR, ICE], ("missed", "cue not found")),
        ([HARBOUR, ICE, quote("Dara Olm said the ferry would not sail today. “Nobody is leaving this harbour")],
         ("missed", "in a longer quote")),
        ([HARBOUR, ICE, quote("the ferry")], ("missed", "a piece alone")),
        ([HARBOUR, ICE, quote("of Tessel", cue="said")], ("missed", "cue found")),
        ([*GOLD, quote("of Tessel")], ("false", "no marks")),
        ([*GOLD, quote("of Tessel", kind="direct")], ("false", "in quotation marks")),
        ([HARBOUR, ICE, quote("the ferry")], ("false", "wrong bounds")),
        ([quote("said the ferry would not sail today"), HARBOUR, ICE], ("bounds", "begins early")),
        ([quote("ferry would not sail today"), HARBOUR, ICE], ("bounds", "begins late")),
        ([quote("the ferry would not sail"), HARBOUR, ICE], ("bounds", "ends early")),
        ([quote("the ferry would not sail today. “Nobody"), HARBOUR, ICE], ("bounds", "ends late")),
        ([FERRY, quote("Nobody is leaving this harbour,” Olm added, “and nobody comes"), ICE],
         ("bounds", "other parts")),
        ([quote("the ferry would not sail today", speaker=None), HARBOUR, ICE], ("speaker", "nobody")),
        ([quote("the ferry would not sail today", source="Dara Olm", speaker="Olm"), HARBOUR, ICE],
         ("speaker", "name wrong")),
        ([quote("the ferry would not sail today", source="of Tessel", speaker="Olm"), HARBOUR, ICE],
         ("speaker", "source wrong")),
    ],
)  # fmt: skip
def test_causes_of_errors(predicted, cause):
    assert cause in causes_of(*predicted)[0]


def test_a_missed_quote_without_a_cue():
    counts, _ = classify_errors({"a": TEXT}, outcomes_of(gold=[quote("the ice was thin")]))
    assert counts["missed"]["no cue there"] == 1


def test_error_examples_show_the_context():
    _, rows = causes_of(FERRY, HARBOUR)
    assert rows == [
        ("missed", "cue not found", "a", "…comes.” ¶ The mayor of Tessel warned that ⟦the ice was thin⟧.", ""),
    ]


def test_confusion_of_types():
    taken = count_types(outcomes_of(quote("the ferry would not sail today", kind="mixed"), quote("of Tessel")))
    assert taken["indirect"] == {"direct": 0, "indirect": 0, "mixed": 1, "missed": 1}
    assert taken["direct"]["missed"] == 1
    assert taken["nothing"] == {"direct": 0, "indirect": 1, "mixed": 0}


def test_shares_have_intervals_over_articles():
    rows = [("a", True)] * 6 + [("b", False)] * 2 + [("c", True)] * 2
    assert share_with_interval(rows)["value"] == 0.8
    assert share_with_interval(rows)["low"] < 0.8 < share_with_interval(rows)["high"]
    assert share_with_interval([]) is None


def test_recall_by_type_is_of_the_slices():
    rows = outcomes_of(FERRY)
    summary = score_extraction({"a": TEXT}, {"a": GOLD}, {"a": [FERRY]}, rows)
    assert summary["recall_by_type"]["indirect"] == {"quotes": 2, "content_exact": 0.5, "content_match": 0.5}
    assert summary["recall_by_type"]["mixed"]["quotes"] == 0


def test_quotation_mark_baseline():
    assert [TEXT[slice(*q.content[0])] for q in quotes_between_marks(TEXT)] == [
        "“Nobody is leaving this harbour,”",
        "“and nobody comes.”",
    ]
    assert quotes_between_marks('The "Tessel Star" sank. "No mark closes this\nline."') == []
