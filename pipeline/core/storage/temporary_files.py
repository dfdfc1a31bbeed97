"""What a killed process leaves among the outputs: found by its name, cleaned up by the next stage that runs."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.core import paths

# Where stages write, with all folders below or without (data/raw may hold very many files, and is only read).
_DEEP = (paths.INTERIM, paths.MODELS, paths.REPORTS)
_SHALLOW = (paths.PUBLISHED.parent, paths.ANNOTATIONS)
_NAME = re.compile(r"\.(?P<target>.+)\.(?P<process>\d+)\.(?P<kind>tmp|old)\Z")


def temporary_path(target: Path) -> Path:
    """Where this process writes a file or folder before it takes the place of `target`."""
    return target.with_name(f".{target.name}.{os.getpid()}.tmp")


def backup_path(target: Path) -> Path:
    """Where this process keeps what was at `target` while it puts the new one there."""
    return target.with_name(f".{target.name}.{os.getpid()}.old")


def remove(path: Path) -> None:
    """Delete a file or folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def clean_up(root: Path) -> list[str]:
    """Delete half-written files of processes that are gone, and put back what one of them had moved aside.

    Returns
    -------
    list of str
        What was found, relative to `root`, sorted. Files of a process that runs are left alone.
    """
    found = sorted(path for path in _hidden(root) if _is_left(path.name))
    for path in found:
        match = _NAME.match(path.name)
        target = path.with_name(match["target"]) if match else path
        if match and match["kind"] == "old" and not target.exists():
            os.replace(path, target)
        else:
            remove(path)
    return [str(path.relative_to(root)) for path in found]


def _hidden(root: Path) -> Iterator[Path]:
    for folder in _SHALLOW:
        yield from (root / folder).glob(".*")
    for folder in _DEEP:
        yield from (root / folder).rglob(".*")


def _is_left(name: str) -> bool:
    match = _NAME.match(name)
    return match is not None and not _runs(int(match["process"]))


def _runs(process: int) -> bool:
    """True where a process of this number runs; one of the own number has ended, for this one has written nothing."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return True
