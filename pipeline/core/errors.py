"""Errors that a user can act on."""

from __future__ import annotations

import errno

from pipeline.core.text import printable, printable_line

_UNCHANGED = "what was there before is unchanged"
# What a user can do when the operating system refuses, by error number.
_FIXES = {
    errno.ENOSPC: f"free some space and run it again; {_UNCHANGED}",
    errno.EDQUOT: f"free some space and run it again; {_UNCHANGED}",
    errno.EFBIG: f"raise the limit on the size of files (`ulimit -f`) and run it again; {_UNCHANGED}",
    errno.EROFS: f"make the place writable, or work in a copy of the project; {_UNCHANGED}",
    errno.EACCES: f"make the place readable and writable for yourself; {_UNCHANGED}",
    errno.EPERM: f"make the place readable and writable for yourself; {_UNCHANGED}",
    errno.ENOENT: "restore it if it was moved or deleted; `dvc repro` rebuilds what stages write",
}


class ParleyError(Exception):
    """An error a user can act on: what happened, where, why, and what to do."""

    def __init__(self, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        self.what, self.where, self.why, self.fix = what, where, why, fix
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{printable_line(self.where)}: {self.what}" if self.where else self.what
        line += f" ({self.why})" if self.why else ""
        # File names and values may contain control characters.
        return printable(f"{line}\n  → {self.fix}" if self.fix else line)


class ConfigError(ParleyError):
    """A config file is missing, unreadable or contains an invalid value."""


class DataError(ParleyError):
    """A table, model or annotation is damaged or invalid."""


def from_os_error(error: OSError, where: str = "") -> ParleyError:
    """Return an error of the operating system as a ParleyError; `where` defaults to the file that the system names."""
    what = error.strerror or str(error)
    return ParleyError(what, where=where or str(error.filename or ""), fix=_FIXES.get(error.errno or 0, ""))
