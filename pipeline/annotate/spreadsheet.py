r"""CSV for spreadsheets: one row per task, the quote marked inside its passage, empty cells for the answers.

Marks are those of the test cases: `⟨source⟩ ‹cue› ⟦content⟧`; a backslash escapes one that is part of the text.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.annotate.task import UNSURE, Answer, Task, TaskSpans, parse_task
from pipeline.core.errors import DataError
from pipeline.core.targets import Targets
from pipeline.core.text import escape_cell, unescape_cell

OPEN = {"content": "⟦", "cue": "‹", "source": "⟨"}
CLOSE = {"content": "⟧", "cue": "›", "source": "⟩"}
_NAMES = {bracket: name for brackets in (OPEN, CLOSE) for name, bracket in brackets.items()}
_SPECIAL = re.compile(rf"[\\{''.join(_NAMES)}]")
_CHARACTER = re.compile(r"\\(.)|(.)", re.DOTALL)  # escaped, or not
# `article_id` is left out because spreadsheets take some ids for numbers; `task_id` begins with it and is never taken.
_CONTEXT_COLUMNS = ("article_title", "article_source", "published_at", "article_url", "start", "of", "layer")
_NUMBER_COLUMNS = ("start", "of")
_YES, _NO = ("yes", "y", "true", "1", "x"), ("", "no", "n", "false", "0")
# Spreadsheets recognise UTF-8 by the byte order mark.
_BYTE_ORDER_MARK = "\ufeff"
MAX_CELL = 10_000_000
# How a file begins, as exported or as a spreadsheet saved it.
BEGINS = ("task_id", '"task_id"')


def format_tasks(tasks: Sequence[Task], targets: Targets) -> str:
    """Return the CSV text: a header, then a row per task."""
    layer = tasks[0].layer if tasks else "stance"
    answer_columns = [*targets, UNSURE] if layer == "stance" else ["verdict", "type"]
    columns = ["task_id", "marked", *answer_columns, "speaker", "text", *_CONTEXT_COLUMNS]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for task in tasks:
        row = {**task.to_record(), "marked": add_marks(task.passage, task.spans)}
        writer.writerow({column: escape_cell(str(row.get(column, ""))) for column in columns})
    return _BYTE_ORDER_MARK + out.getvalue()


def parse_answers(text: str, name: str, targets: Targets) -> Iterator[Answer]:
    """Yield the answers of a CSV file; rows are counted as in a spreadsheet, where the header is row 1."""
    text = text.removeprefix(_BYTE_ORDER_MARK)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=text.split("\n", 1)[0].count))
    required = ["task_id", "marked", "speaker", "text", *_NUMBER_COLUMNS, "layer"]
    csv.field_size_limit(MAX_CELL)  # the default is 131,072 characters; a paragraph may be longer
    try:
        given = [column for column in reader.fieldnames or () if column]
        missing = [column for column in required if column not in given]
        for number, cells in enumerate(reader, 2):
            where = f"{name}, row {number}"
            asked = ["verdict"] if cells.get("layer") == "quotes" else list(targets)
            if missing := missing or (asked if cells.keys().isdisjoint(asked) else []):
                break
            if None in cells or None in cells.values() or len(given) > len({*given}):
                what = "more or fewer cells than the header, or two columns of one name"
                raise DataError(what, where=where, fix="give each column one cell")
            yield _parse_row({key: unescape_cell(cell) for key, cell in cells.items()}, where, targets)
    except csv.Error as error:
        raise DataError("not CSV", where=name, why=str(error), fix="save it as CSV in UTF-8") from None
    if missing:
        fix = "import a CSV that `parley annotate export` wrote, with all its columns"
        raise DataError(f"no column {', '.join(missing)}", where=f"{name}, row 1", fix=fix)


def _parse_row(cells: dict[str, str], where: str, targets: Targets) -> Answer:
    """Build the answer of a row from its cells."""
    passage, spans = parse_spans(cells["marked"], where)
    record: dict[str, Any] = {**cells, "passage": passage, "spans": [list(span) for span in spans]}
    record["article_id"] = cells["task_id"].partition("-")[0]
    for column in _NUMBER_COLUMNS:
        if not re.fullmatch(r"\d{1,9}", cells[column]):
            raise DataError(f"`{column}` is {cells[column]!r}", where=where, fix="leave this column as it was")
        record[column] = int(cells[column])
    unsure = cells.get(UNSURE, "").strip().casefold()
    if unsure not in (*_YES, *_NO):
        raise DataError(f"`{UNSURE}` is {unsure!r}", where=where, fix="write yes, or leave it empty")
    labels = {target: cells[target].strip() for target in targets if cells.get(target, "").strip()}
    return Answer(
        parse_task(record, where),
        where,
        labels=labels if cells["layer"] == "stance" else {},
        unsure=unsure in _YES,
        verdict=cells.get("verdict", "").strip().casefold() or None,
    )


def add_marks(passage: str, spans: TaskSpans) -> str:
    """Return the passage with brackets around its spans."""
    brackets: dict[int, list[str]] = {}
    for start, end, name in spans.to_triples():
        # The bracket that closes one span comes before the bracket that opens the next.
        brackets.setdefault(end, []).insert(0, CLOSE[name])
        brackets.setdefault(start, []).append(OPEN[name])
    edges = sorted({0, *brackets, len(passage)})
    pieces = []
    for start, end in zip(edges, [*edges[1:], len(passage)], strict=True):
        pieces += brackets.get(start, [])
        pieces.append(_SPECIAL.sub(r"\\\g<0>", passage[start:end]))
    return "".join(pieces)


def parse_spans(text: str, where: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the passage without brackets, and (start, end, name) of each span in the order of the closing brackets."""
    passage: list[str] = []
    opened: dict[str, int] = {}
    spans: list[tuple[int, int, str]] = []
    for escaped, char in _CHARACTER.findall(text):
        name = _NAMES.get(char, "")
        if escaped or not name:
            passage.append(escaped or char)
        elif char == OPEN[name]:
            if name in opened:
                raise DataError(f"{char} is opened twice", where=where, fix=f"close it with {CLOSE[name]}")
            opened[name] = len(passage)
        else:
            if opened.get(name, len(passage)) == len(passage):
                raise DataError(f"{char} closes nothing", where=where, fix=f"put {OPEN[name]} before the words")
            spans.append((opened.pop(name), len(passage), name))
    if opened:
        name = min(opened)
        raise DataError(f"{OPEN[name]} is not closed", where=where, fix=f"put {CLOSE[name]} after the words")
    return "".join(passage), spans
