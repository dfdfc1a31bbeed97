"""The formats of annotation tools: one writer by name, one reader that tells them apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotate import label_studio, prodigy, spreadsheet
from pipeline.annotate.task import Answer, Task
from pipeline.core.errors import DataError
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import Target

FORMATS = ("csv", "label-studio", "prodigy")
_FIX = "import CSV, Label Studio's JSON or JSONL (not JSON-MIN), or Prodigy's JSONL, of tasks that Parley exported"


def write(tasks: Sequence[Task], targets: Mapping[str, Target], form: str, path: Path) -> list[Path]:
    """Write tasks, and Label Studio's interface beside them; returns the files written."""
    if form == "csv":
        write_text(path, spreadsheet.write(tasks, targets))
        return [path]
    if form == "prodigy":
        write_text(path, prodigy.write(tasks, targets))
        return [path]
    write_text(path, label_studio.write(tasks, lines=path.suffix == ".jsonl"))
    interface = path.with_suffix(".interface.xml")
    write_text(interface, label_studio.interface(tasks[0].layer if tasks else "stance", targets))
    return [path, interface]


def read(path: Path, targets: Mapping[str, Target]) -> Iterator[Answer]:
    """Answers of a file of any of the formats, in its order.

    Raises
    ------
    DataError
        Naming file and row of what is not as it should be.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("not UTF-8", where=path.name, why=str(error), fix="save it as UTF-8") from None
    if not text.lstrip().startswith(("[", "{")):
        yield from spreadsheet.read(text, path.name, targets)
        return
    for where, item in _objects(text, path.name):
        if isinstance(item, Mapping) and "data" in item:
            yield from label_studio.read([(where, item)], targets)
        elif isinstance(item, Mapping) and "parley" in item:
            yield from prodigy.read([(where, item)], targets)
        else:
            raise DataError("a row of no known format", where=where, fix=_FIX)


def _objects(text: str, name: str) -> Iterator[tuple[str, Any]]:
    """Members of a JSON array, or of JSON lines, each with where it stands."""
    if text.lstrip().startswith("["):
        for number, item in enumerate(_loaded(text, name), 1):
            yield f"{name}, task {number}", item
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield f"{name}, line {number}", _loaded(line, f"{name}, line {number}")


def _loaded(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError("not JSON", where=where, why=str(error), fix=_FIX) from None
