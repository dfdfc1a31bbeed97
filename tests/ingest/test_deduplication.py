"""Duplicates and near duplicates: which texts count, which copy is dropped, and how few are compared."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_inputs import STORY

from pipeline.core.errors import is_used_up
from pipeline.ingest.deduplication import (
    SKETCH_SIZE,
    Deduplicator,
    jaccard_index,
    sketch_text,
)

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
    assert seen.add("a", LONG, "a.csv", 2) is None
    reject = seen.add("a" if second == LONG else "b", second, "b.txt", 3)
    assert (reject and reject.reason) == reason
    if reject:
        assert reject.row == 3
        assert "article a (a.csv, row 2), which stays because it is read first" in reject.detail


def test_similarity_of_long_texts_is_estimated() -> None:
    words = [f"w{n}" for n in range(6000)]
    one, other = (sketch_text(" ".join(part), 10_000) for part in (words[:5000], words[1000:]))
    exact = len(np.intersect1d(one, other)) / len(np.union1d(one, other))
    assert jaccard_index(one, other) == pytest.approx(exact, abs=0.04)
    assert jaccard_index(one[:SKETCH_SIZE], other[:SKETCH_SIZE]) == pytest.approx(exact, abs=0.06)


def search(sketches: list[np.ndarray], threshold: float) -> list[int | None]:
    """Return for each text which earlier one it repeats, by its place in the list."""
    seen = Deduplicator(threshold)
    rejects = [seen.add(f"{n}", "", "a.csv", None, sketch) for n, sketch in enumerate(sketches)]
    return [int(reject.detail.split("article ")[1].split()[0]) if reject else None for reject in rejects]


def search_all_pairs(sketches: list[np.ndarray], threshold: float) -> list[int | None]:
    kept: list[int] = []
    results = []
    for n, sketch in enumerate(sketches):
        first = next((k for k in kept if jaccard_index(sketch, sketches[k]) >= threshold), None)
        results.append(first)
        if first is None:
            kept.append(n)
    return results


def changed_copies(seed: int, size: int, number: int) -> list[np.ndarray]:
    """Return sketches of texts that share much: some hashes are replaced by common ones, some by new ones."""
    chance = Random(seed)
    base = chance.sample(range(2**32), size)
    common = chance.sample(range(2**32), 20)
    sketches = []
    for _ in range(number):
        share = chance.choice([0.02, 0.1, 0.12, 0.2, 0.4])
        values = {h if chance.random() > share else chance.choice([*common, chance.randrange(2**32)]) for h in base}
        values |= set(chance.sample(range(2**32), chance.randrange(size // 2 + 1)))
        sketches.append(np.array(sorted(values), np.uint32)[:SKETCH_SIZE])
    return sketches


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6), st.sampled_from([1, 4, 30, 150, 1100]), st.sampled_from([0.3, 0.5, 0.8, 0.9]))
def test_the_decisions_are_those_of_comparing_all_pairs(seed: int, size: int, threshold: float) -> None:
    sketches = changed_copies(seed, size, 40)
    assert search(sketches, threshold) == search_all_pairs(sketches, threshold)


def test_a_full_disk_is_no_reject() -> None:
    seen = Deduplicator(0.8)
    seen._texts.execute("PRAGMA max_page_count = 1")
    with pytest.raises(OSError, match="disk is full") as raised:
        [seen.add(f"id{n}", "", "reports.jsonl", n + 1, sketch) for n, sketch in enumerate(changed_copies(1, 150, 200))]
    assert is_used_up(raised.value)
