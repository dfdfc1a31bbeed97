"""Over all articles: the registry of speakers, groups of near-identical quotes, and the side of a speaker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.language import load_language
from pipeline.core.quote_similarity import similarity_kind, similarity_settings
from pipeline.resolve import quote_groups
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.quote_groups import group_quotes
from pipeline.resolve.sides import CLEAR_SHARE, LEAST_CERTAINTY, SIDE_COUNTS, SIDE_RULES, SpeakerSides, side_certainty
from pipeline.resolve.speaker_registry import SpeakerRegistry
from pipeline.resolve.vocabulary import Vocabulary


@pytest.fixture
def registry(vocabulary: Vocabulary) -> SpeakerRegistry:
    known = [
        GazetteerEntry("Kestria", ("Tolvar",), "Q999000002", "country"),
        GazetteerEntry("Pavlo Renn", (), "", "person", "Kestria", "presidential spokesman"),
    ]
    return SpeakerRegistry(Gazetteer(known, vocabulary))


@pytest.mark.parametrize(("name", "kind", "speaker_id"), [
    ("Tolvar", "country", "Q999000002"),
    ("Pavlo Renn", "person", "person:pavlo-renn"),
    ("Lise Amarant", "person", "person:lise-amarant"),
    ("Amarant", "person", "person:amarant:a1"),
    ("Open Ledger Watch", "organisation", "organisation:open-ledger-watch"),
    ("the notice", "organisation", "organisation:the-notice:a1"),
    ("a diplomat", "anonymous", "anonymous:a-diplomat:a1"),
    ("The two ministers", "group", "group:the-two-ministers:a1"),
])  # fmt: skip
def test_ids(registry, name, kind, speaker_id):
    assert registry.add(name, kind, "a1").speaker_id == speaker_id


def test_the_same_full_name_is_one_speaker_the_same_surname_is_not(registry):
    first, second = registry.add("Lise Amarant", "person", "a1"), registry.add("Lise Amarant", "person", "a2")
    assert first is second
    assert registry.add("Amarant", "person", "a1") is not registry.add("Amarant", "person", "a2")


def test_rows_are_counted_and_sorted(registry):
    registry.add("Pavlo Renn", "person", "a2", "Renn")
    registry.add("Pavlo Renn", "person", "a1", "Pavlo Renn of Kestria")
    registry.add("Kestria", "country", "a1", "Tolvar")
    rows = registry.rows()
    assert [row["speaker_id"] for row in rows] == ["Q999000002", "person:pavlo-renn"]
    assert rows[0]["aliases"] == ["Tolvar"]
    assert rows[1]["aliases"] == ["Renn"]
    assert (rows[1]["n_quotes"], rows[1]["country"], rows[1]["role"]) == (2, "Kestria", "presidential spokesman")
    assert rows[1]["qid"] is None


def test_spellings_of_an_institution_are_one_speaker_and_capitals_are_no_alias(gazetteer):
    registry = SpeakerRegistry(gazetteer)
    one = registry.add("Kestria's defence ministry", "organisation", "a")
    two = registry.add("Kestrian Defence Ministry", "organisation", "b")
    assert one.speaker_id == two.speaker_id
    assert len({registry.add("Defence Ministry", "organisation", article).speaker_id for article in "ab"}) == 2
    assert two.name == "Kestrian Defence Ministry"
    assert two.row()["aliases"] == ["Kestria's defence ministry"]
    person = registry.add("Benno Rask", "person", "a", "BENNO Rask")
    assert person.row()["aliases"] == []


SETTINGS = similarity_settings(load_language())


def test_copied_shortened_and_translated_quotes_are_grouped_under_the_earliest():
    longer = "We accept the line as the line at which the shooting stops; we do not accept it as our border."
    piece = "the line at which the shooting stops; we do not accept it as our border"
    translation = "The line we accept as the line at which shooting stops, but we do not accept it as our border."
    copy, other = longer.replace("line", "Line"), "The road to Ostry is closed because of mines."
    quotes = [("a-1", longer), ("b-7", piece), ("c-2", translation), ("d-1", copy), ("e-1", other)]
    assert group_quotes(quotes, SETTINGS) == dict.fromkeys(("b-7", "c-2", "d-1"), "a-1")


def test_nearly_the_same_words_with_other_numbers_are_compared_with_few_quotes(monkeypatch):
    compared = []
    monkeypatch.setattr(quote_groups, "similarity_kind", lambda *quotes: compared.append(1) or similarity_kind(*quotes))
    report = "We shot down {} drones over the northern province during the night, and the defence of the port goes on"
    quotes = [(f"q{n}", report.format(1000 + n)) for n in range(400)]
    assert group_quotes([*quotes, ("again", report.format(1250))], SETTINGS) == {"again": "q250"}
    assert len(compared) < 20_000  # of 80,000 pairs; those of the first hundred quotes, which are not many yet


OPEN = {"side": None, "side_evidence": None, "side_certainty": 0.0}


def tally(*quotes):
    """Return the columns for quotes of side, certainty and date."""
    sides = SpeakerSides()
    for number, (side, certainty, date) in enumerate(quotes):
        row = {"side": side, "side_certainty": certainty, "side_evidence": f"said {number}", "date": date}
        sides.add("person:nora-tamm", row | {"quote_id": f"a-{number}"})
    return sides.columns("person:nora-tamm")


@pytest.mark.parametrize(("quotes", "side", "evidence"), [
    ([], None, None),
    ([(None, 0.0, "2024-01-01")], None, None),
    ([("Kestria", 0.9, "2024-01-01"), (None, 0.0, "2024-01-02")], "Kestria", "said 0"),
    # The surest quote tells it, of equals the earliest.
    ([("Kestria", 0.7, "2024-01-01"), ("Kestria", 0.9, "2024-03-01")], "Kestria", "said 1"),
    ([("Kestria", 0.9, "2024-03-01"), ("Kestria", 0.9, "2024-01-01")], "Kestria", "said 1"),
    # Two thirds are clear, a half is not.
    ([("Kestria", 0.9, ""), ("Kestria", 0.9, ""), ("Velmora", 0.9, "")], "Kestria", "said 0"),
    ([("Kestria", 0.9, ""), ("Velmora", 0.7, "")], None, None),
])  # fmt: skip
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
