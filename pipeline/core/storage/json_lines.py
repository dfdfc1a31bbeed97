"""Files of JSON lines: one object per line, as in `data/annotations`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError

_FIX = "write one JSON object a line"


def iterate_json_lines(path: Path) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield number, place for messages and object of each line that is not blank; what is wrong is a DataError."""
    for number, where, line in iterate_lines(path):
        yield number, where, parse_json_line(line, where)


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """Return all objects of a file; none if there is no such file."""
    return [row for _, _, row in iterate_json_lines(path)] if path.exists() else []


def iterate_lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield the line number, the place for error messages, and the text of each line that is not blank."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise DataError("no such file", where=str(path), fix="put labelled quotes there, one JSON row a line") from None
    except UnicodeDecodeError as error:
        raise DataError("not UTF-8", where=str(path), why=str(error), fix="save the file as UTF-8") from None
    # Not `splitlines`: U+2028 and other line separators may be part of a text.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, f"{path}, line {number}", line


def parse_json_line(line: str, where: str) -> dict[str, Any]:
    """Return the object on a line."""
    try:
        row = json.loads(line)
        if "\\ud" in line.lower():  # half a character, which no file in UTF-8 can hold
            json.dumps(row, ensure_ascii=False).encode("utf-8")
    # ValueError: also a number of thousands of digits; RecursionError: thousands of brackets in brackets
    except (ValueError, RecursionError) as error:
        raise DataError("not JSON", where=where, why=str(error), fix=_FIX) from None
    if not isinstance(row, dict):
        raise DataError("a row is a JSON object", where=where, fix=_FIX)
    return row


def format_json_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of a file with one object per line, fields in their order."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
