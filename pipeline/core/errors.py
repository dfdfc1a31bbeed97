"""Errors that a user can act on."""

import errno
import os
import re
import shutil
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

from pipeline.core.text import printable, printable_line

# The exit status of a program that Ctrl-C ends, as shells have it.
INTERRUPTED = 130
# What a user can do where the environment lacks something or is damaged.
SET_UP_ANEW = "delete `.venv` and run `make repro`, or install the package again"
_UNCHANGED = "what was there before is unchanged"
_FREE_MEMORY = "close other programs, raise the limit (`ulimit -v`) or set PARLEY_PROCESSES=1, then run it again"
# What a user can do when the operating system refuses, by error number.
_FIXES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), f"free some space and run it again; {_UNCHANGED}"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), f"make the place readable and writable for yourself; {_UNCHANGED}"),
    errno.EFBIG: f"raise the limit on the size of files (`ulimit -f`) and run it again; {_UNCHANGED}",
    errno.EROFS: f"make the place writable, or work in a copy of the project; {_UNCHANGED}",
    errno.ENOMEM: _FREE_MEMORY,
    errno.EMFILE: "raise the number of files that may be open (`ulimit -n`) and run it again",
    errno.ENFILE: "close other programs and run it again",
    errno.ENOENT: "restore it if it was moved or deleted; `dvc repro` rebuilds what stages write",
}

# What says nothing about the file that is read: the disk, the memory or the number of open files is used up.
_USED_UP = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE}
# A line may list twenty files with reasons.
_LONGEST_MESSAGE, _LONGEST_LINE = 200, 5000
_PACKAGE = Path(__file__).resolve().parents[1]


class ParleyError(Exception):
    """An error a user can act on: what happened, where, why, and what to do."""

    def __init__(self, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        self.what, self.where, self.why, self.fix = what, where, why, fix
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{printable_line(self.where)}: {self.what}" if self.where else self.what
        line += f" ({self.why})" if self.why else ""
        line += f"\n  → {self.fix}" if self.fix else ""
        # File names and values may contain control characters, and be of any length.
        return printable(re.sub(rf"(?m)^(.{{{_LONGEST_LINE}}}).+", r"\1…", line))


class ConfigError(ParleyError):
    """A config file is missing, unreadable or contains an invalid value."""


class DataError(ParleyError):
    """A table, model or annotation is damaged or invalid."""


# What libraries raise where memory runs out and Python's MemoryError does not reach them, in lower case.
_OUT_OF_MEMORY = re.compile(
    r"cannot allocate memory|failed to map segment|can't start new thread|std::bad_alloc|out of memory"
    r"|error assigning \d+ bytes|unable to allocate|malloc of size \d+ failed"
)


def error_for_user(error: BaseException) -> ParleyError | None:
    """Return an exception, also of the system or of too little memory, as a ParleyError; None for a fault of Parley."""
    if isinstance(error, ParleyError):
        return error
    of_system = isinstance(error, ImportError | OSError | RuntimeError)
    if isinstance(error, MemoryError) or (of_system and _OUT_OF_MEMORY.search(str(error).lower())):
        why, fix = " ".join(str(error).split())[:200], f"{_FREE_MEMORY}: finished work is kept"
        return ParleyError("not enough memory", why=why, fix=fix)
    return from_os_error(error) if isinstance(error, OSError) else None


def from_os_error(error: OSError, where: str = "") -> ParleyError:
    """Return an error of the operating system as a ParleyError; `where` defaults to the file that the system names."""
    if "No usable temporary directory" in str(error):
        fix = "free some space there, or name another folder in TMPDIR"
        return ParleyError("no temporary file can be written", why=error.strerror or "", fix=fix)
    where = where or str(error.filename or (error.errno in (errno.ENOSPC, errno.EDQUOT) and _fullest_place()) or "")
    return ParleyError(error.strerror or str(error), where=where, fix=_FIXES.get(error.errno or 0, ""))


def is_used_up(error: BaseException) -> bool:
    """Tell whether an error is about the machine (space, memory, open files), and not about the file that is read."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _USED_UP)


def _fullest_place() -> str:
    """Return which of the two folders that every run writes to has least space: the system does not say."""
    free = []
    for find in (os.getcwd, tempfile.gettempdir):
        with suppress(OSError):  # where all temporary folders are full, Python finds none
            free.append((shutil.disk_usage(place := find()).free, place))
    return min(free, key=lambda found: found[0], default=(0, ""))[1]


def describe_fault(error: BaseException) -> str:
    """Return an exception and the line of Parley's code that raised it, the same in each run."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        if file.is_absolute() and file.resolve().is_relative_to(_PACKAGE):
            place = f" ({file.resolve().relative_to(_PACKAGE.parent).as_posix()}:{frame.lineno})"
    message = re.sub(r"0x[0-9a-f]+", "0x…", " ".join(str(error).split()))[:_LONGEST_MESSAGE]
    return f"{type(error).__name__}{': ' if message else ''}{message}{place}"
