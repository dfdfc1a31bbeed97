"""Write tasks for an annotation tool, and read the answers back whatever tool they come from."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.annotate import label_studio, spreadsheet
from pipeline.annotate.task import Answer, Task
from pipeline.core.errors import DataError, ParleyError
from pipeline.core.storage.atomic_files import check_output
from pipeline.core.storage.tables import write_text
from pipeline.core.targets import Targets

_FIX = "import a CSV file, or the JSON or JSONL of Label Studio (not JSON-MIN), made of tasks that Parley exported"
INTERFACE_SUFFIX = ".interface.xml"


def check_export(root: Path, tool_format: str, path: Path, overwrite: bool) -> None:
    """Check that an export loses nobody's work: it replaces an earlier export if asked to, and nothing else."""
    check_output(root, path)
    # What Label Studio itself exported begins with other keys, and has answers in it.
    begins_by_path: dict[Path, Sequence[str]] = {path: (*spreadsheet.BEGINS, *label_studio.BEGINS)}
    if tool_format == "label-studio":
        begins_by_path[path.with_suffix(INTERFACE_SUFFIX)] = [label_studio.INTERFACE]
    for output, begins in begins_by_path.items():
        if os.path.lexists(output) and not overwrite:
            fix = "name another file, or give --overwrite if it contains no labels that you need"
            raise ParleyError("this file exists, and may have been filled in", where=str(output), fix=fix)
        check_output(root, output, begins=begins)


def write_tasks(tasks: Sequence[Task], targets: Targets, tool_format: str, path: Path) -> list[Path]:
    """Write tasks in a format of `task.FORMATS`, for Label Studio with its interface; return the files written."""
    if tool_format == "csv":
        write_text(path, spreadsheet.format_tasks(tasks, targets))
        return [path]
    write_text(path, label_studio.format_tasks(tasks, lines=path.suffix == ".jsonl"))
    interface = path.with_suffix(INTERFACE_SUFFIX)
    write_text(interface, label_studio.format_interface(tasks[0].layer if tasks else "stance", targets))
    return [path, interface]


def read_answers(path: Path, targets: Targets) -> Iterator[Answer]:
    """Yield the answers of a file in its order; its format is recognised by its content."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError("not UTF-8", where=path.name, why=str(error), fix="save it as UTF-8") from None
    if not text.lstrip().startswith(("[", "{")):
        yield from spreadsheet.parse_answers(text, path.name, targets)
        return
    for where, item in _iterate_items(text, path.name):
        if isinstance(item, Mapping) and "data" in item:
            yield from label_studio.parse_answers(item, targets, where)
        else:
            raise DataError("a row of no known format", where=where, fix=_FIX)


def _iterate_items(text: str, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the items of a JSON array or of JSON lines, each with its place for error messages."""
    if text.lstrip().startswith("["):
        for number, item in enumerate(_parse_json(text, name), 1):
            yield f"{name}, task {number}", item
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{name}, line {number}"
            yield where, _parse_json(line, where)


def _parse_json(text: str, where: str) -> Any:
    try:
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8"))
    except (ValueError, RecursionError) as error:  # also half a character, a number of thousands of digits, or brackets
        raise DataError("not JSON", where=where, why=str(error), fix=_FIX) from None
