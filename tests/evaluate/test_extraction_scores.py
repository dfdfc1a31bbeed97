"""Scoring of spans, outcomes of annotated quotes and the causes of errors, checked on small texts by hand."""

import numpy as np
import pytest

from pipeline.evaluate.extraction_scores import (
    classify_errors,
    count_types,
    list_outcomes,
    quotes_between_marks,
    score_extraction,
)
from pipeline.evaluate.intervals import score_with_interval, share_with_interval
from pipeline.evaluate.span_scores import METRICS, ComparableText, QuoteSpans, fold_name, tally_quotes

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
    found = [(row.gold, row.predicted and row.predicted.content[0], row.exact) for row in rows]
    harbour = (HARBOUR, HARBOUR.content[0], True)
    assert found == [(FERRY, None, False), harbour, (None, at("of Tessel"), False), (ICE, None, False)]


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
    found = [TEXT[slice(*q.content[0])] for q in quotes_between_marks(TEXT)]
    assert found == ["“Nobody is leaving this harbour,”", "“and nobody comes.”"]
    assert quotes_between_marks('The "Tessel Star" sank. "No mark closes this\nline."') == []


WAITING = 'Kestria will wait, said Ilse Korvath, foreign minister. "No truce," she said, "not now."'


def place_of(words: str) -> tuple[int, int]:
    start = WAITING.index(words)
    return start, start + len(words)


SAID_BY_KORVATH = [
    QuoteSpans([place_of("Kestria will wait")], place_of("said"), place_of("Ilse Korvath"), "Ilse Korvath", "indirect"),
    QuoteSpans([place_of('"No truce,"'), place_of('"not now."')], (72, 76), (68, 71), "Ilse Korvath", "direct"),
]


def f1(gold, predicted, metric):
    return score_with_interval([tally_quotes(WAITING, gold, predicted)[metric]])["f1"]


def test_gold_against_itself_is_perfect_and_nothing_finds_nothing():
    assert all(f1(SAID_BY_KORVATH, SAID_BY_KORVATH, metric) == pytest.approx(1) for metric in METRICS)
    assert f1(SAID_BY_KORVATH, [], "content_match") == 0
    assert tally_quotes(WAITING, [], [])["content_match"].gold == 0


@pytest.mark.parametrize(
    ("predicted", "metric", "right"),
    [
        # Marks, commas and full stops do not matter.
        (QuoteSpans([(place_of("No truce")), place_of("not now")]), "content_exact", 1),
        # One part of two is no exact quote, but one exact part, and 8 of 14 letters are more than a half.
        (QuoteSpans([place_of("No truce")]), "content_exact", 0),
        (QuoteSpans([place_of("No truce")]), "segment_exact", 1),
        (QuoteSpans([place_of("not now")]), "content_match", 0),
        (QuoteSpans([place_of("Kestria will")]), "content_match", 1),
        # The source must contain the head of the gold source.
        (QuoteSpans([place_of("Kestria will wait")], source=place_of("Korvath, foreign minister")), "attribution", 1),
        (QuoteSpans([place_of("Kestria will wait")], source=place_of("foreign minister")), "attribution", 0),
        (QuoteSpans([place_of("Kestria will wait")], speaker="ilse korvath"), "speaker", 1),
        (QuoteSpans([place_of("Kestria will wait")], speaker="Korvath"), "speaker", 0),
        (QuoteSpans([place_of("foreign")], cue=place_of("said Ilse")), "cue", 1),
        (QuoteSpans([place_of("foreign")], cue=place_of("minister")), "cue", 0),
    ],
)
def test_counts(predicted, metric, right):
    assert tally_quotes(WAITING, SAID_BY_KORVATH, [predicted])[metric].right_gold == right


def test_overlap_counts_letters():
    tally = tally_quotes(WAITING, SAID_BY_KORVATH, [QuoteSpans([place_of("Kestria will")])])["content_overlap"]
    assert (tally.right_gold, tally.gold, tally.predicted) == (11, 15 + 7 + 6, 11)


def test_heads_and_folded_names():
    heads = {"Foreign Minister Ilse Korvath": "Korvath", "a spokesman for the palace": "spokesman"}
    for source, head in (heads | {"Kestria's army": "army", "the king, who was late": "king"}).items():
        start, end = ComparableText(source).head((0, len(source)))
        assert source[start:end] == head
    assert fold_name("The Concord of States") == fold_name("Concord of States")
    assert fold_name("a farmer") == fold_name("A farmer")
    assert fold_name("Ilse Korvath") != fold_name("Korvath")
    assert fold_name("the") == fold_name("the") != ""


def test_the_interval_holds_the_score_and_narrows_with_agreement():
    tallies = [np.array([k % 3, 3, k % 3, 3.0]) for k in range(30)]
    figures = score_with_interval(tallies)
    assert figures["low"] < figures["f1"] < figures["high"]
    assert score_with_interval([np.array([1, 2, 1, 2.0])] * 30)["low"] == pytest.approx(0.5)
