"""The search for near duplicates: the same decisions as comparing all pairs, with few comparisons."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.near_alike_reports import KINDS, market_report
from pipeline.ingest import postings, similar_texts
from pipeline.ingest.deduplication import Deduplicator
from pipeline.ingest.similar_texts import SimilarTexts
from pipeline.ingest.text_sketches import SKETCH_SIZE, jaccard_index, sketch_text


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
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar_texts, "CROWD", 3)  # so that the order changes often
        patch.setattr(similar_texts, "COMPARISONS", 1000)
        patch.setattr(postings, "RECENT_PAIRS", 50)
        patch.setattr(similar_texts, "BYTES_IN_MEMORY", 1000)
        assert search(sketches, threshold) == search_all_pairs(sketches, threshold)


@pytest.mark.parametrize("kind", KINDS)
def test_reports_from_one_template_are_compared_with_few_others(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    monkeypatch.setattr(
        similar_texts, "jaccard_index", lambda *sketches: compared.append(1) or jaccard_index(*sketches)
    )
    sketches = [sketch_text(KINDS[kind](n)) for n in range(200)]
    assert search(sketches, 0.8) == search_all_pairs(sketches, 0.8)
    assert len(compared) < 200 * (similar_texts.COMPARISONS + 5)  # all pairs are 20,000


def test_the_work_for_a_text_is_bounded_where_no_hash_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that share three quarters, all of whose hashes are in many of them."""
    compared: list[int] = []
    monkeypatch.setattr(similar_texts, "jaccard_index", lambda *_: compared.append(1) or 0.0)
    chance = Random(1)
    fixed, parts = list(range(75)), [[1000 * k + n for n in range(5)] for k in range(1, 31)]
    similar = SimilarTexts(0.8)
    for n in range(600):
        sketch = np.array([*fixed, *(chance.choice(part) for part in parts)], np.uint32)
        compared.clear()
        similar.find(np.sort(sketch))
        similar.add(np.sort(sketch))
        assert len(compared) <= max(similar_texts.CROWD, similar_texts.COMPARISONS * (n + 1))
    assert len(compared) <= similar_texts.CROWD


def test_a_reprint_of_a_report_is_found_among_all() -> None:
    seen = Deduplicator(0.8)
    for n in range(150):
        assert seen.add(f"id{n}", market_report(n), "reports.jsonl", n + 1) is None
    reject = seen.add("copy", "Reprinted. " + market_report(99).upper(), "copy.txt", None)
    assert reject is not None
    assert "article id99 (reports.jsonl, row 100)" in reject.detail


def test_keys_of_most_articles_are_left_out() -> None:
    found = postings.Postings()
    for number in range(30):
        found.add(np.array([7, 100 + number], np.uint32), number)
    assert [values.tolist() if n == 0 else values for n, values in enumerate(found.find(np.array([103]), 9))] == [
        [3],
        0,
    ]
    numbers, left_out = found.find(np.array([7, 103, 104, 9], np.uint32), 9)
    assert (numbers.tolist(), left_out) == ([3, 4], 1)
    assert len(found.find(np.array([7, 103], np.uint32), 31)[0]) == 31
