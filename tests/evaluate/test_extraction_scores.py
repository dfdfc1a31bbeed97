"""Scores of spans, speakers and sides, outcomes of quotes and the causes of errors, checked on small texts by hand."""

from dataclasses import replace
from functools import partial

import pytest

from pipeline.core.errors import ParleyError
from pipeline.core.markdown import render
from pipeline.core.number_format import percent
from pipeline.core.quote_similarity import SimilaritySettings
from pipeline.evaluate import extraction_scores, speaker_scores
from pipeline.evaluate.intervals import score_with_interval, share_with_interval
from pipeline.evaluate.run import TEMPLATES
from pipeline.evaluate.span_scores import METRICS, ComparableText, QuoteSpans, fold_name, tally_quotes
from pipeline.evaluate.speaker_scores import classify_mention
from pipeline.gold.quote_annotations import GoldSide
from tests.worlds.rows import write_json_lines

TEXT = (
    "Dara Olm said the ferry would not sail today. “Nobody is leaving this harbour,” Olm added, “and nobody comes.”\n\n"
    "The mayor of Tessel warned that the ice was thin."
)


def at(words: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(words)
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
    return extraction_scores.list_outcomes({"a": TEXT}, {"a": gold}, {"a": list(predicted)})


def causes_of(*predicted):
    counts, rows = extraction_scores.classify_errors({"a": TEXT}, outcomes_of(*predicted))
    return {(kind, cause) for kind, by in counts.items() for cause, n in by.items() if n}, rows


@pytest.mark.parametrize(("cause", "predicted"), [
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
])  # fmt: skip
def test_causes_of_errors(cause, predicted):
    """What is predicted in place of the first quote, and what counts as the cause."""
    assert cause in causes_of(*predicted, HARBOUR, ICE)[0]


def test_examples_of_errors_show_the_context():
    assert causes_of(*GOLD) == (set(), [])
    counts, _ = extraction_scores.classify_errors({"a": TEXT}, outcomes_of(gold=[quote("the ice was thin")]))
    assert counts["missed"]["no cue there"] == 1
    context = "…comes.” ¶ The mayor of Tessel warned that ⟦the ice was thin⟧."
    assert causes_of(FERRY, HARBOUR)[1] == [("missed", "cue not found", "a", context, "")]


def test_confusion_and_recall_by_type():
    taken = extraction_scores.count_types(outcomes_of(quote(SAID, kind="mixed"), quote("of Tessel")))
    assert taken["indirect"] == {"direct": 0, "indirect": 0, "mixed": 1, "missed": 1}
    assert taken["direct"]["missed"] == 1
    assert taken["nothing"] == {"direct": 0, "indirect": 1, "mixed": 0}
    summary = extraction_scores.score_extraction({"a": TEXT}, {"a": GOLD}, {"a": [FERRY]}, outcomes_of(FERRY))
    assert summary["recall_by_type"]["indirect"] == {"quotes": 2, "content_exact": 0.5, "content_match": 0.5}
    assert summary["recall_by_type"]["mixed"]["quotes"] == 0
    found = share_with_interval([("a", True)] * 6 + [("b", False)] * 2 + [("c", True)] * 2)
    assert found["low"] < found["value"] == 0.8 < found["high"]
    assert share_with_interval([]) is None


def test_quotation_mark_baseline():
    found = [TEXT[slice(*q.content[0])] for q in extraction_scores.quotes_between_marks(TEXT)]
    assert found == ["“Nobody is leaving this harbour,”", "“and nobody comes.”"]
    assert extraction_scores.quotes_between_marks('The "Tessel Star" sank. "No mark closes this\nline."') == []


WAITING = 'Kestria will wait, said Ilse Korvath, foreign minister. "No truce," she said, "not now."'
place_of = partial(at, text=WAITING)
SAID_BY_KORVATH = [
    QuoteSpans([place_of("Kestria will wait")], place_of("said"), place_of("Ilse Korvath"), "Ilse Korvath", "indirect"),
    QuoteSpans([place_of('"No truce,"'), place_of('"not now."')], (72, 76), (68, 71), "Ilse Korvath", "direct"),
]


def f1(gold, predicted, metric):
    return score_with_interval([tally_quotes(WAITING, gold, predicted)[metric]])["f1"]


def test_gold_against_itself_is_perfect_nothing_finds_nothing_and_overlap_counts_letters():
    assert all(f1(SAID_BY_KORVATH, SAID_BY_KORVATH, metric) == pytest.approx(1) for metric in METRICS)
    assert f1(SAID_BY_KORVATH, [], "content_match") == 0
    assert tally_quotes(WAITING, [], [])["content_match"].gold == 0
    tally = tally_quotes(WAITING, SAID_BY_KORVATH, [QuoteSpans([place_of("Kestria will")])])["content_overlap"]
    assert (tally.right_gold, tally.gold, tally.predicted) == (11, 15 + 7 + 6, 11)


@pytest.mark.parametrize(("predicted", "metric", "right"), [
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
])  # fmt: skip
def test_counts(predicted, metric, right):
    assert tally_quotes(WAITING, SAID_BY_KORVATH, [predicted])[metric].right_gold == right


def test_heads_folded_names_and_mention_types():
    heads = {"Foreign Minister Ilse Korvath": "Korvath", "a spokesman for the palace": "spokesman"}
    for source, head in (heads | {"Kestria's army": "army", "the king, who was late": "king"}).items():
        start, end = ComparableText(source).head((0, len(source)))
        assert source[start:end] == head
    assert fold_name("The Concord of States") == fold_name("Concord of States")
    assert fold_name("a farmer") == fold_name("A farmer")
    assert fold_name("Ilse Korvath") != fold_name("Korvath")
    assert fold_name("the") == fold_name("the") != ""
    mentions = {"Mayor Teo Marl": "name", "Marl": "part name", "She": "pronoun", "the mayor": "role", None: "none"}
    for source, expected in mentions.items():
        assert classify_mention(source, "Teo Marl", PRONOUNS) == expected
    assert classify_mention("A diplomat", "a diplomat", PRONOUNS) == "name"
    assert classify_mention("the mayor", None, PRONOUNS) == "role"


PRONOUNS = frozenset(("he", "she", "they"))


SPOKEN = 'Teo Marl came. "It is cold," he said. "It is late," the mayor said. "No."'
COLD = QuoteSpans([at('"It is cold,"', SPOKEN)], source=at("he", SPOKEN), speaker="Teo Marl", quote_id="q1")
LATE = QuoteSpans([at('"It is late,"', SPOKEN)], source=at("the mayor", SPOKEN), speaker="Teo Marl", quote_id="q2")
ANSWERS = [COLD, LATE, QuoteSpans([at('"No."', SPOKEN)], quote_id="q3")]


def judge(**answers):
    """Judge the gold quotes by the speaker and the rule of some; the others have no speaker."""
    given = {quote.quote_id: answers.get(quote.quote_id, (None, "unresolved")) for quote in ANSWERS}
    rows = {quote_id: {"speaker": speaker, "resolved_by": rule} for quote_id, (speaker, rule) in given.items()}
    judged = speaker_scores.judge_gold_spans({"a": SPOKEN}, {"a": ANSWERS}, rows, PRONOUNS)
    return speaker_scores.summarise_speakers(judged)


def page(scores, unresolved=()):
    counted = speaker_scores.count_unresolved(unresolved, PRONOUNS)
    figures = {"gold_spans": scores, "end_to_end": scores, "repeats": {}, "sides": {}, "unresolved": counted}
    return render(TEMPLATES / "speakers.md.j2", **figures)


def test_with_gold_spans_of_which_some_name_nobody():
    scores = judge(q1=("Teo Marl", "personal"), q3=("Teo Marl", "running_speaker"))
    shares = {name: scores["all"][name] for name in ("quotes", *speaker_scores.OUTCOMES)}
    assert shares == {"quotes": 3, "right": 0.333333, "wrong": 0.333333, "open": 0.333333, "not found": 0.0}
    assert scores["by_mention"]["pronoun"]["right"] == 1.0
    assert scores["by_mention"]["role"]["open"] == 1.0
    assert scores["by_mention"]["part name"]["quotes"] == 0
    assert "| pronoun | 1 | 100.0 |" in page(scores, [{"speaker": None, "resolved_by": "", "source": None}])
    scores = judge(q1=("Teo Marl", "personal"))
    assert (scores["all"]["quotes"], scores["all"]["right"]) == (3, 0.666667)
    assert (scores["named"]["quotes"], scores["named"]["right"]) == (2, 0.5)
    assert "The annotations name nobody for 1 of them, where no speaker is right; of the 2 others" in page(scores)


def test_shares_end_to_end_add_up():
    gold, found = {"a": ANSWERS}, {"a": [replace(COLD, speaker="teo marl")]}
    judged = speaker_scores.judge_end_to_end({"a": SPOKEN}, gold, found, PRONOUNS)
    assert [row.outcome for row in judged] == ["right", "not found", "not found"]
    outcomes = [speaker_scores.SpeakerOutcome("a", "name", "", "not found")] * 109
    outcomes += [speaker_scores.SpeakerOutcome("a", "name", "", "right")] * 1354
    scores = speaker_scores.summarise_speakers(outcomes)["all"]
    assert [percent(scores[name]) for name in ("right", "not found")] == ["92.5", "7.5"]


def _pair(kind, first, second):
    return {"id": kind, "kind": kind, "same": kind != "different", "use": "judge", "a": first, "b": second}


def test_pairs_and_an_invalid_one(tmp_path):
    rows = [
        _pair("copy", "the bridge will stay open all night", "The bridge will stay open all night."),
        _pair("translation", "the bridge will stay open all night", "nobody will shut this crossing"),
        _pair("different", "the bridge is open", "the mill burned down last night"),
    ]
    half = speaker_scores.score_pairs(rows, SimilaritySettings())["judge"]
    assert (half["precision"]["value"], half["recall"]["value"]) == (1.0, 0.5)
    assert half["taken"] == {"copy": [1, 1], "translation": [0, 1], "shortened": [0, 0], "different": [0, 1]}
    for change in ({"kind": "alike"}, {"same": False}, {"use": "train"}, {"extra": 1}):
        path = write_json_lines(tmp_path / "pairs.jsonl", [_pair("copy", "a", "b") | change])
        with pytest.raises(ParleyError, match=r"pairs\.jsonl, line 1"):
            speaker_scores.read_pairs(path)


@pytest.mark.parametrize(("gold", "found", "outcome"), [
    ("Kestria", "Kestria", "right"),
    ("Kestria", "Velmora", "wrong"),
    (None, "Kestria", "wrong"),
    ("Kestria", None, "open"),
    (None, None, "rightly open"),
])  # fmt: skip
def test_outcomes_of_sides(gold, found, outcome):
    rows = [{"quote_id": "a-1", "side": found, "side_by": found and "office"}]
    sides = [GoldSide("a", "Nora Tamm", gold, "A1", "judge")]
    outcomes = speaker_scores.judge_sides(sides, {"a-1": ("a", "Nora Tamm")}, rows)
    assert [one.outcome for one in outcomes] == [outcome]
    scores = speaker_scores.summarise_sides(outcomes)["judge"]
    assert scores["all"][outcome] == 1
    assert (scores["all"]["right_share"] is None) is (found is None)
    assert speaker_scores.judge_sides(sides, {}, []) == []
    assert list(scores["by_rule"]) == (["office"] if found else [])
