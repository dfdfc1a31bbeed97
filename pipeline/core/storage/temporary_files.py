"""Names of temporary files and folders, and the removal of those that killed processes left behind."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.core import paths

# Where stages write. data/raw is only read, and may contain very many files: it is not searched.
_RECURSIVE = (paths.ANNOTATIONS, paths.INTERIM, paths.MODELS, paths.REPORTS)
_TOP_LEVEL = (paths.PUBLISHED.parent,)
# The project's own name is part of each, so that no file of somebody else is taken for one.
_NAME = re.compile(r"\.(?P<target>.+)\.parley-(?P<process>\d+)\.(?P<kind>tmp|old)\Z")


def temporary_path(target: Path, process: int | None = None) -> Path:
    """Return the path at which a process (this one) writes a file or folder that will replace `target`."""
    return target.with_name(f".{target.name}.parley-{process or os.getpid()}.tmp")


def backup_path(target: Path) -> Path:
    """Return the path to which this process moves the old `target` while it puts the new one there."""
    return target.with_name(f".{target.name}.parley-{os.getpid()}.old")


def remove(path: Path) -> None:
    """Delete a file or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def clean_up(root: Path) -> list[str]:
    """Delete unfinished files of processes that have ended, and restore what one of them had moved aside.

    Returns
    -------
    list of str
        What was deleted or restored, relative to `root`, sorted. Files of running processes are not touched.
    """
    leftovers = sorted(path for path in _hidden_files(root) if _is_leftover(path.name))
    for path in leftovers:
        match = _NAME.match(path.name)
        target = path.with_name(match["target"]) if match else path
        if match and match["kind"] == "old" and not target.exists():
            os.replace(path, target)
        else:
            remove(path)
    return [str(path.relative_to(root)) for path in leftovers]


def _hidden_files(root: Path) -> Iterator[Path]:
    for folder in _TOP_LEVEL:
        yield from (root / folder).glob(".*")
    for folder in _RECURSIVE:
        yield from (root / folder).rglob(".*")


def _is_leftover(name: str) -> bool:
    match = _NAME.match(name)
    return match is not None and not _is_running(int(match["process"]))


def _is_running(process: int) -> bool:
    """Whether a process with this id is running; one with our own id has ended, since we have written nothing yet."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it belongs to another user
        return True
    return True
