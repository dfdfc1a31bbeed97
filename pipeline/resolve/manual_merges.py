"""Manual decisions about names across articles (`configs/merges.csv`): which are one speaker's, and which are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import ConfigError
from pipeline.core.text import unescape_cell
from pipeline.resolve.gazetteer import read_csv_rows
from pipeline.resolve.name_forms import name_key

COLUMNS = ("a", "b", "decision", "note")
DECISIONS = ("same", "different")


@dataclass
class MergeDecisions:
    """What a person has decided about pairs of names."""

    merged_names: dict[str, str] = field(default_factory=dict)  # by `name_key`, the name that it is merged into
    different: set[frozenset[str]] = field(default_factory=set)  # pairs of name keys that are two speakers'
    # By `name_key`, a later name of its chain of merges, so that a long chain is walked only once.
    _further: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def canonical_name(self, name: str) -> str:
        """Return the name that a name is merged into; the name itself where nothing was decided."""
        passed: dict[str, None] = {}
        while (key := name_key(name)) in self.merged_names and key not in passed:
            passed[key] = None
            name = self._further.get(key, self.merged_names[key])
        self._further.update(dict.fromkeys(passed, name))
        return name

    def merge(self, key: str, name: str) -> None:
        """Merge the name of a key into another; it was in no chain before, or had this name in another spelling."""
        self.merged_names[key] = name
        self._further.pop(key, None)

    def are_merged(self, a: str, b: str) -> bool:
        """Return True for two names that are one speaker's."""
        return name_key(self.canonical_name(a)) == name_key(self.canonical_name(b))

    def is_decided(self, a: str, b: str) -> bool:
        """Return True where a person has said whether two names are one speaker's."""
        return frozenset((name_key(a), name_key(b))) in self.different or self.are_merged(a, b)


def read_merge_decisions(path: Path | str) -> MergeDecisions:
    """Read a CSV file with the columns `a`, `b`, `decision`, `note`; a missing or empty file has no decisions.

    `same` merges the name `b` into `a`; `different` keeps the two apart and out of the review.

    Raises
    ------
    ConfigError
        On wrong columns, an empty name, an unknown decision, a name merged into two, or a pair decided both ways.
    """
    path, decisions = Path(path), MergeDecisions()
    if path.exists() and path.stat().st_size:
        for number, row in read_csv_rows(path, COLUMNS):
            _add_row(decisions, row, f"{path}, row {number}")
    return decisions


def _add_row(decisions: MergeDecisions, row: dict[str, str], where: str) -> None:
    """Check one row and add its decision."""
    a, b, decision = (unescape_cell(row[name]).strip() for name in COLUMNS[:3])
    key_a, key_b = name_key(a), name_key(b)
    if not key_a or not key_b:
        raise ConfigError("a name is empty", where=where)
    if decision not in DECISIONS:
        raise ConfigError(f"decision is {decision!r}", where=where, fix=f"one of {', '.join(DECISIONS)}")
    pair = frozenset((key_a, key_b))
    if decision == "different":
        if decisions.are_merged(a, b):
            raise ConfigError(f"`{a}` and `{b}` are one speaker by other rows", where=where, fix="remove one of them")
        decisions.different.add(pair)
        return
    if pair in decisions.different:
        raise ConfigError(f"`{a}` and `{b}` are two speakers by another row", where=where, fix="remove one of them")
    if name_key(decisions.merged_names.get(key_b, a)) != key_a:
        other = decisions.merged_names[key_b]
        raise ConfigError(f"`{b}` is merged into `{other}` too", where=where, fix="one row per name `b`")
    if name_key(decisions.canonical_name(a)) == key_b:
        raise ConfigError(f"`{a}` is merged into `{b}` by another row", where=where, fix="remove one of them")
    decisions.merge(key_b, a)
