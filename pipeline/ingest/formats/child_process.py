"""Read files in a child process: a library that aborts, hangs or takes all memory ends that process, and not the run.

The process takes a task a line and answers with a document a line, both in JSON, and is kept for further files.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.core.code_hash import ROOT
from pipeline.core.errors import is_used_up
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RawDocument, Reject, with_rejects

# What a library may allocate, where the system can limit it (Linux).
MAX_MEMORY_BYTES = 1_000_000_000
CHUNK_BYTES = 1 << 16
# The kinds of answer beside documents, rejects and values: an error of the machine, such as a full disk; no more.
USED_UP, END = "used up", "end"
_idle: list[_Child] = []
Task = Callable[[Path, IngestConfig], Any]


def read_in_child(task: Task, path: Path, config: IngestConfig) -> Iterator[Any]:
    """Yield what a function yields (or returns) for a file in the process; a reject in the end if that did not survive.

    An OSError is raised where the machine is at fault: no space on the disk, and the like.
    """
    child = _idle.pop() if _idle and _idle[-1].is_usable() else _Child()
    after = ""
    try:
        child.send({"task": [task.__module__, task.__name__], "path": str(path.absolute()), "config": asdict(config)})
        for kind, value in child.answers(config.max_file_seconds):
            if kind == USED_UP:
                raise OSError(*value)
            if kind == END:
                _idle.append(child)
                return
            item = RawDocument(**value) if kind == "document" else Reject(**value) if kind == "reject" else value
            if row := getattr(item, "row", None):
                after = f" after row {row}"
            yield item
        yield child.failure(after, config)
    finally:
        if child not in _idle:
            child.kill()


def extract_in_child(task: Task, data: bytes, config: IngestConfig) -> RawDocument | Reject:
    """Return the article that a task yields for a file of these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        article, *_ = read_in_child(task, Path(file.name), config)
    return article


class _Child:
    """A process that reads files, and its pipes."""

    def __init__(self) -> None:
        # `-P`: modules come from Parley and its environment alone, never from the working directory.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
        )  # fmt: skip
        self._owner = os.getpid()
        self._timed_out = False

    def is_usable(self) -> bool:
        """Whether it waits for a task of this process, which may be a fork of the one that started it."""
        return self._owner == os.getpid() and self._process.poll() is None

    def send(self, task: dict[str, Any]) -> None:
        """Give it a task."""
        assert self._process.stdin
        with suppress(BrokenPipeError):  # it died; `answers` ends at once
            self._process.stdin.write(json.dumps(task).encode("ascii") + b"\n")
            self._process.stdin.flush()

    def answers(self, seconds: int) -> Iterator[tuple[str, Any]]:
        """Yield its answers until its output ends, or it is silent for so many seconds."""
        assert self._process.stdout
        pending: list[bytes] = []
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            while True:
                if not waiting.select(seconds):
                    self._timed_out = True
                    return
                data = os.read(self._process.stdout.fileno(), CHUNK_BYTES)
                if not data:
                    return
                first, *others = data.split(b"\n")
                pending.append(first)
                for other in others:
                    yield json.loads(b"".join(pending))
                    pending = [other]

    def failure(self, after: str, config: IngestConfig) -> Reject:
        """Return the reject for the file on which it died or hung."""
        self.kill()
        code = self._process.returncode
        if self._timed_out or code == -signal.SIGXCPU:
            limit = f"the {config.max_file_seconds} seconds of a file; `max_file_seconds` is the limit"
            return Reject("too_costly", f"reading it{after} takes more than {limit}")
        name = signal.Signals(-code).name if -code in {*signal.Signals} else f"exit status {code}"
        return Reject("bad_file", f"the library that reads it crashed{after} ({name}); fetch or write the file again")

    def kill(self) -> None:
        """End it, unless that belongs to another process."""
        if self._owner != os.getpid():
            return
        if self._process.poll() is None and self._process.stdin and not self._process.stdin.closed:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


def limit_resources(seconds: int) -> None:
    """Limit the memory of this process, and the processor time that it may take from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    limits = {resource.RLIMIT_DATA: MAX_MEMORY_BYTES, resource.RLIMIT_CPU: soft, resource.RLIMIT_CORE: 0}
    for kind, limit in limits.items():
        with suppress(ValueError, OSError):  # a system without this limit, or with a lower one
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))


def main() -> None:
    """Do tasks until there are no more, in the process."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library may print
    for line in sys.stdin:
        task = json.loads(line)
        config = IngestConfig(**task["config"])
        module, name = task["task"]
        limit_resources(config.max_file_seconds)
        try:
            found = getattr(import_module(module), name)(Path(task["path"]), config)
            for item in [found] if isinstance(found, RawDocument | Reject) else with_rejects(found):
                kind = {RawDocument: "document", Reject: "reject"}.get(type(item), "value")
                # At once, so that nothing is lost if the next row kills this process.
                print(json.dumps([kind, item if kind == "value" else asdict(item)]), file=out, flush=True)
        except OSError as error:
            if not is_used_up(error):
                raise
            print(json.dumps([USED_UP, [error.errno, error.strerror]]), file=out, flush=True)
        print(json.dumps([END, None]), file=out, flush=True)
