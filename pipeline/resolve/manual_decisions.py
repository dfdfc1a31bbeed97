"""Decisions by hand: corrected speakers (`configs/corrections.csv`), and names that are one (`configs/merges.csv`)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.core.config import read_csv_rows
from pipeline.core.corrections import CorrectionRow, read_correction_rows
from pipeline.core.errors import ConfigError
from pipeline.core.schema.data_tables import SPEAKER_KINDS
from pipeline.core.targets import Target
from pipeline.core.text import printable_line, unescape_cell
from pipeline.resolve.gazetteer import Gazetteer
from pipeline.resolve.name_forms import name_key

MERGE_COLUMNS = ("a", "b", "decision", "note")
DECISIONS = ("same", "different")


@dataclass
class MergeDecisions:
    """What a person has decided about pairs of names."""

    merged_names: dict[str, str] = field(default_factory=dict)  # by `name_key`, the name that it is merged into
    different: set[frozenset[str]] = field(default_factory=set)  # pairs of name keys that are two speakers'
    # By `name_key`, a later name of its chain of merges, so that a long chain is walked only once.
    further: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def canonical_name(self, name: str) -> str:
        """Return the name that a name is merged into; the name itself where nothing was decided."""
        passed: dict[str, None] = {}
        while (key := name_key(name)) in self.merged_names and key not in passed:
            passed[key] = None
            name = self.further.get(key, self.merged_names[key])
        self.further.update(dict.fromkeys(passed, name))
        return name

    def are_merged(self, a: str, b: str) -> bool:
        """Return True for two names that are one speaker's."""
        return name_key(self.canonical_name(a)) == name_key(self.canonical_name(b))


def read_merge_decisions(path: Path | str) -> MergeDecisions:
    """Read a CSV file with the columns `a`, `b`, `decision`, `note`; a missing or empty file has no decisions.

    `same` merges the name `b` into `a`; `different` keeps the two apart and out of the review. Wrong columns, an empty
    name, an unknown decision, a name merged into two, and a pair decided both ways is a ConfigError.
    """
    path, decisions = Path(path), MergeDecisions()
    if path.exists() and path.stat().st_size:
        for number, row in read_csv_rows(path, MERGE_COLUMNS):
            _add_decision(decisions, row, f"{path}, row {number}")
    return decisions


def _add_decision(decisions: MergeDecisions, row: dict[str, str], where: str) -> None:
    """Check one row and add its decision."""
    a, b, decision = (unescape_cell(row[name]).strip() for name in MERGE_COLUMNS[:3])
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
    # It was in no chain of merges before, or had this name in another spelling.
    decisions.merged_names[key_b] = a
    decisions.further.pop(key_b, None)


@dataclass
class Corrections:
    """What people have corrected: single quotes by id, and names by `name_key`."""

    of_quotes: dict[str, CorrectionRow] = field(default_factory=dict)
    of_names: dict[str, CorrectionRow] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.of_quotes or self.of_names)


class ShownQuote(NamedTuple):
    """A quote with name and kind of its speaker as the data would show them without corrections."""

    quote_id: str
    speaker: str | None
    kind: str


def read_corrections(path: Path, targets: Mapping[str, Target]) -> Corrections:
    """Read the corrected speakers of a file; those of stances are for the stage `label`.

    An unknown kind, and a quote or name in two rows, is a ConfigError, as is what `read_correction_rows` says.
    """
    corrections = Corrections()
    for row in read_correction_rows(path, targets):
        if row.target:
            continue
        if row.kind and row.kind not in SPEAKER_KINDS:
            fix = f"one of {', '.join(SPEAKER_KINDS)}, or nothing"
            raise ConfigError(f"kind is {row.kind!r}", where=row.where, fix=fix)
        rows = corrections.of_quotes if row.quote else corrections.of_names
        if other := rows.get(key := row.quote or name_key(row.name)):
            what = f"`{row.what}` is corrected in {other.where} too"
            raise ConfigError(what, where=row.where, fix="one row for it")
        rows[key] = row
    return corrections


def match_corrections(
    corrections: Corrections, quotes: Iterable[ShownQuote], gazetteer: Gazetteer
) -> tuple[dict[str, CorrectionRow], list[str]]:
    """Return the correction of each quote that has one, by quote_id, and a warning for each row that matches nothing.

    A row for a quote counts before one for its name. A kind that the file does not tell is that of the gazetteer, of
    most quotes of this speaker, or a person's.
    """
    matched: dict[str, tuple[CorrectionRow, ...]] = {}
    kinds: dict[str, Counter[str]] = {}
    used: set[str] = set()
    for quote in quotes:
        key = name_key(quote.speaker) if quote.speaker else ""
        kinds.setdefault(key, Counter())[quote.kind] += 1
        rows = corrections.of_quotes.get(quote.quote_id), corrections.of_names.get(key) if key else None
        if found := tuple(row for row in rows if row is not None):
            matched[quote.quote_id] = found
            used.update(row.where for row in found)
    corrected = {quote_id: _with_kind(found[0], kinds, gazetteer) for quote_id, found in matched.items()}
    told = {
        "no quote has this `quote_id` (did the text of its article change?)": corrections.of_quotes,
        "no quote has a speaker of this name": corrections.of_names,
    }
    unused = [(why, row) for why, rows in told.items() for row in rows.values() if row.where not in used]
    return corrected, [printable_line(f"{row.where}: not applied: {why}: `{row.what}`") for why, row in unused]


def _with_kind(correction: CorrectionRow, kinds: dict[str, Counter[str]], gazetteer: Gazetteer) -> CorrectionRow:
    """Return a correction with the kind of its speaker."""
    if correction.kind or not correction.speaker:
        return correction
    entry = gazetteer.find(correction.speaker)
    in_data = kinds.get(name_key(correction.speaker), Counter()).most_common(1)
    kind = entry.kind if entry is not None else in_data[0][0] if in_data else "person"
    return correction._replace(kind=kind)
