"""Accuracy of speakers: mention types, outcomes, and pairs of quotes."""

from __future__ import annotations

import json

import pytest

from pipeline.core.errors import ParleyError
from pipeline.core.markdown import render
from pipeline.core.number_format import percent
from pipeline.core.quote_similarity import SimilaritySettings
from pipeline.evaluate import speaker_scores
from pipeline.evaluate.run import TEMPLATES
from pipeline.evaluate.span_scores import QuoteSpans
from pipeline.evaluate.speaker_scores import classify_mention

PRONOUNS = frozenset(("he", "she", "they"))


@pytest.mark.parametrize(
    ("source", "speaker", "expected"),
    [
        ("Mayor Teo Marl", "Teo Marl", "name"),
        ("A diplomat", "a diplomat", "name"),
        ("Marl", "Teo Marl", "part name"),
        ("She", "Teo Marl", "pronoun"),
        ("the mayor", "Teo Marl", "role"),
        ("the mayor", None, "role"),
        (None, "Teo Marl", "none"),
    ],
)
def test_mention_types(source, speaker, expected):
    assert classify_mention(source, speaker, PRONOUNS) == expected


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


def test_with_gold_spans():
    answers = {
        "q1": {"speaker": "Teo Marl", "resolved_by": "personal"},
        "q2": {"speaker": None, "resolved_by": "unresolved"},
        "q3": {"speaker": "Teo Marl", "resolved_by": "running_speaker"},
    }
    scores = speaker_scores.summarise_speakers(
        speaker_scores.judge_gold_spans({"a": TEXT}, {"a": GOLD}, answers, PRONOUNS)
    )
    shares = {name: scores["all"][name] for name in ("quotes", *speaker_scores.OUTCOMES)}
    assert shares == {"quotes": 3, "right": 0.333333, "wrong": 0.333333, "open": 0.333333, "not found": 0.0}
    assert scores["by_mention"]["pronoun"]["right"] == 1.0
    assert scores["by_mention"]["role"]["open"] == 1.0
    assert scores["by_mention"]["part name"]["quotes"] == 0
    figures = {"gold_spans": scores, "end_to_end": scores, "repeats": {}, "sides": {}}
    figures["unresolved"] = speaker_scores.count_unresolved(
        [{"speaker": None, "resolved_by": "", "source": None}], PRONOUNS
    )
    assert "| pronoun | 1 | 100.0 |" in render(TEMPLATES / "speakers.md.j2", **figures)


def test_quotes_whose_annotation_names_nobody_are_told_apart():
    no_answer = {"speaker": None, "resolved_by": "unresolved"}
    answers = {quote_id: no_answer for quote_id, _ in GOLD}
    answers["q1"] = {"speaker": "Teo Marl", "resolved_by": "personal"}
    judged = speaker_scores.judge_gold_spans({"a": TEXT}, {"a": GOLD}, answers, PRONOUNS)
    scores = speaker_scores.summarise_speakers(judged)
    assert (scores["all"]["quotes"], scores["all"]["right"]) == (3, 0.666667)
    assert (scores["named"]["quotes"], scores["named"]["right"]) == (2, 0.5)
    figures = {"gold_spans": scores, "end_to_end": scores, "repeats": {}, "sides": {}}
    figures["unresolved"] = speaker_scores.count_unresolved([], PRONOUNS)
    page = render(TEMPLATES / "speakers.md.j2", **figures)
    assert "The annotations name nobody for 1 of them, where no speaker is right; of the 2 others, 50.0 % get" in page


def test_what_was_found_and_what_was_not_add_up():
    outcomes = [speaker_scores.SpeakerOutcome("a", "name", "", "not found")] * 109
    outcomes += [speaker_scores.SpeakerOutcome("a", "name", "", "right")] * 1354
    scores = speaker_scores.summarise_speakers(outcomes)["all"]
    assert [percent(scores[name]) for name in ("right", "not found")] == ["92.5", "7.5"]


def test_end_to_end_counts_missed_quotes():
    spans = _spans('"It is cold,"', "he", "teo marl")
    outcomes = speaker_scores.judge_end_to_end({"a": TEXT}, {"a": GOLD}, {"a": [spans]}, PRONOUNS)
    assert [row.outcome for row in outcomes] == ["right", "not found", "not found"]


def _pair(number, kind, use, first, second):
    return {"id": f"{kind}-{number}", "kind": kind, "same": kind != "different", "use": use, "a": first, "b": second}


def test_pairs():
    rows = [
        _pair(1, "copy", "judge", "the bridge will stay open all night", "The bridge will stay open all night."),
        _pair(2, "translation", "judge", "the bridge will stay open all night", "nobody will shut this crossing"),
        _pair(3, "different", "judge", "the bridge is open", "the mill burned down last night"),
    ]
    half = speaker_scores.score_pairs(rows, SimilaritySettings())["judge"]
    assert (half["precision"]["value"], half["recall"]["value"]) == (1.0, 0.5)
    assert half["taken"] == {"copy": [1, 1], "translation": [0, 1], "shortened": [0, 0], "different": [0, 1]}


@pytest.mark.parametrize("change", [{"kind": "alike"}, {"same": False}, {"use": "train"}, {"extra": 1}])
def test_an_invalid_pair_is_an_error(tmp_path, change):
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(_pair(1, "copy", "judge", "a", "b") | change) + "\n", encoding="utf-8")
    with pytest.raises(ParleyError, match=r"pairs\.jsonl, line 1"):
        speaker_scores.read_pairs(path)
