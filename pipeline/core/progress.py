"""Progress on a terminal; nothing in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def with_progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Give the items on, with a bar on the error stream when that is a terminal.

    Parameters
    ----------
    items : iterable
        Work as it is done.
    what : str
        A word for the bar.
    total : int, optional
        How many items there will be; without it the bar only tells that work goes on.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, total=total, console=Console(stderr=True), transient=True)
