"""A budget of computing time for each input file: whatever is in a file, the run goes on to the next."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pipeline.ingest.raw_document import Reject

T = TypeVar("T")
TICK_SECONDS = 1.0


class _OutOfTime(BaseException):
    """Raised in the midst of the work; no `Exception`, which libraries catch."""


class TimeBudget:
    """Counts the processor time that each file takes, and breaks off the work on one that takes more than it may.

    Processor time passes neither while the computer sleeps nor while others use it. A signal comes at every second of
    it and is counted for the file that is worked on then. It interrupts Python code and regular expressions; other
    compiled code is interrupted when it returns. Signals reach the main thread alone: there is no limit in another.
    The `seconds` are for one file: reading it and cleaning its documents.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._spent = Counter[str]()
        self._file: str | None = None

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Count while the block runs."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGPROF, self._tick)
        signal.setitimer(signal.ITIMER_PROF, TICK_SECONDS, TICK_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before or signal.SIG_IGN)

    def spend(self, file: str, work: Callable[[], T], row: int | None = None) -> T | Reject:
        """Do some work on a file and return its result; a reject once the time of the file is spent."""
        if self._spent[file] <= self.seconds:
            try:
                self._file = file
                try:
                    return work()
                finally:
                    self._file = None
            except _OutOfTime:
                self._file = None
        return self._reject(row)

    def read_all(self, file: str, documents: Iterable[T]) -> Iterator[T | Reject]:
        """Yield the documents of a file as long as there is time; then a reject for the rest."""
        remaining = iter(documents)
        while True:
            document = self.spend(file, lambda: next(remaining, None))
            if document is None:
                return
            yield document
            if self._spent[file] > self.seconds:
                if not (isinstance(document, Reject) and document.reason == "too_costly"):
                    yield self._reject()
                return

    def _tick(self, *_: Any) -> None:
        if self._file is not None:
            self._spent[self._file] += TICK_SECONDS  # type: ignore[assignment]
            if self._spent[self._file] > self.seconds:
                raise _OutOfTime

    def _reject(self, row: int | None = None) -> Reject:
        what = "the document" if row else "the file from here on"
        detail = (
            f"{what} takes more than the {self.seconds:g} seconds of a file; raise `max_file_seconds` if it is news"
        )
        return Reject("too_costly", detail, row)
