"""Make a raw document of a row with columns, as `columns` in configs/ingest.yaml maps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from pipeline.ingest.raw_document import RawDocument, Reject

# More words are no name of a column: the table has no line of names, and begins with an article.
MAX_NAME_WORDS = 12
T = TypeVar("T")
_ByFoldedName = dict[str, list[tuple[str, T]]]


def has_text_column(names: list[str], columns: list[str]) -> bool:
    """Tell whether a table has one of the columns for the text; for `a.b`, it must have the object `a`."""
    known = {name.casefold() for name in names}
    return any(c.casefold() in known or c.casefold().partition(".")[0] in known for c in columns)


def is_column_name(name: str) -> bool:
    """Tell whether a cell of the first line of a table is short enough for a name."""
    return len(name.split()) <= MAX_NAME_WORDS


def find_columns(names: Iterable[str], columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return for each field of an article the columns of a table that it is read from, in the order they are tried."""
    by_folded = _by_folded_name((name, name) for name in names)
    found = {field: [n for c in tried for n in _spelt_like(by_folded, c)] for field, tried in columns.items()}
    return {field: list(dict.fromkeys(matching)) for field, matching in found.items() if matching}


def find_header_problem(names: list[str], columns: Mapping[str, list[str]]) -> Reject | None:
    """Return the reject for a table without a text column, or with two of one name for the same field."""
    if not has_text_column(names, columns["text"]):
        return _missing_text_reject(names)
    read = folded_names(columns)
    for name, number in Counter(names).items():
        if number > 1 and name.casefold() in read:
            return Reject("bad_file", f"{number} columns are called `{name}`; rename all but the one to be read")
    return None


def folded_names(columns: Mapping[str, list[str]]) -> set[str]:
    """Return all columns that are tried, in lower case; for `a.b`, also the object `a`."""
    names = {name.casefold() for tried in columns.values() for name in tried}
    return names | {name.partition(".")[0] for name in names}


def _missing_text_reject(names: list[str], row: int | None = None) -> Reject:
    """Return the reject for a table or row without a text column."""
    no_name = next((name for name in names if not is_column_name(name)), None)
    if no_name and row is None:
        detail = f"the first line has no names of columns, but `{no_name[:60]} ...`; write one above it, as `text,date`"
        return Reject("missing_column", detail, row)
    listed = ", ".join(f"`{name}`" for name in names[:12]) or "none"
    detail = f"columns found: {listed}; add the one with the text to `columns.text` in configs/ingest.yaml"
    return Reject("missing_column", detail, row)


def document_from_row(record: Mapping[str, Any], columns: Mapping[str, list[str]], row: int) -> RawDocument | Reject:
    """Return the document in a row of so many, or a reject for one without a text.

    `record` has values by column name, nested mappings included; `columns` the names to try for each field of an
    article, in order.
    """
    values = _by_folded_name(record.items())
    exists, value = _first_value(values, columns["text"])
    if not exists:
        return _missing_text_reject([str(name) for name in record], row)
    text = _to_text(value, "\n")
    if value is not None and text is None:
        name = next(name for name in columns["text"] if _look_up(values, name))
        return Reject("bad_row", f"`{name}`, the text, is a {type(value).__name__}, no string; convert the column", row)
    fields: dict[str, Any] = {
        field: _to_text(_first_value(values, names)[1], ", ") for field, names in columns.items() if field != "text"
    }
    publisher = fields.pop("source", None)  # elsewhere in the code, `source` is the speaker of a quote
    return RawDocument(row, text or "", publisher=publisher, **fields)


def _by_folded_name(items: Iterable[tuple[Any, T]]) -> _ByFoldedName[T]:
    """Return names, with what they name, by the name in lower case: a table may have `text`, `Text` and `TEXT`."""
    by_folded: _ByFoldedName[T] = {}
    for name, named in items:
        by_folded.setdefault(str(name).casefold(), []).append((str(name), named))
    return by_folded


def _spelt_like(by_folded: _ByFoldedName[T], name: str) -> list[T]:
    """Return what has a name in upper or lower case: first what is spelt exactly so, then the others in their order."""
    return [named for _, named in sorted(by_folded.get(name.casefold(), ()), key=lambda item: item[0] != name)]


def _first_value(values: _ByFoldedName[Any], names: list[str]) -> tuple[bool, Any]:
    """Return whether one of the columns exists, and their first value that is neither null nor blank."""
    any_exists = False
    for name in names:
        for value in _look_up(values, name):
            any_exists = True
            if value is not None and (not isinstance(value, str) or value.strip()):
                return True, value
    return any_exists, None


def _look_up(values: _ByFoldedName[Any], name: str) -> list[Any]:
    """Return the values of the columns of a name, none where there is none; `a.b` is the key `b` of the object `a`."""
    first, dot, rest = name.partition(".")
    if name.casefold() in values or not dot:
        return _spelt_like(values, name)
    objects = [inner for inner in _spelt_like(values, first) if isinstance(inner, Mapping)]
    return [value for inner in objects for value in _look_up(_by_folded_name(inner.items()), rest)]


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
