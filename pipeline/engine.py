"""Work spread over local processes, with results in the order of the input whatever their number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from typing import TypeVar

from pipeline.errors import ConfigError
from pipeline.progress import shown

A = TypeVar("A")
B = TypeVar("B")


def processes() -> int:
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
    """Apply a module-level function to items, over processes when there are enough items.

    Parameters
    ----------
    work : callable
        A picklable function of one item.
    items : iterable
        What it is applied to.
    what : str
        A word for the progress shown on a terminal.
    at_least : int
        Fewer items than this are done in this process.
    """
    items = list(items)
    count = min(processes(), len(items))
    if count < 2 or len(items) < at_least:
        yield from shown(map(work, items), what, len(items))
        return
    # One BLAS thread per process: without the limit the CPU time doubles.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with get_context("spawn").Pool(count) as pool:
        yield from shown(pool.imap(work, items), what, len(items))
