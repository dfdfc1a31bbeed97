"""Scores on the open gold: optional quotes count neither as found nor as wrong, names are compared leniently."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.open_gold import compare_article, format_rules, split_sentences
from benchmarks.speaker_certainty import is_in_half
from pipeline.core.config import CONFIGS
from pipeline.core.language import load_language
from pipeline.core.quote import Quote
from pipeline.resolve.gazetteer import Gazetteer, read_gazetteer

TEXT = "Dr. Ada Brandt said the pier was shut. She hopes the ferry will sail."
PIER = (TEXT.index("the pier"), TEXT.index(". She"))
FERRY = (TEXT.index("the ferry"), len(TEXT) - 1)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return read_gazetteer(CONFIGS / "speakers.csv", load_language("en"))


def gold(span: tuple[int, int], **changed: Any) -> dict[str, Any]:
    row = {"content": [list(span)], "speaker": "Ada Brandt", "kind": "person", "act": "speech", "optional": False}
    return {**row, **changed}


def quote(span: tuple[int, int], speaker: str | None) -> Quote:
    return Quote(TEXT, [span], "indirect", speaker=speaker)


@pytest.mark.parametrize(
    ("optional", "expected"),
    [(False, (2, 2)), (True, (1, 1))],
)
def test_an_optional_quote_is_neither_found_nor_wrong(gazetteer: Gazetteer, optional: bool, expected: tuple) -> None:
    article = {"text": TEXT, "quotes": [gold(PIER), gold(FERRY, optional=optional)]}
    pairs, predicted = compare_article(article, [quote(PIER, None), quote(FERRY, None)], "speech", gazetteer)
    assert (len(pairs), predicted) == expected


@pytest.mark.parametrize(("profile", "expected"), [("speech", (1, 2, 1)), ("attribution", (2, 2, 2))])
def test_an_attitude_is_wrong_in_speech_and_right_in_attribution(
    gazetteer: Gazetteer, profile: str, expected: tuple
) -> None:
    article = {"text": TEXT, "quotes": [gold(PIER), gold(FERRY, act="attitude")]}
    pairs, predicted = compare_article(article, [quote(PIER, None), quote(FERRY, None)], profile, gazetteer)
    found = sum(pair.predicted is not None for pair in pairs)
    assert (len(pairs), predicted, found) == expected


@pytest.mark.parametrize(
    ("speaker", "has_speaker", "has_name"),
    [("Ada Brandt", True, True), ("Dr. Brandt", True, False), ("Ben Brandt", False, False), (None, False, False)],
)
def test_names_of_one_speaker(gazetteer: Gazetteer, speaker: str | None, has_speaker: bool, has_name: bool) -> None:
    article = {"text": TEXT, "quotes": [gold(PIER)]}
    (pair,), _ = compare_article(article, [quote(PIER, speaker)], "speech", gazetteer)
    assert (pair.has_speaker, pair.has_name) == (has_speaker, has_name)


def test_rules_are_counted_for_quotes_that_were_found_and_have_a_speaker(gazetteer: Gazetteer) -> None:
    article = {"text": TEXT, "quotes": [gold(PIER), gold(FERRY)]}
    predicted = [
        Quote(TEXT, [PIER], "indirect", speaker="Ada Brandt", resolved_by="full_name"),
        Quote(TEXT, [FERRY], "indirect", speaker="Ben Brandt", resolved_by="surname"),
    ]
    pairs, _ = compare_article(article, predicted, "speech", gazetteer)
    assert list(format_rules(pairs))[1:] == ["| full_name | 1 | 1 |", "| surname | 1 | 0 |"]
    pairs, _ = compare_article(article, [quote(PIER, None)], "speech", gazetteer)
    assert len(list(format_rules(pairs))) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“It sank,” said Mr. Brandt. “We swam.”", 2),
        ("“It sank,” said Brandt (“Ada”). “We swam.”", 2),
        ("“It sank,” said Mr. Brandt, “and we swam.”", 1),
        ("“It sank.\nSo we swam.”", 1),
        ("“It sank,” said Brandt.\n“We swam.”", 1),
    ],
)
def test_a_part_that_begins_a_sentence_of_the_paragraph_is_split_off(text: str, expected: int) -> None:
    first, last = text.index("It"), max(text.rfind("W"), text.rfind("S"), text.rfind("and"))
    interrupted = Quote(text, [(first, first + 7), (last, len(text) - 1)], "direct", speaker="Ada Brandt")
    parts = split_sentences(interrupted)
    assert len(parts) == expected
    assert [span for part in parts for span in part.content] == interrupted.content
    assert {part.speaker for part in parts} == {"Ada Brandt"}


def test_every_article_is_in_one_half() -> None:
    rows = [{"doc_id": str(number)} for number in range(40)]
    halves = [[is_in_half(row, half) for half in "xy"] for row in rows]
    assert all(sum(half) == 1 for half in halves)
    assert 0 < sum(half[1] for half in halves) < len(rows)
