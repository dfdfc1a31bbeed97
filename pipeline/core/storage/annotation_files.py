"""Replace files of `data/annotations`, people's work: one process at a time, and all files of an import or none.

The new files are written beside the old ones first. Then one file, the journal, says that they are complete; from then
on whoever comes next moves them into place, if this process can no longer do so.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError, from_os_error
from pipeline.core.storage.atomic_files import remove, temporary_path

# Beside the folder, because stages depend on everything in it.
LOCK = paths.ANNOTATIONS.with_name(f".{paths.ANNOTATIONS.name}.lock")
JOURNAL = paths.ANNOTATIONS.with_name(f".{paths.ANNOTATIONS.name}.journal")
WAIT_SECONDS = 60.0


@contextmanager
def annotations_lock(root: Path) -> Iterator[None]:
    """Keep other processes from changing `data/annotations`; complete what one that was killed has begun.

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
        _move_into_place(root)
        yield
    finally:
        os.close(lock)  # this releases it


def replace_together(root: Path, texts: Mapping[Path, str]) -> None:
    """Replace files of `data/annotations`, all or none, whenever the process dies; the caller holds the lock.

    `texts` has the new text of each file, by its path relative to `root`. When the operating system refuses, such as on
    a full disk, no file is changed.
    """
    if not texts:
        return
    journal = json.dumps({"process": os.getpid(), "files": [path.as_posix() for path in texts]})
    fresh = {temporary_path(root / path): text for path, text in [*texts.items(), (JOURNAL, journal)]}
    try:
        for path, text in fresh.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary_path(root / JOURNAL), root / JOURNAL)
    except OSError as error:
        for path in fresh:
            remove(path)
        raise from_os_error(error) from error
    _move_into_place(root)


def complete_replacement(root: Path) -> None:
    """Complete what a killed process has begun to replace, if there is such a thing."""
    if (root / JOURNAL).exists():
        with annotations_lock(root):
            pass


def _move_into_place(root: Path) -> None:
    """Move the files that the journal names, as far as that was not done, and delete the journal."""
    try:
        journal = json.loads((root / JOURNAL).read_text(encoding="utf-8"))
        moves = {temporary_path(root / name, int(journal["process"])): root / name for name in journal["files"]}
        folders = {target: target.parent.resolve() for target in moves.values()}
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise DataError("the journal is damaged", where=str(root / JOURNAL), fix="delete it") from None
    whole = (root / paths.ANNOTATIONS).resolve()
    for fresh, target in moves.items():
        if not folders[target].is_relative_to(whole):
            fix = "delete it: Parley did not write it"
            raise DataError("the journal names a file elsewhere", where=str(root / JOURNAL), fix=fix)
        if fresh.exists():
            os.replace(fresh, target)
    (root / JOURNAL).unlink()
