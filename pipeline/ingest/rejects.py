"""Rejects without end: of each file and reason so many are listed one by one, the rest is one row with their number."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from pipeline.core.errors import describe_fault
from pipeline.core.storage.article_failures import FAILED, raise_if_of_run
from pipeline.ingest.raw_document import Reject

T = TypeVar("T")
MAX_MEMORY_BYTES = 1 << 24


def summarise_rejects(documents: Iterable[tuple[str, T | Reject]], listed: int) -> Iterator[tuple[str, T | Reject]]:
    """Yield documents with their paths, in order; of each file and reason at most so many rejects.

    Those above this number follow the documents of the file as one reject for each reason, with their `count`.

    Examples
    --------
    >>> bad = [("a.csv", Reject("empty", "no text", row)) for row in (2, 3, 4)]
    >>> [(reject.row, reject.count) for _, reject in summarise_rejects(bad, 1)]
    [(2, 1), (None, 2)]
    """
    file, seen, unlisted = "", Counter[str](), Counter[str]()
    for path, document in documents:
        if path != file:
            yield from _unlisted_rejects(file, unlisted)
            file, seen, unlisted = path, Counter(), Counter()
        if isinstance(document, Reject):
            seen[document.reason] += 1
            if seen[document.reason] > listed:
                unlisted[document.reason] += document.count
                continue
        yield path, document
    yield from _unlisted_rejects(file, unlisted)


def _unlisted_rejects(path: str, unlisted: Counter[str]) -> Iterator[tuple[str, Reject]]:
    for reason, count in sorted(unlisted.items()):
        yield path, Reject(reason, f"{count:,} more of this file; `max_listed_rejects` lists more", count=count)


def result_or_reject(work: Callable[[], T], row: int | None = None) -> T | Reject:
    """Return the result of some work on one document; a reject where that raises an exception, a fault of Parley."""
    try:
        return work()
    except Exception as error:
        raise_if_of_run(error)
        return Reject(FAILED, describe_fault(error), row)


class RejectFile:
    """Keeps the rows of the table `rejects` in a temporary file until all have been found, and counts them."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(MAX_MEMORY_BYTES, mode="w+", encoding="ascii")  # noqa: SIM115 - closed on exit
        self.reasons = Counter[str]()

    def __enter__(self) -> RejectFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, path: str, reject: Reject) -> None:
        """Add the row of a reject."""
        self.reasons[reject.reason] += reject.count
        self._file.write(json.dumps({"raw_path": path, **dataclasses.asdict(reject)}) + "\n")

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows in the order in which they were added."""
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)
