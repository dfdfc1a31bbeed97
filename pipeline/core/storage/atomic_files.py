"""Files and folders that replace older ones in one step, once they are complete."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.core.errors import from_os_error
from pipeline.core.storage.temporary_files import backup_path, remove, temporary_path


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`; on success, what was written there replaces `target`.

    Raises
    ------
    ParleyError
        When the operating system refuses (full disk, no permission to write); `target` stays as it was.
    """
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
    # A folder cannot be moved over another. If the process dies between the two steps, `temporary_files.clean_up`
    # restores the old folder. That is why it is renamed before it is deleted: otherwise half of it could be restored.
    old = backup_path(target)
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
