"""Replace files of `data/annotations`, people's work: one process at a time, and none before all are written."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.core import paths
from pipeline.core.errors import ParleyError, from_os_error
from pipeline.core.storage.atomic_files import atomic_path

# Beside the folder, because stages depend on everything in it.
LOCK = paths.ANNOTATIONS.with_name(f".{paths.ANNOTATIONS.name}.lock")
WAIT_SECONDS = 60.0


@contextmanager
def annotations_lock(root: Path) -> Iterator[None]:
    """Keep other processes from changing `data/annotations`.

    A lock that another process holds for a minute, and a place that may not be written to, is a ParleyError.
    """
    (root / LOCK).parent.mkdir(parents=True, exist_ok=True)
    try:
        try:
            lock = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except PermissionError:  # another user's, in a project that they share
            lock = os.open(root / LOCK, os.O_RDONLY)
    except OSError as error:
        raise from_os_error(error) from error
    try:
        end = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    what, fix = "another process is changing the annotations", "end it, or wait; nothing was written"
                    raise ParleyError(what, where=str(root / LOCK), fix=fix) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(lock)  # this releases it


def replace_together(root: Path, texts: dict[Path, str]) -> None:
    """Replace files of `data/annotations`, none before all new ones are on the disk; the caller holds the lock.

    `texts` has the new text of each file, by its path relative to `root`. When the operating system refuses, such as on
    a full disk, no file is changed. Of a process that dies between two of them, the same import completes the work.
    """
    with ExitStack() as moves:  # when all are written, the last one that was entered is moved first
        for path, text in reversed(texts.items()):
            with moves.enter_context(atomic_path(root / path)).open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
