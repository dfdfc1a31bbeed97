"""Fields of an article from a row with columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.ingest.raw_document import RawDocument, Reject


def has_text_column(names: list[str], columns: list[str]) -> bool:
    """Whether a table with these column names has a column for the text (or the object that holds it)."""
    known = {name.casefold() for name in names}
    return any(c.casefold() in known or c.casefold().partition(".")[0] in known for c in columns)


def missing_text_reject(names: list[str], row: int | None = None) -> Reject:
    """The reject for a table or row without a text column."""
    found = ", ".join(f"`{name}`" for name in names[:12]) or "none"
    return Reject("missing_column", f"columns found: {found}; add the one with the text to `columns.text`", row)


def document_from_row(record: Mapping[str, Any], columns: Mapping[str, list[str]], row: int) -> RawDocument | Reject:
    """Make a document of a row.

    Parameters
    ----------
    record : mapping
        Column name to value, nested mappings included.
    columns : mapping
        Field of an article to the column names to try, in order.
    row : int
        Number of the row.
    """
    lowered = {str(name).casefold(): value for name, value in record.items()}
    found, value = _first_value(lowered, columns["text"])
    if not found:
        return missing_text_reject([str(name) for name in record], row)
    text = _to_text(value, "\n")
    if value is not None and text is None:
        return Reject("bad_row", f"the text is a {type(value).__name__}, not a string; convert the column", row)
    given = {name: _to_text(_first_value(lowered, tried)[1], ", ") for name, tried in columns.items() if name != "text"}
    return RawDocument(
        row, text or "", given.get("title"), given.get("url"), given.get("published_at"), given.get("source"),
        given.get("author"),
    )  # fmt: skip


def _first_value(record: Mapping[str, Any], names: list[str]) -> tuple[bool, Any]:
    """Whether one of the columns is there, and the first value that is neither null nor blank."""
    there = False
    for name in names:
        found, value = _look_up(record, name.casefold())
        there |= found
        if found and value is not None and (not isinstance(value, str) or value.strip()):
            return True, value
    return there, None


def _look_up(record: Mapping[str, Any], name: str) -> tuple[bool, Any]:
    if name in record:
        return True, record[name]
    first, dot, rest = name.partition(".")
    inner = record.get(first)
    if not dot or not isinstance(inner, Mapping):
        return False, None
    return _look_up({str(key).casefold(): value for key, value in inner.items()}, rest)


def _to_text(value: Any, separator: str) -> str | None:
    """A value as text: strings, numbers and dates as they are, lists of strings joined; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return separator.join(value)
    # A number is a date in seconds, never a text.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) and separator != "\n" else None
