"""Rejects without end are counted, not held: none is lost, and the table stays small."""

from __future__ import annotations

import pytest
from ingest_inputs import STORY, Project

from pipeline.core import paths
from pipeline.evaluate.run_counts import _count_rejects
from pipeline.ingest.raw_document import Reject, summarise_rejects

BAD, EMPTY = Reject("bad_row", "broken"), Reject("empty", "no text")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([], []),
        ([("a", BAD), ("a", BAD)], [("a", "bad_row", 1), ("a", "bad_row", 1)]),
        ([("a", BAD)] * 5, [("a", "bad_row", 1), ("a", "bad_row", 1), ("a", "bad_row", 3)]),
        ([("a", BAD)] * 2 + [("b", BAD)] * 2, [(name, "bad_row", 1) for name in "aabb"]),
        (
            [("a", BAD), ("a", EMPTY)] * 3 + [("b", BAD)],
            [("a", "bad_row", 1), ("a", "empty", 1)] * 2
            + [("a", "bad_row", 1), ("a", "empty", 1), ("b", "bad_row", 1)],
        ),
        ([("a", Reject("bad_row", "counted before", count=4))] * 3, [("a", "bad_row", 4)] * 3),
    ],
)
def test_of_each_file_and_reason_two_are_listed(
    documents: list[tuple[str, Reject]], expected: list[tuple[str, str, int]]
) -> None:
    found = list(summarise_rejects(documents, 2))
    assert [(path, reject.reason, reject.count) for path, reject in found] == expected
    assert sum(reject.count for _, reject in found) == sum(reject.count for _, reject in documents)


def test_articles_among_rejects_keep_their_place() -> None:
    documents = [("a", BAD), ("a", "one"), ("a", BAD), ("a", "two"), ("b", "three")]
    found = [document for _, document in summarise_rejects(documents, 1)]
    assert found[:3] == [BAD, "one", "two"]
    assert isinstance(found[3], Reject)
    assert found[4] == "three"


def test_rows_without_end(project: Project) -> None:
    project.config["max_listed_rejects"] = 3
    short = "".join(f'{{"text": "{number}"}}\n' for number in range(200))
    project.add("a.jsonl", "1\n" * 500 + short)
    project.add("b.txt", STORY)
    assert project.run() == {"articles": 1, "rejected": 700}
    counts = [(row["row"], row["reason"], row["count"]) for row in project.rejects]
    assert counts == [
        *((row, "bad_row", 1) for row in (1, 2, 3)),
        *((row, "too_short", 1) for row in (501, 502, 503)),
        (None, "bad_row", 497),
        (None, "too_short", 197),
    ]
    assert _count_rejects(project.root / paths.REJECTS) == {"bad_row": 500, "too_short": 200}
