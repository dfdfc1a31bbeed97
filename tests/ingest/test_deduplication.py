"""Duplicates and near duplicates: which texts count, which copy is dropped, and how few are compared."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_inputs import STORY

from pipeline.core.errors import is_used_up
from pipeline.ingest import deduplication
from pipeline.ingest.deduplication import (
    SKETCH_SIZE,
    Deduplicator,
    SimilarTexts,
    hash_shingles,
    jaccard_index,
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
    one, other = hash_shingles(" ".join(words[:5000])), hash_shingles(" ".join(words[1000:]))
    exact = len(np.intersect1d(one, other)) / len(np.union1d(one, other))
    assert jaccard_index(one, other) == pytest.approx(exact, abs=0.04)
    assert jaccard_index(one[:SKETCH_SIZE], other[:SKETCH_SIZE]) == pytest.approx(exact, abs=0.06)


BOILERPLATE = " ".join(f"The clerk of the exchange in Harrowgate read rule {n} before the bell." for n in range(12))


def market_report(n: int) -> str:
    """Return a report that shares three quarters with others, with numbers of its own."""
    chance = Random(n)
    prices = (f"{good} closed at {chance.randrange(10**6)}." for good in ("Wheat", "Copper", "Salt"))
    return " ".join([BOILERPLATE, *prices])


def search(sketches: list[np.ndarray], threshold: float) -> list[int | None]:
    """Return for each text which earlier one it repeats, by its place in the list."""
    similar, places, results = SimilarTexts(threshold), [], []
    for n, sketch in enumerate(sketches):
        found = similar.find(sketch)
        results.append(places[found[0]] if found else None)
        if not found:
            similar.add(sketch)
            places.append(n)
    return results


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


def test_the_work_for_a_text_is_bounded_where_no_hash_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that share three quarters, all of whose hashes are in many of them."""
    compared: list[int] = []
    monkeypatch.setattr(deduplication, "jaccard_index", lambda *_: compared.append(1) or 0.0)
    chance = Random(1)
    fixed, parts = list(range(75)), [[1000 * k + n for n in range(5)] for k in range(1, 31)]
    similar = SimilarTexts(0.8)
    for _ in range(600):
        sketch = np.array([*fixed, *(chance.choice(part) for part in parts)], np.uint32)
        compared.clear()
        similar.find(np.sort(sketch))
        similar.add(np.sort(sketch))
        assert len(compared) <= deduplication.MOST_COMPARED


def test_a_full_disk_is_no_reject() -> None:
    seen = Deduplicator(0.8)
    assert seen._similar is not None
    seen._similar._texts.execute("PRAGMA max_page_count = 1")
    with pytest.raises(OSError, match="disk is full") as raised:
        [seen.add(f"id{n}", market_report(n), "reports.jsonl", n + 1) for n in range(200)]
    assert is_used_up(raised.value)
