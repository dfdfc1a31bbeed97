"""Scores on the open gold: optional quotes count neither as found nor as wrong, names are compared leniently."""

import pytest

from benchmarks.open_gold import compare_article, format_rules, split_sentences
from benchmarks.speaker_certainty import is_in_half
from pipeline.core.config import CONFIGS
from pipeline.core.language import load_language
from pipeline.core.quote import Quote
from pipeline.resolve.gazetteer import read_gazetteer

TEXT = "Dr. Ada Brandt said the pier was shut. She hopes the ferry will sail."
PIER = (TEXT.index("the pier"), TEXT.index(". She"))
FERRY = (TEXT.index("the ferry"), len(TEXT) - 1)


@pytest.fixture(scope="module")
def compare():
    """Function that compares gold quotes with predicted ones; returns pairs and the number of predictions."""
    gazetteer = read_gazetteer(CONFIGS / "speakers.csv", load_language("en"))

    def run(gold_quotes, predicted, profile="speech"):
        return compare_article({"text": TEXT, "quotes": gold_quotes}, predicted, profile, gazetteer)

    return run


def gold(span, **changed):
    row = {"content": [list(span)], "speaker": "Ada Brandt", "kind": "person", "act": "speech", "optional": False}
    return {**row, **changed}


def quote(span, speaker=None, rule=""):
    return Quote(TEXT, [span], "indirect", speaker=speaker, resolved_by=rule)


@pytest.mark.parametrize(
    ("changed", "profile", "expected"),
    [
        ({}, "speech", (2, 2, 2)),
        ({"optional": True}, "speech", (1, 1, 1)),  # neither found nor wrong
        ({"act": "attitude"}, "speech", (1, 2, 1)),
        ({"act": "attitude"}, "attribution", (2, 2, 2)),
    ],
)
def test_which_quotes_count(compare, changed, profile, expected):
    pairs, predicted = compare([gold(PIER), gold(FERRY, **changed)], [quote(PIER), quote(FERRY)], profile)
    assert (len(pairs), predicted, sum(pair.predicted is not None for pair in pairs)) == expected


def test_names_and_rules_of_speakers(compare):
    names = {"Ada Brandt": (True, True), "Dr. Brandt": (True, False), "Ben Brandt": (False, False)}
    for speaker, expected in (names | {None: (False, False)}).items():
        (pair,), _ = compare([gold(PIER)], [quote(PIER, speaker)])
        assert (pair.has_speaker, pair.has_name) == expected
    assert len(list(format_rules([pair]))) == 1
    predicted = [quote(PIER, "Ada Brandt", "full_name"), quote(FERRY, "Ben Brandt", "surname")]
    pairs, _ = compare([gold(PIER), gold(FERRY)], predicted)
    assert list(format_rules(pairs))[1:] == ["| full_name | 1 | 1 |", "| surname | 1 | 0 |"]


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
def test_a_part_that_begins_a_sentence_of_the_paragraph_is_split_off(text, expected):
    first, last = text.index("It"), max(text.rfind("W"), text.rfind("S"), text.rfind("and"))
    interrupted = Quote(text, [(first, first + 7), (last, len(text) - 1)], "direct", speaker="Ada Brandt")
    parts = split_sentences(interrupted)
    assert len(parts) == expected
    assert [span for part in parts for span in part.content] == interrupted.content
    assert {part.speaker for part in parts} == {"Ada Brandt"}


def test_every_article_is_in_one_half():
    rows = [{"doc_id": str(number)} for number in range(40)]
    halves = [[is_in_half(row, half) for half in "xy"] for row in rows]
    assert all(sum(half) == 1 for half in halves)
    assert 0 < sum(half[1] for half in halves) < len(rows)
