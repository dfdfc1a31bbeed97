"""Make a raw document of a row with columns, as `columns` in configs/ingest.yaml maps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipeline.ingest.raw_document import RawDocument, Reject


def has_text_column(names: list[str], columns: list[str]) -> bool:
    """Tell whether a table has one of the columns for the text; for `a.b`, it must have the object `a`."""
    known = {name.casefold() for name in names}
    return any(c.casefold() in known or c.casefold().partition(".")[0] in known for c in columns)


def find_columns(names: Iterable[str], columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return for each field of an article the columns of a table that it is read from, in the order they are tried."""
    known = {name.casefold(): name for name in names}
    found = {field: [known[c.casefold()] for c in tried if c.casefold() in known] for field, tried in columns.items()}
    return {field: matching for field, matching in found.items() if matching}


def missing_text_reject(names: list[str], row: int | None = None) -> Reject:
    """Return the reject for a table or row without a text column."""
    listed = ", ".join(f"`{name}`" for name in names[:12]) or "none"
    return Reject("missing_column", f"columns found: {listed}; add the one with the text to `columns.text`", row)


def document_from_row(record: Mapping[str, Any], columns: Mapping[str, list[str]], row: int) -> RawDocument | Reject:
    """Return the document in a row, or a reject for one without a text.

    Parameters
    ----------
    record : mapping
        Column name to value, nested mappings included.
    columns : mapping
        Field of an article to the column names to try, in order.
    row : int
        Number of the row.
    """
    values = {str(name).casefold(): value for name, value in record.items()}
    exists, value = _first_value(values, columns["text"])
    if not exists:
        return missing_text_reject([str(name) for name in record], row)
    text = _to_text(value, "\n")
    if value is not None and text is None:
        return Reject("bad_row", f"the text is a {type(value).__name__}, not a string; convert the column", row)
    fields: dict[str, Any] = {
        field: _to_text(_first_value(values, names)[1], ", ") for field, names in columns.items() if field != "text"
    }
    publisher = fields.pop("source", None)  # elsewhere in the code, `source` is the speaker of a quote
    return RawDocument(row, text or "", publisher=publisher, **fields)


def _first_value(record: Mapping[str, Any], names: list[str]) -> tuple[bool, Any]:
    """Return whether one of the columns exists, and their first value that is neither null nor blank."""
    any_exists = False
    for name in names:
        exists, value = _look_up(record, name.casefold())
        any_exists |= exists
        if value is not None and (not isinstance(value, str) or value.strip()):
            return True, value
    return any_exists, None


def _look_up(record: Mapping[str, Any], name: str) -> tuple[bool, Any]:
    """Return whether a column exists, and its value; `a.b` is the key `b` of the object `a`."""
    if name in record:
        return True, record[name]
    first, dot, rest = name.partition(".")
    inner = record.get(first)
    if not dot or not isinstance(inner, Mapping):
        return False, None
    return _look_up({str(key).casefold(): value for key, value in inner.items()}, rest)


def _to_text(value: Any, separator: str) -> str | None:
    """Return a string, number, date or list of strings as text, the list joined; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return separator.join(value)
    # A number may be a date in seconds, but is never the text, which alone is joined by line feeds.
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) and separator != "\n" else None
