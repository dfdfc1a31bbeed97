"""Near duplicates: which texts count, which copy is dropped, and estimates for long texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_inputs import OTHER, STORY

from pipeline.ingest.deduplication import SKETCH_SIZE, Deduplicator, hash_shingles, jaccard_index

LONG = " ".join(
    f"On day {n} the monitors at post {n * 7} counted {n * 13} shots and {n % 5} flares." for n in range(60)
)


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (LONG, "duplicate"),
        (LONG.replace("day 30 the", "day 30 all the"), "near_duplicate"),
        ("Reprinted from the Courier. " + LONG.upper(), "near_duplicate"),
        (LONG[: len(LONG) * 9 // 10], "near_duplicate"),
        # Another report from the same template, a longer later version, another story.
        (LONG.replace("1", "4").replace("7", "2"), None),
        (LONG + " " + LONG.replace("On day", "By night").replace("shots", "shells").replace(",", " and"), None),
        (STORY, None),
    ],
)
def test_near_duplicate_pairs(second: str, reason: str | None) -> None:
    seen = Deduplicator(0.8)
    assert seen.add("a", LONG, "a.txt", None) is None
    reject = seen.add("a" if second == LONG else "b", second, "b.txt", 3)
    assert (reject and reject.reason) == reason
    if reject:
        assert reject.row == 3
        assert "article a (a.txt)" in reject.detail


def test_the_first_copy_stays_and_a_threshold_of_one_switches_off() -> None:
    edited = LONG.replace("day 30", "morning 30")
    seen = Deduplicator(0.8)
    taken = [seen.add(key, text, key, None) for key, text in [("c", LONG), ("b", OTHER), ("a", edited)]]
    assert [reject is None for reject in taken] == [True, True, False]
    off = Deduplicator(1)
    assert off.add("c", LONG, "c", None) is None
    assert off.add("a", edited, "a", None) is None


def test_similarity_of_long_texts_is_estimated() -> None:
    words = [f"w{n}" for n in range(6000)]
    one, other = hash_shingles(" ".join(words[:5000])), hash_shingles(" ".join(words[1000:]))
    exact = len(np.intersect1d(one, other)) / len(np.union1d(one, other))
    assert jaccard_index(one, other) == pytest.approx(exact, abs=0.04)
    assert jaccard_index(one[:SKETCH_SIZE], other[:SKETCH_SIZE]) == pytest.approx(exact, abs=0.06)


@settings(deadline=None)
@given(st.text())
def test_a_text_is_identical_to_itself(text: str) -> None:
    assert jaccard_index(hash_shingles(text), hash_shingles(text)) == 1
