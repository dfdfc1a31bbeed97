"""Ordered map over local processes or a Dask cluster, whose results do not depend on their number; progress bars."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, TypeVar

from pipeline.core.errors import ConfigError, ParleyError

A = TypeVar("A")
B = TypeVar("B")
# Items submitted ahead for each process: enough that no process waits for another, few enough to bound memory.
AHEAD = 4
# A process takes three seconds of CPU time to start. So many articles are worth it, fewer where it is asked for.
ARTICLES_WORTH_PROCESSES, ARTICLES_WORTH_ASKED = 100, 16


def process_count() -> int:
    """Return the number of processes: `PARLEY_PROCESSES`, else the cores this process may use."""
    setting = os.environ.get("PARLEY_PROCESSES", "")
    if not setting:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not (setting.isascii() and setting.isdecimal() and 0 < len(setting.lstrip("0")) <= 4):
        raise ConfigError(f"PARLEY_PROCESSES is {setting[:20]!r}", fix="give it a number of processes, 1 to 9999")
    return int(setting)


def are_worth_processes(articles: int) -> bool:
    """Whether so many articles are worth the start of processes."""
    asked = os.environ.get("PARLEY_PROCESSES") or os.environ.get("PARLEY_SCHEDULER")
    return articles >= (ARTICLES_WORTH_ASKED if asked else ARTICLES_WORTH_PROCESSES)


def map_ordered(work: Callable[[A], B], items: Iterable[A], what: str, *, articles: int | None = None) -> Iterator[B]:
    """Apply a function to items, in local processes or on a cluster, and yield the results in order.

    Items are consumed lazily, so that memory is bounded by those in flight. `work` can be pickled, and writes
    atomically, because it may be run twice for an item; `what` labels the progress bar. `articles` is how many articles
    the items are about: few are processed in the calling process; by default two items or more are worth processes. A
    killed process, or a cluster that fails (`PARLEY_SCHEDULER` names it), is a ParleyError.
    """
    scheduler, count = os.environ.get("PARLEY_SCHEDULER", ""), process_count()
    remaining = iter(items)
    head = list(islice(remaining, max(count, 2)))
    todo = chain(head, remaining)
    few = len(head) < 2 or (articles is not None and not are_worth_processes(articles))
    if few or (count < 2 and not scheduler):
        yield from with_progress(map(work, todo), what)
        return
    if scheduler:
        from pipeline.core.parallel.dask_cluster import cluster

        pool = cluster(scheduler, work, what)
    else:
        pool = _processes(work, min(count, len(head)))
    yield from with_progress(_map_in_pool(pool, todo), what)


# How an item is submitted, how its result is taken, and how many workers there are.
Pool = tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[], int]]


def _map_in_pool(pool: AbstractContextManager[Pool], items: Iterable[Any]) -> Iterator[Any]:
    waiting: deque[Any] = deque()
    with pool as (submit, take, workers):
        for item in items:
            waiting.append(submit(item))
            if len(waiting) >= AHEAD * max(workers(), 1):
                yield take(waiting.popleft())
        yield from map(take, waiting)


@contextmanager
def _processes(work: Callable[[Any], Any], count: int) -> Iterator[Pool]:
    # One BLAS thread per process: without the limit the CPU time doubles.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(count, get_context("spawn"), _exit_with_parent)

    def submit(item: Any) -> Future[Any]:
        # Ctrl-C is held back, which a new process inherits: this process alone answers it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return pool.submit(work, item)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    try:
        yield submit, Future.result, lambda: count
    except KeyboardInterrupt:
        for process in list(pool._processes.values()):  # what they have not finished is not written
            process.terminate()
        raise
    except BrokenProcessPool:
        why = "perhaps it was killed because the memory ran out"
        raise ParleyError("a worker process died", why=why, fix="set a lower PARLEY_PROCESSES") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _exit_with_parent() -> None:
    """Exit when the parent process is killed, since nobody waits for the results any more."""

    def watch() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def with_progress(items: Iterable[A], what: str) -> Iterator[A]:
    """Yield the items, with a bar on a terminal's standard error."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, what, console=Console(stderr=True), transient=True)
