"""Make a raw document of a row with columns, as `columns` in configs/ingest.yaml maps them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipeline.ingest.raw_document import RawDocument, Reject, RejectedError

# More words are no name of a column: the table has no line of names, and begins with an article.
MAX_NAME_WORDS = 12
Columns = Mapping[str, list[str]]


def has_text_column(names: list[str], columns: list[str]) -> bool:
    """Tell whether a table has one of the columns for the text; for `a.b`, it must have the object `a`."""
    known = {name.casefold() for name in names}
    return any(c.casefold() in known or c.casefold().partition(".")[0] in known for c in columns)


def is_column_name(name: str) -> bool:
    """Tell whether a cell of the first line of a table is short enough for a name."""
    return len(name.split()) <= MAX_NAME_WORDS


def find_columns(names: Iterable[str], columns: Columns) -> dict[str, list[str]]:
    """Return for each field of an article the columns of a table that it is read from, in the order they are tried."""
    different = list(dict.fromkeys(names))
    found = {field: [n for c in tried for n in _spelt_like(different, c)] for field, tried in columns.items()}
    return {field: list(dict.fromkeys(matching)) for field, matching in found.items() if matching}


def check_header(names: list[str], columns: Columns) -> None:
    """Raise a RejectedError for a table without a text column, or with two of one name for the same field."""
    if not has_text_column(names, columns["text"]):
        if no_name := next((name for name in names if not is_column_name(name)), None):
            first = f"the first line has no names of columns, but `{no_name[:60]} ...`"
            raise RejectedError("missing_column", f"{first}; write one above it, as `text,date`")
        raise RejectedError(*_missing_text(names))
    read = folded_names(columns)
    for name, number in Counter(names).items():
        if number > 1 and name.casefold() in read:
            raise RejectedError("bad_file", f"{number} columns are called `{name}`; rename all but the one to be read")


def folded_names(columns: Columns) -> set[str]:
    """Return all columns that are tried, in lower case; for `a.b`, also the object `a`."""
    names = {name.casefold() for tried in columns.values() for name in tried}
    return names | {name.partition(".")[0] for name in names}


def _missing_text(names: list[str]) -> tuple[str, str]:
    listed = ", ".join(f"`{name}`" for name in names[:12]) or "none"
    fix = "add the one with the text to `columns.text` in configs/ingest.yaml"
    return "missing_column", f"columns found: {listed}; {fix}"


def document_from_row(record: Mapping[str, Any], columns: Columns, row: int) -> RawDocument | Reject:
    """Return the document in a row of so many, or a reject for one without a text.

    `record` has values by column name, nested mappings included; `columns` the names to try for each field of an
    article, in order.
    """
    # Of each field, the first value that is neither null nor blank.
    found = {field: [(name, v) for name in tried for v in _look_up(record, name)] for field, tried in columns.items()}
    if not found["text"]:
        return Reject(*_missing_text(list(record)), row)
    values = {
        field: next((v for _, v in tried if v is not None and (not isinstance(v, str) or v.strip())), None)
        for field, tried in found.items()
    }
    value = values.pop("text")
    text = _to_text(value, "\n")
    if value is not None and text is None:
        kind, name = type(value).__name__, found["text"][0][0]
        return Reject("bad_row", f"`{name}`, the text, is a {kind}, no string; convert the column", row)
    fields: dict[str, Any] = {field: _to_text(value, ", ") for field, value in values.items()}
    publisher = fields.pop("source", None)  # elsewhere in the code, `source` is the speaker of a quote
    return RawDocument(row, text or "", publisher=publisher, **fields)


def _spelt_like(names: Iterable[str], name: str) -> list[str]:
    """Return the names that are this one in upper or lower case: what is spelt exactly so, then the others in order."""
    return sorted((n for n in names if n.casefold() == name.casefold()), key=lambda n: n != name)


def _look_up(record: Mapping[str, Any], name: str) -> list[Any]:
    """Return the values of the columns of a name, none where there is none; `a.b` is the key `b` of the object `a`."""
    first, dot, rest = name.partition(".")
    if (columns := _spelt_like(record, name)) or not dot:
        return [record[column] for column in columns]
    objects = [record[column] for column in _spelt_like(record, first) if isinstance(record[column], Mapping)]
    return [value for inner in objects for value in _look_up(inner, rest)]


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
