"""Tasks as CSV: one row each, the quote in marks inside its passage, empty cells for the answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.annotate.span_marks import marked, unmarked
from pipeline.annotate.task import Answer, Task, from_record
from pipeline.core.csv_escaping import escape_cell, unescape_cell
from pipeline.core.errors import DataError
from pipeline.core.targets import Target

# Not `article_id`: spreadsheets take some ids for numbers; `task_id` begins with it and cannot be taken for one.
_ABOUT = ("title", "outlet", "published_at", "url", "start", "of", "layer")
_NUMBERS = ("start", "of")
_YES, _NO = ("yes", "y", "true", "1", "x"), ("", "no", "n", "false", "0")
# Spreadsheets tell UTF-8 by it.
_BOM = "\ufeff"
MAX_CELL = 10_000_000


def write(tasks: Sequence[Task], targets: Mapping[str, Target]) -> str:
    """The file's text: a header, then a row per task."""
    layer = tasks[0].layer if tasks else "stance"
    asked = [*targets, "unsure"] if layer == "stance" else ["verdict", "type"]
    names = ["task_id", "marked", *asked, "speaker", "text", *_ABOUT]
    out = io.StringIO()
    rows = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
    rows.writeheader()
    for task in tasks:
        row = {**task.record(), "marked": marked(task.passage, task.spans)}
        rows.writerow({name: escape_cell(str(row.get(name, ""))) for name in names})
    return _BOM + out.getvalue()


def read(text: str, name: str, targets: Mapping[str, Target]) -> Iterator[Answer]:
    """Answers of a file; its rows are counted as a spreadsheet does, the header being row 1.

    Raises
    ------
    DataError
        On a missing column, a value that cannot be read, or marks that do not pair.
    """
    text = text.removeprefix(_BOM)
    header = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    needed = ["task_id", "marked", "speaker", "text", *_NUMBERS, "layer"]
    if missing := [column for column in needed if column not in (rows.fieldnames or [])]:
        fix = "import a CSV that `parley annotate export` wrote, all its columns kept"
        raise DataError(f"no column {', '.join(missing)}", where=f"{name}, row 1", fix=fix)
    for number, cells in enumerate(_rows(rows, name), 2):
        where = f"{name}, row {number}"
        if None in cells or None in cells.values():
            raise DataError("more or fewer cells than the header", where=where, fix="give each column one cell")
        yield _answer({key: unescape_cell(cell) for key, cell in cells.items()}, where, targets)


def _rows(rows: Iterable[dict[str, str]], name: str) -> Iterator[dict[str, str]]:
    # The default is 131,072 characters; a paragraph may be longer.
    csv.field_size_limit(MAX_CELL)
    try:
        yield from rows
    except csv.Error as error:
        raise DataError("not CSV", where=name, why=str(error), fix="save it as CSV in UTF-8") from None


def _answer(cells: dict[str, str], where: str, targets: Mapping[str, Target]) -> Answer:
    passage, spans = unmarked(cells["marked"], where)
    record: dict[str, Any] = {**cells, "passage": passage, "spans": [list(span) for span in spans.named()]}
    record["article_id"] = cells["task_id"].partition("-")[0]
    for column in _NUMBERS:
        if not cells[column].isdecimal():
            raise DataError(f"`{column}` is {cells[column]!r}", where=where, fix="leave this column as it was")
        record[column] = int(cells[column])
    unsure = cells.get("unsure", "").strip().casefold()
    if unsure not in (*_YES, *_NO):
        raise DataError(f"`unsure` is {unsure!r}", where=where, fix="write yes, or leave it empty")
    labels = {key: cells[key].strip() for key in targets if cells.get(key, "").strip()}
    return Answer(
        from_record(record, where),
        where,
        labels=labels if cells["layer"] == "stance" else {},
        unsure=unsure in _YES,
        verdict=cells.get("verdict", "").strip().casefold() or None,
    )
