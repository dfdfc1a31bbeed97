"""A budget of computing time for each input file: whatever is in a file, the run goes on to the next."""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
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
        self._spent: Counter[str] = Counter()
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
        return self._reject(row) if self._spent[file] > self.seconds else self._do(file, work, row)

    def read_all(self, file: str, documents: Iterable[T]) -> Iterator[T | Reject]:
        """Yield the documents of a file as long as there is time; then a reject for the rest, if there is one."""
        remaining = iter(documents)
        while (document := self._do(file, partial(next, remaining, None))) is not None:
            if self._spent[file] > self.seconds:
                yield self._reject()
                return
            yield document

    def _do(self, file: str, work: Callable[[], T], row: int | None = None) -> T | Reject:
        try:
            self._file = file
            try:
                return work()
            finally:
                self._file = None
        except _OutOfTime:
            self._file = None
            return self._reject(row)

    def _tick(self, *_: Any) -> None:
        if self._file is not None:
            self._spent[self._file] += TICK_SECONDS  # type: ignore[assignment]
            if self._spent[self._file] > self.seconds:
                raise _OutOfTime

    def _reject(self, row: int | None = None) -> Reject:
        what, limit = "the document" if row else "the file from here on", f"the {self.seconds:g} seconds of a file"
        return Reject("too_costly", f"{what} takes more than {limit}; raise `max_file_seconds` if it is news", row)
