"""Speakers across articles, and groups of near-identical quotes."""

from __future__ import annotations

import pytest

from pipeline.core.language import load_language
from pipeline.core.quote_similarity import similarity_settings
from pipeline.resolve.gazetteer import Gazetteer, GazetteerEntry
from pipeline.resolve.quote_groups import group_quotes
from pipeline.resolve.speaker_registry import SpeakerRegistry
from pipeline.resolve.vocabulary import build_vocabulary


@pytest.fixture
def registry() -> SpeakerRegistry:
    known = [
        GazetteerEntry("Kestria", ("Tolvar",), "Q999000002", "country"),
        GazetteerEntry("Pavlo Renn", (), "", "person", "Kestria", "presidential spokesman"),
    ]
    return SpeakerRegistry(Gazetteer(known, build_vocabulary(load_language())))


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


def test_one_full_name_is_one_speaker_a_surname_is_not(registry):
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


RULES = similarity_settings(load_language())
SAID = "“Not one village, not one orchard, not one grave will be signed away in Belhaven,”"


def test_near_identical_quotes_meet_under_the_earliest():
    again = SAID.replace("“", '"').replace("”", '"').replace("will be", "would be")
    other = "The road to Ostry is closed because of mines."
    assert group_quotes([("a-1", SAID), ("b-7", again), ("c-2", other)], RULES) == {"b-7": "a-1"}


def test_shortened_and_translated_quotes_meet_too():
    whole = "We accept the line as the line at which the shooting stops; we do not accept it as our border."
    piece = "the line at which the shooting stops; we do not accept it as our border"
    anew = "The line we accept as the line at which shooting stops, but we do not accept it as our border."
    assert group_quotes([("a-1", whole), ("b-7", piece), ("c-2", anew)], RULES) == {"b-7": "a-1", "c-2": "a-1"}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("No comment at all", "No comment at all"),
        ("We will give up the mill for peace", "We will not give up the mill for peace"),
        ("We will reopen the bridge on Monday morning", "We will never reopen a bridge to that bank of the river"),
    ],
)
def test_short_or_different_quotes_stay_apart(one, two):
    assert group_quotes([("a-1", one), ("b-1", two)], RULES) == {}
