"""Functions that log their work on a cluster, and a killer of workers that are at work."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

from pipeline.core.parallel.dask_cluster import map_on_cluster


@dataclass(frozen=True)
class LoggedWork:
    """A function that logs a line when it starts an item and another when it has finished it."""

    work: Callable[[Any], Any]
    log: Path

    def __call__(self, numbered: tuple[int, Any]) -> Any:
        number, item = numbered
        self._write("start", number)
        result = self.work(item)
        self._write("done", number, result if isinstance(result, int) else len(getattr(result, "rows", ())))
        return result

    def _write(self, event: str, number: int, result: int = 0) -> None:
        with self.log.open("a") as log:  # one short write at the end of the file: lines of two processes do not mix
            log.write(f"{os.getpid()} {event} {number} {result}\n")


class LogLine(NamedTuple):
    """A line of the log; `result` is what the function returned, if a number, or how many articles it computed."""

    pid: int
    event: str
    number: int
    result: int


def lines(log: Path) -> list[LogLine]:
    """Read the complete lines of the log so far."""
    if not log.exists():
        return []
    whole = [line.split() for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [LogLine(int(pid), event, int(number), int(result)) for pid, event, number, result in whole]


def logging_executor(log: Path) -> Callable[..., Iterator[Any]]:
    """Return a `map_on_cluster` that logs the work."""

    def watched(address: str, work: Callable[[Any], Any], items: Iterable[Any], what: str) -> Iterator[Any]:
        return map_on_cluster(address, LoggedWork(work, log), enumerate(items), what)

    return watched


@dataclass
class Killer:
    """Kills workers by SIGKILL in the middle of an item, no item twice, until it has killed enough.

    The moment: when a seeded number of further items has been started, and a seeded part of a second later. A worker is
    stopped first and killed only if it stands between the two lines of an item, so that none is killed idle. `replace`
    is called after each kill.
    """

    log: Path
    kills: int
    seed: int
    replace: Callable[[], object] | None = None
    killed: list[LogLine] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def __enter__(self) -> Killer:
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        chance = random.Random(self.seed)
        wanted = 0
        while len(self.killed) < self.kills:
            wanted += chance.randint(1, 6)
            while sum(line.event == "start" for line in lines(self.log)) < wanted:
                if self.over.wait(0.01):
                    return
            time.sleep(chance.uniform(0, 0.03))
            while not self._kill(chance):
                if self.over.wait(0.01):
                    return

    def _at_work(self) -> list[LogLine]:
        """The item that each living worker is at, those left out that have had their kill."""
        last = {line.pid: line for line in lines(self.log)}
        dead, spent = {line.pid for line in self.killed}, {line.number for line in self.killed}
        return [last[p] for p in sorted(set(last) - dead) if last[p].event == "start" and last[p].number not in spent]

    def _kill(self, chance: random.Random) -> bool:
        found = self._at_work()
        if not found:
            return False
        line = chance.choice(found)
        os.kill(line.pid, signal.SIGSTOP)
        at_work = line in self._at_work()
        os.kill(line.pid, signal.SIGKILL if at_work else signal.SIGCONT)
        if at_work:
            self.killed.append(line)
            if self.replace:
                self.replace()
        return at_work
