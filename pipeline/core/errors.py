"""What Parley says when it cannot go on."""

from __future__ import annotations

import errno

from pipeline.core.text import printable, printable_line

_LEFT = "what was there before is left as it was"
# What a user can do about a refusal of the operating system.
_FIXES = {
    errno.ENOSPC: f"free some space and run it again; {_LEFT}",
    errno.EDQUOT: f"free some space and run it again; {_LEFT}",
    errno.EFBIG: f"raise the limit on the size of files (`ulimit -f`) and run it again; {_LEFT}",
    errno.EROFS: f"make the place writable, or work in a copy of the project; {_LEFT}",
    errno.EACCES: f"make the place readable and writable for yourself; {_LEFT}",
    errno.EPERM: f"make the place readable and writable for yourself; {_LEFT}",
    errno.ENOENT: "put it back if it was moved or deleted; what stages make, `dvc repro` makes anew",
}


class ParleyError(Exception):
    """An error a user can act on: what happened, where, why, and what to do.

    Parameters
    ----------
    what : str
        What went wrong, in one clause.
    where : str, optional
        File, row and field, as far as they are known.
    why : str, optional
        The cause, as found.
    fix : str, optional
        What the user can do about it.
    """

    def __init__(self, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        self.what, self.where, self.why, self.fix = what, where, why, fix
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{printable_line(self.where)}: {self.what}" if self.where else self.what
        line += f" ({self.why})" if self.why else ""
        # A file's name or a value may hold what steers a terminal.
        return printable(f"{line}\n  → {self.fix}" if self.fix else line)


class ConfigError(ParleyError):
    """A config file is missing, unreadable or holds a value that means nothing."""


class DataError(ParleyError):
    """A table, model or annotation does not hold what it should."""


def from_os_error(error: OSError, where: str = "") -> ParleyError:
    """What the operating system refused, as an error a user can act on; where is what the system says, if not given."""
    what = error.strerror or str(error)
    return ParleyError(what, where=where or str(error.filename or ""), fix=_FIXES.get(error.errno or 0, ""))
