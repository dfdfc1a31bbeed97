"""Progress bars, shown on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")


def with_progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Yield the items, with a bar on a terminal's standard error; it shows the time left if their number is known."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    size = len(items) if total is None and isinstance(items, Sized) else total
    if size is None:
        rest = [TextColumn("{task.completed:.0f}"), TimeElapsedColumn()]
    else:
        counted = TextColumn("{task.completed:.0f} of {task.total:.0f}, about")
        rest = [counted, TimeRemainingColumn(), TextColumn("left")]
    columns = [TextColumn("{task.description}"), BarColumn(), *rest]
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(items, size, description=what)
