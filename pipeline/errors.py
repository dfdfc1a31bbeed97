"""What Parley says when it cannot go on."""

from __future__ import annotations


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
        line = f"{self.where}: {self.what}" if self.where else self.what
        line += f" ({self.why})" if self.why else ""
        return f"{line}\n  → {self.fix}" if self.fix else line


class ConfigError(ParleyError):
    """A config file is missing, unreadable or holds a value that means nothing."""


class DataError(ParleyError):
    """A table, model or annotation does not hold what it should."""
