"""A file that takes too long is named and left, in the midst of whatever it does."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ingest_inputs import OTHER, STORY, Project

from pipeline.ingest import run, time_budget
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.raw_document import RawDocument, Reject
from pipeline.ingest.time_budget import TimeBudget


@pytest.fixture(autouse=True)
def short_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_budget, "TICK_SECONDS", 0.02)


def spin() -> None:
    """Work for ever, as a regular expression with two readings of each letter does, and as a library that goes on."""
    while True:
        with contextlib.suppress(Exception):  # as libraries do
            re.fullmatch("(?:a|a)*b", "a" * 40)


def test_work_is_broken_off_and_the_next_file_has_its_own_time() -> None:
    budget = TimeBudget(0.1)
    with budget.ticking():
        assert budget.spend("a", lambda: 1) == 1
        reject = budget.spend("a", spin, 7)
        assert isinstance(reject, Reject)
        assert (reject.reason, reject.row) == ("too_costly", 7)
        assert isinstance(budget.spend("a", lambda: 1), Reject)
        assert budget.spend("b", lambda: 1) == 1


def test_what_was_read_before_stays() -> None:
    def documents() -> Iterator[int]:
        yield from (1, 2)
        spin()

    budget = TimeBudget(0.1)
    with budget.ticking():
        *read, last = budget.read_all("a", documents())
    assert read == [1, 2]
    assert isinstance(last, Reject)
    assert "`max_file_seconds`" in last.detail


def test_a_file_that_is_read_to_its_end_has_no_reject() -> None:
    with (budget := TimeBudget(60)).ticking():
        assert list(budget.read_all("a", [1, 2, 3])) == [1, 2, 3]


def test_the_stage_keeps_what_it_read_and_tries_the_rest_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = ArticleCleaner.clean

    def slow(self: ArticleCleaner, document: RawDocument) -> Any:
        return spin() if "piano" in document.text else clean(self, document)

    monkeypatch.setattr(ArticleCleaner, "clean", slow)
    monkeypatch.setattr(run, "TimeBudget", lambda seconds: TimeBudget(0.1))
    project.add("a.jsonl", json.dumps({"text": STORY}))
    project.add("b.txt", OTHER)
    assert project.run() == {"articles": 1, "rejected": 1}
    assert project.reasons() == [("a.jsonl", 1, "too_costly")]
    monkeypatch.setattr(ArticleCleaner, "clean", clean)
    assert project.run() == {"articles": 2, "rejected": 0}
