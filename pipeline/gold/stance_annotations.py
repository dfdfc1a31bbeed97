"""Read and check `data/annotations/stance.jsonl`: quotes with their stances, labelled by annotators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import ROOT
from pipeline.core.errors import DataError
from pipeline.core.storage.json_lines import iterate_json_lines
from pipeline.core.targets import Target

_REQUIRED_TEXT = ("id", "text", "context", "group", "topic", "annotator")
_OPTIONAL_TEXT = ("cue", "source", "speaker")


@dataclass(frozen=True)
class StanceRow:
    """One labelled quote."""

    id: str
    text: str
    context: str  # the paragraph or paragraphs that contain the quote
    group: str  # scenario or article: all its rows are either training or test data
    topic: str  # kind of text
    annotator: str
    labels: dict[str, str]  # by target
    cue: str | None
    source: str | None  # the speaker as written
    speaker: str | None  # full name
    unsure: bool  # whether the annotator was


def read_stance(path: Path | str, targets: Mapping[str, Target] | None = None) -> list[StanceRow]:
    """Read and check labelled quotes, in the order of the file; without `targets` any targets and labels are accepted.

    The first wrong row raises a DataError with file, line, field and remedy.
    """
    rows: list[StanceRow] = []
    lines: dict[str, int] = {}
    for number, where, values in iterate_json_lines(Path(path)):
        row = _parse_row(values, where)
        check_labels(row.labels, targets, where)
        check_new_id(row.id, number, lines, where)
        rows.append(row)
    return rows


def own_rows(root: Path, rows: Iterable[StanceRow]) -> list[StanceRow]:
    """Return the rows that did not come with Parley: of ten thousand invented quotes some have words of any news."""
    shipped, own = (folder / paths.ANNOTATIONS / "stance.jsonl" for folder in (ROOT, root))
    if not shipped.exists() or shipped.samefile(own):
        return list(rows)
    invented = {row.id: row for row in read_stance(shipped)}
    return [row for row in rows if row != invented.get(row.id)]


def check_new_id(row_id: str, number: int, lines: dict[str, int], where: str) -> None:
    """Check that no earlier line of a file has an id, and note the line of this one."""
    if (line := lines.setdefault(row_id, number)) != number:
        raise DataError(f"id {row_id!r} is taken by line {line}", where=f"{where}, id", fix="rename one")


def check_fields(values: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    """Check that a row has all the fields of a list and no other."""
    for name in names:
        if name not in values:
            raise DataError("the field is missing", where=f"{where}, {name}", fix=f"rows have {', '.join(names)}")
    for name in sorted(set(values) - set(names)):
        raise DataError("unknown field", where=f"{where}, {name}", fix=f"rows have {', '.join(names)}")


def check_text(values: Mapping[str, Any], name: str, where: str, null: bool = False) -> None:
    """Check that a field is text and not empty; with `null` it may be null or missing."""
    value = values.get(name)
    if value is None and null:
        return
    if not isinstance(value, str):
        raise DataError(f"{value!r} is no text", where=f"{where}, {name}", fix="write a JSON string")
    if not value.strip():
        fix = "write null" if null else "fill it, or remove the row"
        raise DataError("empty text", where=f"{where}, {name}", fix=fix)


def _parse_row(values: dict[str, Any], where: str) -> StanceRow:
    check_fields(values, [field.name for field in fields(StanceRow)], where)
    for name in (*_REQUIRED_TEXT, *_OPTIONAL_TEXT):
        check_text(values, name, where, null=name in _OPTIONAL_TEXT)
    if not isinstance(values["unsure"], bool):
        raise DataError(f"{values['unsure']!r} is no truth value", where=f"{where}, unsure", fix="write true or false")
    return StanceRow(**values)


def check_labels(labels: Any, targets: Mapping[str, Target] | None, where: str) -> None:
    """Check that `labels` is a mapping of targets to their labels; without `targets` any names are accepted."""
    if not isinstance(labels, dict):
        raise DataError("not a mapping of target to label", where=f"{where}, labels", fix='write {"target": "label"}')
    for target, label in labels.items():
        if targets is not None and target not in targets:
            fix = f"use one of {', '.join(targets)}, or add it to configs/targets.yaml"
            raise DataError(f"unknown target {target!r}", where=f"{where}, labels", fix=fix)
        allowed = None if targets is None else targets[target].labels
        if not isinstance(label, str) or (allowed is not None and label not in allowed):
            fix = f"use one of {', '.join(allowed)}" if allowed else "write a JSON string"
            raise DataError(f"unknown label {label!r}", where=f"{where}, labels.{target}", fix=fix)
