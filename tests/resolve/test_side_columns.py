"""The side of a speaker over all its quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.resolve.sides import CLEAR_SHARE, LEAST_CERTAINTY, SIDE_COUNTS, SIDE_RULES, SpeakerSides, side_certainty

OPEN = {"side": None, "side_evidence": None, "side_certainty": 0.0}


def tally(*quotes):
    """Return the columns for quotes of side, certainty and date."""
    sides = SpeakerSides()
    for number, (side, certainty, date) in enumerate(quotes):
        row = {"side": side, "side_certainty": certainty, "side_evidence": f"said {number}", "date": date}
        sides.add("person:nora-tamm", row | {"quote_id": f"a-{number}"})
    return sides.columns("person:nora-tamm")


@pytest.mark.parametrize(
    ("quotes", "side", "evidence"),
    [
        ([], None, None),
        ([(None, 0.0, "2024-01-01")], None, None),
        ([("Kestria", 0.9, "2024-01-01"), (None, 0.0, "2024-01-02")], "Kestria", "said 0"),
        # The surest quote tells it, of equals the earliest.
        ([("Kestria", 0.7, "2024-01-01"), ("Kestria", 0.9, "2024-03-01")], "Kestria", "said 1"),
        ([("Kestria", 0.9, "2024-03-01"), ("Kestria", 0.9, "2024-01-01")], "Kestria", "said 1"),
        # Two thirds are clear, a half is not.
        ([("Kestria", 0.9, ""), ("Kestria", 0.9, ""), ("Velmora", 0.9, "")], "Kestria", "said 0"),
        ([("Kestria", 0.9, ""), ("Velmora", 0.7, "")], None, None),
    ],
)
def test_a_speaker_has_the_side_of_most_quotes(quotes, side, evidence):
    columns = tally(*quotes)
    assert (columns["side"], columns["side_evidence"]) == (side, evidence)


@given(st.lists(st.sampled_from(["Kestria", "Velmora", None]), max_size=12))
def test_only_a_clear_side_is_given(sides):
    given_sides = [side for side in sides if side]
    columns = tally(*[(side, 0.8 if side else 0.0, "") for side in sides])
    clear = [side for side in set(given_sides) if given_sides.count(side) >= CLEAR_SHARE * len(given_sides)]
    assert columns == OPEN if not clear else columns["side"] in clear


def test_a_corrected_speaker_has_the_side_of_the_gazetteer(gazetteer):
    sides = SpeakerSides()
    row = {"quote_id": "a-1", "date": "2024-05-01"}
    assert sides.set_corrected(row | {"speaker": "Ilse Korvath"}, gazetteer)["side"] == "Kestria"
    assert sides.set_corrected(row | {"speaker": "Nora Tamm"}, gazetteer)["side"] is None
    assert sides.set_corrected(row | {"speaker": None}, gazetteer)["side"] is None
    assert sides.corrected["a-1"]["side_certainty"] == 0.0


def test_each_rule_has_a_certainty():
    assert {rule for rules in SIDE_RULES.values() for rule in rules} == SIDE_COUNTS.keys()
    assert all(0 < side_certainty(rule) < 1 for rule in SIDE_COUNTS)
    assert side_certainty("state") > side_certainty("organisation") > LEAST_CERTAINTY
