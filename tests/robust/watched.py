"""Work on a cluster under watch: what was done how often, and a killer of workers that are truly at work."""

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
class Told:
    """Work that writes a line when it starts on an item, and one when it has done it."""

    work: Callable[[Any], Any]
    log: Path

    def __call__(self, numbered: tuple[int, Any]) -> Any:
        number, item = numbered
        self.tell("start", number)
        result = self.work(item)
        self.tell("done", number, result if isinstance(result, int) else 0)
        return result

    def tell(self, what: str, number: int, made: int = 0) -> None:
        with self.log.open("a") as log:  # one short write at the end of the file: lines of two processes do not mix
            log.write(f"{os.getpid()} {what} {number} {made}\n")


class Line(NamedTuple):
    """A line of the log; `made` is what the work returned, where that is a number."""

    pid: int
    what: str
    number: int
    made: int


def lines(log: Path) -> list[Line]:
    """What is written so far, a line that is half written left out."""
    if not log.exists():
        return []
    whole = [line.split() for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [Line(int(pid), what, int(number), int(made)) for pid, what, number, made in whole]


def telling(log: Path) -> Callable[..., Iterator[Any]]:
    """An `over_cluster` whose work tells the log."""

    def watched(address: str, work: Callable[[Any], Any], items: Iterable[Any], what: str) -> Iterator[Any]:
        return map_on_cluster(address, Told(work, log), enumerate(items), what)

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
    killed: list[Line] = field(default_factory=list)
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
            while sum(line.what == "start" for line in lines(self.log)) < wanted:
                if self.over.wait(0.01):
                    return
            time.sleep(chance.uniform(0, 0.03))
            while not self._kill(chance):
                if self.over.wait(0.01):
                    return

    def _at_work(self) -> list[Line]:
        """The item that each living worker is at, those left out that have had their kill."""
        last = {line.pid: line for line in lines(self.log)}
        dead, spent = {line.pid for line in self.killed}, {line.number for line in self.killed}
        return [last[p] for p in sorted(set(last) - dead) if last[p].what == "start" and last[p].number not in spent]

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
