"""Registry of speakers across articles: ids, counts and aliases."""

import pytest

from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.speaker_registry import SpeakerRegistry
from pipeline.resolve.vocabulary import Vocabulary


@pytest.fixture
def registry(vocabulary: Vocabulary) -> SpeakerRegistry:
    known = [
        GazetteerEntry("Kestria", ("Tolvar",), "Q999000002", "country"),
        GazetteerEntry("Pavlo Renn", (), "", "person", "Kestria", "presidential spokesman"),
    ]
    return SpeakerRegistry(Gazetteer(known, vocabulary))


@pytest.mark.parametrize(
    ("name", "kind", "speaker_id"),
    [
        ("Tolvar", "country", "Q999000002"),
        ("Pavlo Renn", "person", "person:pavlo-renn"),
        ("Lise Amarant", "person", "person:lise-amarant"),
        ("Amarant", "person", "person:amarant:a1"),
        ("Open Ledger Watch", "organisation", "organisation:open-ledger-watch"),
        ("the notice", "organisation", "organisation:the-notice:a1"),
        ("a diplomat", "anonymous", "anonymous:a-diplomat:a1"),
        ("The two ministers", "group", "group:the-two-ministers:a1"),
    ],
)
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


def test_an_institution_without_a_state_stays_with_its_article(gazetteer):
    registry = SpeakerRegistry(gazetteer)
    ids = {registry.add("Defence Ministry", "organisation", article).speaker_id for article in "ab"}
    assert len(ids) == 2


def test_spellings_of_an_institution_are_one_speaker_and_capitals_are_no_alias(gazetteer):
    registry = SpeakerRegistry(gazetteer)
    one = registry.add("Kestria's defence ministry", "organisation", "a")
    two = registry.add("Kestrian Defence Ministry", "organisation", "b")
    assert one.speaker_id == two.speaker_id
    assert two.name == "Kestrian Defence Ministry"
    assert two.row()["aliases"] == ["Kestria's defence ministry"]
    person = registry.add("Benno Rask", "person", "a", "BENNO Rask")
    assert person.row()["aliases"] == []
