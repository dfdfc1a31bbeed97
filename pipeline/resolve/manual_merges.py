"""Decisions about names across articles (`configs/merges.csv`): which are one speaker's, which are not."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.csv_escaping import unescape_cell
from pipeline.core.errors import ConfigError
from pipeline.resolve.name_forms import key

COLUMNS = ("a", "b", "decision", "note")
DECISIONS = ("same", "different")


@dataclass
class Merges:
    """What a person has decided.

    Attributes
    ----------
    names : dict of str to str
        For each name (`names.key`) that is somebody's other name, the name it goes under.
    different : set of frozenset of str
        Pairs of names (`names.key`) that are two speakers'.
    """

    names: dict[str, str] = field(default_factory=dict)
    different: set[frozenset[str]] = field(default_factory=set)

    def name(self, name: str) -> str:
        """The name that a name goes under; itself where nothing was decided."""
        seen = set()
        while key(name) in self.names and key(name) not in seen:
            seen.add(key(name))
            name = self.names[key(name)]
        return name

    def decided(self, a: str, b: str) -> bool:
        """True where a person has said whether two names are one speaker's."""
        return frozenset((key(a), key(b))) in self.different or key(self.name(a)) == key(self.name(b))


def read_merges(path: Path | str) -> Merges:
    """Read a CSV file with the columns `a`, `b`, `decision`, `note`; none and an empty one decide nothing.

    `same` puts the quotes of `b` under `a`; `different` keeps the two apart and out of the review.

    Raises
    ------
    ConfigError
        On wrong columns, an empty name, an unknown decision, a name under two others, or a pair decided both ways.
    """
    path, merges = Path(path), Merges()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return merges
    except UnicodeDecodeError as error:
        raise ConfigError("not a CSV file in UTF-8", where=str(path), why=str(error)) from None
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if rows.fieldnames is not None and tuple(rows.fieldnames) != COLUMNS:
        raise ConfigError("the columns are wrong", where=str(path), fix=f"first line: {','.join(COLUMNS)}")
    for row in rows:
        _add(merges, row, f"{path}, row {rows.line_num}")
    return merges


def _add(merges: Merges, row: dict[str, str], where: str) -> None:
    if None in row or None in row.values():
        raise ConfigError(f"a row has {len(COLUMNS)} cells", where=where)
    a, b, decision = (unescape_cell(row[name]).strip() for name in COLUMNS[:3])
    if not key(a) or not key(b):
        raise ConfigError("a name is empty", where=where)
    if decision not in DECISIONS:
        raise ConfigError(f"decision is {decision!r}", where=where, fix=f"one of {', '.join(DECISIONS)}")
    pair = frozenset((key(a), key(b)))
    if decision == "different":
        if key(merges.name(a)) == key(merges.name(b)):
            raise ConfigError(f"`{a}` and `{b}` are one speaker by other rows", where=where, fix="remove one of them")
        merges.different.add(pair)
        return
    if pair in merges.different:
        raise ConfigError(f"`{a}` and `{b}` are two speakers by another row", where=where, fix="remove one of them")
    if key(merges.names.get(key(b), a)) != key(a):
        raise ConfigError(f"`{b}` goes under `{merges.names[key(b)]}` too", where=where, fix="one row per name `b`")
    if key(merges.name(a)) == key(b):
        raise ConfigError(f"`{a}` goes under `{b}` by another row", where=where, fix="remove one of them")
    merges.names[key(b)] = a
