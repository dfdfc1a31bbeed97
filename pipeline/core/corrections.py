"""Corrections by hand (`configs/corrections.csv`): the rows of the file, checked, and which stances they correct."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.core.config import read_csv_rows
from pipeline.core.errors import ConfigError
from pipeline.core.left_out import skeleton
from pipeline.core.targets import Targets
from pipeline.core.text import printable_line, unescape_cell

COLUMNS = ("quote", "name", "speaker", "kind", "target", "label", "by", "note")


class CorrectionRow(NamedTuple):
    """One row: the speaker of a quote or of all quotes of a name, or the stance of a quote toward a target."""

    quote: str  # a quote_id or, of a stance, all words of the quote
    name: str
    speaker: str  # empty for nobody
    kind: str
    target: str
    label: str
    by: str
    note: str
    where: str  # the row of the file

    @property
    def key(self) -> tuple[str, str]:
        """Equal for two rows that correct the same: without spaces, capitals and punctuation of words and names."""
        return skeleton(self.quote) or skeleton(self.name), self.target or ("name" if self.name else "quote")

    @property
    def what(self) -> str:
        """What is corrected, in words."""
        return f"{self.quote or self.name}{self.target and f', {self.target}'}"

    @property
    def says(self) -> tuple[str, ...]:
        """What the row says is right."""
        return self.speaker, self.kind, self.label

    def speaker_columns(self) -> dict[str, Any]:
        """Return the columns of `resolved` that say who the speaker is."""
        kind = self.kind if self.speaker else "unknown"
        return {"speaker": self.speaker or None, "kind": kind, "form": "", "members": [], "affiliation": None}

    def provenance_columns(self) -> dict[str, Any]:
        """Return the columns of `quotes` that say where the speaker comes from: from a person, not a rule."""
        return {"resolved_by": "correction", "certainty": 1.0 if self.speaker else 0.0, "corrected_by": self.by}


def read_correction_rows(path: Path, targets: Targets) -> list[CorrectionRow]:
    """Read a CSV file with the columns of `COLUMNS`; a missing or empty file corrects nothing.

    Wrong columns, a row with both or neither of quote and name, one that is of a speaker and of a stance, an unknown
    target or label, and a row without `by` is a ConfigError.
    """
    rows = []
    for number, cells in read_csv_rows(path, COLUMNS) if path.exists() and path.stat().st_size else ():
        values = {column: unescape_cell(cells[column]).strip() for column in COLUMNS}
        rows.append(CorrectionRow(**values, where=f"{path}, row {number}"))
        _check(rows[-1], targets)
    return rows


def _check(row: CorrectionRow, targets: Targets) -> None:
    if bool(row.quote) == bool(row.name):
        what, fix = "a row corrects a quote or a name", "fill one of the cells `quote`, `name`"
        raise ConfigError(what, where=row.where, fix=fix)
    is_stance = bool(row.target or row.label)
    if is_stance and (row.name or row.speaker or row.kind):
        why, fix = "it has `target` or `label`, and a name or speaker too", "two rows, one for each"
        raise ConfigError("a row corrects a speaker or a stance", where=row.where, why=why, fix=fix)
    if is_stance and row.target not in targets:
        why, fix = "targets are those of configs/targets.yaml", f"one of {', '.join(targets)}"
        raise ConfigError(f"target is {row.target!r}", where=row.where, why=why, fix=fix)
    if is_stance and row.label not in (labels := targets[row.target].labels):
        why, fix = "labels are those of configs/targets.yaml", f"one of {', '.join(labels)}"
        raise ConfigError(f"label is {row.label!r}", where=row.where, why=why, fix=fix)
    if is_stance and not skeleton(row.quote):
        raise ConfigError("`quote` has no words", where=row.where, fix="a quote_id, or all words of the quote")
    if not row.by:
        raise ConfigError("`by` is empty", where=row.where, fix="say who says so: it is published beside the quote")


class StanceCorrections:
    """The corrected stances of a file; a row for a quote_id counts before one for the words of the quote.

    Words are compared without spaces, capitals and punctuation; they correct each quote that is made of them.
    """

    def __init__(self, rows: Iterable[CorrectionRow]) -> None:
        self._rows: dict[str, dict[str, CorrectionRow]] = {}
        self._unused: dict[str, CorrectionRow] = {}
        self.number = 0  # of the stances corrected so far
        for row in rows:
            if row.target:
                of_quote = self._rows.setdefault(skeleton(row.quote), {})
                if other := of_quote.get(row.target):
                    what = f"`{row.what}` is corrected in {other.where} too"
                    raise ConfigError(what, where=row.where, fix="one row for it")
                of_quote[row.target] = self._unused[row.where] = row

    def of_quote(self, quote_id: str, content: str) -> dict[str, CorrectionRow]:
        """Return the row of each target on which the stance of a quote is corrected."""
        if not self._rows:
            return {}
        found = [self._rows.get(skeleton(each), {}) for each in (content, quote_id)]
        for row in (row for of_quote in found for row in of_quote.values()):
            self._unused.pop(row.where, None)
        self.number += len(both := found[0] | found[1])
        return both

    def warnings(self) -> list[str]:
        """Return a line for each row that has matched no quote so far."""
        why = "not applied: no quote has this `quote_id` or these words (did the text of its article change?)"
        return [printable_line(f"{row.where}: {why}: `{row.what}`") for row in self._unused.values()]
