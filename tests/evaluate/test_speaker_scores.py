"""Accuracy of speakers: mention types, outcomes, and pairs of quotes."""

import pytest

from pipeline.core.errors import ParleyError
from pipeline.core.markdown import render
from pipeline.core.number_format import percent
from pipeline.core.quote_similarity import SimilaritySettings
from pipeline.evaluate import speaker_scores
from pipeline.evaluate.run import TEMPLATES
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.evaluate.speaker_scores import classify_mention
from pipeline.gold.quote_annotations import GoldSide
from tests.worlds.rows import write_json_lines

PRONOUNS = frozenset(("he", "she", "they"))


def test_mention_types():
    mentions = {"Mayor Teo Marl": "name", "Marl": "part name", "She": "pronoun", "the mayor": "role", None: "none"}
    for source, expected in mentions.items():
        assert classify_mention(source, "Teo Marl", PRONOUNS) == expected
    assert classify_mention("A diplomat", "a diplomat", PRONOUNS) == "name"
    assert classify_mention("the mayor", None, PRONOUNS) == "role"


TEXT = 'Teo Marl came. "It is cold," he said. "It is late," the mayor said. "No."'


def _spans(words, source, speaker):
    at = TEXT.index(words)
    start = TEXT.index(source, at) if source else 0
    return QuoteSpans([(at, at + len(words))], source=(start, start + len(source)) if source else None, speaker=speaker)


GOLD = [
    ("q1", _spans('"It is cold,"', "he", "Teo Marl")),
    ("q2", _spans('"It is late,"', "the mayor", "Teo Marl")),
    ("q3", _spans('"No."', None, None)),
]


def judge(**answers):
    """Judge the gold quotes by the speaker and the rule of some; the others have no speaker."""
    given = {quote_id: answers.get(quote_id, (None, "unresolved")) for quote_id, _ in GOLD}
    rows = {quote_id: {"speaker": speaker, "resolved_by": rule} for quote_id, (speaker, rule) in given.items()}
    return speaker_scores.summarise_speakers(speaker_scores.judge_gold_spans({"a": TEXT}, {"a": GOLD}, rows, PRONOUNS))


def page(scores, unresolved=()):
    counted = speaker_scores.count_unresolved(unresolved, PRONOUNS)
    figures = {"gold_spans": scores, "end_to_end": scores, "repeats": {}, "sides": {}, "unresolved": counted}
    return render(TEMPLATES / "speakers.md.j2", **figures)


def test_with_gold_spans():
    scores = judge(q1=("Teo Marl", "personal"), q3=("Teo Marl", "running_speaker"))
    shares = {name: scores["all"][name] for name in ("quotes", *speaker_scores.OUTCOMES)}
    assert shares == {"quotes": 3, "right": 0.333333, "wrong": 0.333333, "open": 0.333333, "not found": 0.0}
    assert scores["by_mention"]["pronoun"]["right"] == 1.0
    assert scores["by_mention"]["role"]["open"] == 1.0
    assert scores["by_mention"]["part name"]["quotes"] == 0
    assert "| pronoun | 1 | 100.0 |" in page(scores, [{"speaker": None, "resolved_by": "", "source": None}])


def test_quotes_whose_annotation_names_nobody_are_told_apart():
    scores = judge(q1=("Teo Marl", "personal"))
    assert (scores["all"]["quotes"], scores["all"]["right"]) == (3, 0.666667)
    assert (scores["named"]["quotes"], scores["named"]["right"]) == (2, 0.5)
    assert "The annotations name nobody for 1 of them, where no speaker is right; of the 2 others" in page(scores)


def test_shares_end_to_end_add_up():
    spans = _spans('"It is cold,"', "he", "teo marl")
    judged = speaker_scores.judge_end_to_end({"a": TEXT}, {"a": [quote for _, quote in GOLD]}, {"a": [spans]}, PRONOUNS)
    assert [row.outcome for row in judged] == ["right", "not found", "not found"]
    outcomes = [speaker_scores.SpeakerOutcome("a", "name", "", "not found")] * 109
    outcomes += [speaker_scores.SpeakerOutcome("a", "name", "", "right")] * 1354
    scores = speaker_scores.summarise_speakers(outcomes)["all"]
    assert [percent(scores[name]) for name in ("right", "not found")] == ["92.5", "7.5"]


def _pair(kind, first, second):
    return {"id": kind, "kind": kind, "same": kind != "different", "use": "judge", "a": first, "b": second}


def test_pairs():
    rows = [
        _pair("copy", "the bridge will stay open all night", "The bridge will stay open all night."),
        _pair("translation", "the bridge will stay open all night", "nobody will shut this crossing"),
        _pair("different", "the bridge is open", "the mill burned down last night"),
    ]
    half = speaker_scores.score_pairs(rows, SimilaritySettings())["judge"]
    assert (half["precision"]["value"], half["recall"]["value"]) == (1.0, 0.5)
    assert half["taken"] == {"copy": [1, 1], "translation": [0, 1], "shortened": [0, 0], "different": [0, 1]}


def test_an_invalid_pair_is_an_error(tmp_path):
    for change in ({"kind": "alike"}, {"same": False}, {"use": "train"}, {"extra": 1}):
        path = write_json_lines(tmp_path / "pairs.jsonl", [_pair("copy", "a", "b") | change])
        with pytest.raises(ParleyError, match=r"pairs\.jsonl, line 1"):
            speaker_scores.read_pairs(path)


@pytest.mark.parametrize(
    ("gold", "found", "outcome"),
    [
        ("Kestria", "Kestria", "right"),
        ("Quay Workers’ Union", "the Quay Workers' Union", "right"),
        ("Kestria", "Velmora", "wrong"),
        (None, "Kestria", "wrong"),
        ("Kestria", None, "open"),
        (None, None, "rightly open"),
    ],
)
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
