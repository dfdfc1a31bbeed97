"""Files and folders that replace older ones in one step, once they are complete; remains of killed processes."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.core import paths
from pipeline.core.errors import DataError, ParleyError, from_os_error

# What the system refuses, such as space; any other error of SQLite means that the file is damaged.
_OF_SYSTEM = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
}  # fmt: skip
# The project's own name is part of each, so that no file of somebody else is taken for one.
_NAME = re.compile(r"\.(?P<target>.+)\.parley-(?P<process>\d+)\.(?P<kind>tmp|old)\Z")


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `target` on success; if the system refuses, that is a ParleyError."""
    fresh = temporary_path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove(fresh)
        yield fresh
        move_into_place(fresh, target)
    except OSError as error:
        concerns_target = fresh.name in str(error.filename or fresh.name)
        raise from_os_error(error, str(target) if concerns_target else "") from error
    finally:
        with suppress(OSError):  # a read-only disk refuses this too, and has been reported already
            remove(fresh)


def move_into_place(fresh: Path, target: Path) -> None:
    """Replace a file or folder by a finished new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_dir():
        os.replace(fresh, target)
        return
    # A folder cannot be moved over another. If the process dies between the two steps, `clean_up`
    # restores the old folder. That is why it is renamed before it is deleted: otherwise half of it could be restored.
    old = temporary_path(target).with_suffix(".old")
    os.replace(target, old)
    try:
        os.replace(fresh, target)
    except OSError:
        os.replace(old, target)
        raise
    os.replace(old, temporary_path(target))
    remove(temporary_path(target))


def write_text(path: Path | str, text: str) -> None:
    """Write a text file atomically, in UTF-8 with newline line ends."""
    with atomic_path(Path(path)) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def temporary_path(target: Path, process: int | None = None) -> Path:
    """Return the path at which a process (this one) writes a file or folder that will replace `target`."""
    return target.with_name(f".{target.name}.parley-{process or os.getpid()}.tmp")


def remove(path: Path) -> None:
    """Delete a file or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def clean_up(root: Path) -> list[str]:
    """Delete unfinished files of processes that have ended, and restore what one of them had moved aside.

    Only where stages write: data/raw may contain very many files. Return the paths relative to `root`, sorted.
    """
    hidden = [*(root / paths.PUBLISHED.parent).glob(".*")]
    for folder in (paths.ANNOTATIONS, paths.INTERIM, paths.MODELS, paths.REPORTS):
        hidden += (root / folder).rglob(".*")
    found = [(path, match) for path in sorted(hidden) if (match := _NAME.match(path.name))]
    leftovers = [(path, match) for path, match in found if not _is_running(int(match["process"]))]
    for path, match in leftovers:
        target = path.with_name(match["target"])
        if match["kind"] == "old" and not target.exists():
            os.replace(path, target)
        else:
            remove(path)
    return [str(path.relative_to(root)) for path, _ in leftovers]


def _is_running(process: int) -> bool:
    """Whether a process with this id is running; one with our own id has ended, since we have written nothing yet."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it belongs to another user
        pass
    return True


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite about a file into those that a user can act on."""
    where = str(path)
    try:
        yield
    except sqlite3.Error as error:
        number = _sqlite_number(error)
        if number == sqlite3.SQLITE_BUSY:
            raise ParleyError("another run uses this file", where=where, fix="wait until it has ended") from None
        if number == sqlite3.SQLITE_NOMEM:
            raise MemoryError from error
        if number in _OF_SYSTEM:
            raise from_os_error(_refusal(path), where) from error
        fix = "delete it and run `dvc repro`: its results are computed again"
        raise DataError("the file is damaged", where=where, why=str(error), fix=fix) from None


def is_of_system(error: Exception) -> bool:
    """Whether an error is about the machine, and not about the file of SQLite."""
    return _sqlite_number(error) in {*_OF_SYSTEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM}


def _sqlite_number(error: Exception) -> int:
    """Return SQLite's number of an error, of which the higher bits tell details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _refusal(path: Path) -> OSError:
    """Return why the system refuses to write, which SQLite does not say: write as much to another file."""
    trial = temporary_path(path.with_name(f"{path.name}-trial"))
    try:
        with trial.open("wb") as file:
            file.seek(path.stat().st_size if path.exists() else 0)
            file.write(bytes(1 << 16))
    except OSError as error:
        return error
    finally:
        remove(trial)
    return OSError(errno.EIO, os.strerror(errno.EIO))
