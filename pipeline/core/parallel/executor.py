"""Work spread over processes or a cluster, with results in the order of the input whatever their number."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

from pipeline.core.errors import ConfigError, ParleyError
from pipeline.core.progress import with_progress

A = TypeVar("A")
B = TypeVar("B")
# Items under way for each process: enough that none waits for its neighbours, few enough to bound memory.
AHEAD = 4


def process_count() -> int:
    """Number of processes: `PARLEY_PROCESSES`, else the cores this process may use.

    Raises
    ------
    ConfigError
        When the variable is not a positive number.
    """
    given = os.environ.get("PARLEY_PROCESSES", "")
    if not given:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not given.isdigit() or int(given) < 1:
        raise ConfigError(f"PARLEY_PROCESSES is {given!r}", fix="give it a number of processes, 1 or more")
    return int(given)


def map_ordered(work: Callable[[A], B], items: Iterable[A], what: str, *, at_least: int = 2) -> Iterator[B]:
    """Apply a module-level function to items: over processes when there are enough, or over a cluster.

    Items are taken as there is room for them, so that memory is bounded by those under way.

    Parameters
    ----------
    work : callable
        A picklable function of one item. Where it writes, it writes atomically, for it may be run once more.
    items : iterable
        What it is applied to.
    what : str
        A word for the progress shown on a terminal.
    at_least : int
        Fewer items than this are done in this process.

    Raises
    ------
    ParleyError
        When a process is killed at its work, or the cluster that `PARLEY_SCHEDULER` names cannot do it.
    """
    scheduler, count = os.environ.get("PARLEY_SCHEDULER", ""), process_count()
    total = len(items) if isinstance(items, Sized) else None
    rest = iter(items)
    head = list(islice(rest, max(at_least, count, 2)))
    todo = chain(head, rest)
    results: Iterator[B]
    if len(head) < max(at_least, 2) or (count < 2 and not scheduler):
        results = map(work, todo)
    elif scheduler:
        from pipeline.core.parallel.dask_cluster import map_on_cluster

        results = map_on_cluster(scheduler, work, todo, what)
    else:
        results = _over_processes(work, todo, min(count, len(head)))
    yield from with_progress(results, what, total)


def _over_processes(work: Callable[[A], B], items: Iterable[A], count: int) -> Iterator[B]:
    # One BLAS thread per process: without the limit the CPU time doubles.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    pool = ProcessPoolExecutor(count, get_context("spawn"), _end_with_parent)
    waiting: deque[Future[B]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= AHEAD * count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        why = "perhaps it was killed because the memory ran out"
        raise ParleyError("a process died at its work", why=why, fix="set a lower PARLEY_PROCESSES") from None
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let this process end when the one that started it is killed: nobody waits for its results any more."""

    def watch() -> None:
        if parent := parent_process():
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
