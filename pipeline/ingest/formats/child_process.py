"""Read files in a child process: a library that aborts, hangs or takes all memory ends that process, not the run."""

import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from pipeline.core.errors import is_used_up
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RawDocument, Reject, with_rejects

# What a library may allocate, where the system can limit it (Linux).
MAX_MEMORY_BYTES = 1_000_000_000
END = "end"
# A process is kept for further files.
_idle: list[tuple[SpawnProcess, Connection]] = []
Task = Callable[[Path, IngestConfig], Any]


def read_in_child(task: Task, path: Path, config: IngestConfig) -> Iterator[Any]:
    """Yield what a function yields (or returns) for a file in the process; a reject in the end if that did not survive.

    An OSError is raised where the machine is at fault: no space on the disk, and the like.
    """
    if _idle and _idle[-1][0].is_alive():
        process, pipe = _idle.pop()
    else:
        context = get_context("spawn")
        pipe, other_end = context.Pipe()
        process = context.Process(target=_do_tasks, args=(other_end,), daemon=True)
        process.start()
        other_end.close()
    after, in_time = "", True
    try:
        with suppress(EOFError, OSError):  # it died
            pipe.send((task, path.absolute(), config))
        while in_time := pipe.poll(config.max_file_seconds):
            try:
                item = pipe.recv()
            except (EOFError, OSError):
                break
            if isinstance(item, OSError):
                raise item
            if item == END:
                _idle.append((process, pipe))
                return
            if row := getattr(item, "row", None):
                after = f" after row {row}"
            yield item
    finally:
        if (process, pipe) not in _idle:
            process.kill()
            process.join()
            pipe.close()
    code = process.exitcode or 0
    if not in_time or code == -signal.SIGXCPU:
        limit = f"the {config.max_file_seconds} seconds of a file; `max_file_seconds` is the limit"
        yield Reject("too_costly", f"reading it{after} takes more than {limit}")
    else:
        name = signal.Signals(-code).name if -code in {*signal.Signals} else f"exit status {code}"
        yield Reject("bad_file", f"the library crashed{after} or lacked memory ({name}); fetch or write the file again")


def extract_in_child(task: Task, data: bytes, config: IngestConfig) -> RawDocument | Reject:
    """Return the article that a task returns for a file of these bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        article, *_ = read_in_child(task, Path(file.name), config)
    return article


def _do_tasks(pipe: Connection) -> None:
    """Do tasks in the child until the parent has ended."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # a library may print
        os.dup2(nowhere, stream)
    with suppress(EOFError):
        while True:
            task, path, config = pipe.recv()
            _limit_resources(config.max_file_seconds)
            try:
                found = task(path, config)
                for item in [found] if isinstance(found, RawDocument | Reject) else with_rejects(found):
                    pipe.send(item)  # at once, so that nothing is lost if the next row kills this process
            except OSError as error:
                if not is_used_up(error):
                    raise
                pipe.send(error)
            pipe.send(END)


def _limit_resources(seconds: int) -> None:
    """Limit the memory of this process, and the processor time that it may take from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    limits = {resource.RLIMIT_DATA: MAX_MEMORY_BYTES, resource.RLIMIT_CPU: soft, resource.RLIMIT_CORE: 0}
    for kind, limit in limits.items():
        with suppress(ValueError, OSError):  # a system without this limit, or with a lower one
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
