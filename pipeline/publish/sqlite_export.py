"""Write a published folder as one SQLite file with keys, indexes and full-text search, which Datasette opens."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.core.errors import ParleyError
from pipeline.core.number_format import counted
from pipeline.core.storage import tables
from pipeline.core.storage.atomic_files import sqlite_errors
from pipeline.publish import dataset_card

# In the head of each file that is written, at this place: what else is there is not replaced.
MARK, MARK_AT = b"PRLY", 68
# The table of each key; in other tables a column of this name refers to it.
_KEYS = {"article_id": "articles", "speaker_id": "speakers", "quote_id": "quotes"}
_OWN_KEYS = {**{table: key for key, table in _KEYS.items()}, "positions": "position_id", "changes": "change_id"}
_INDEXED = ("published_at", "group_id", "holder_id")
_SEARCHED = {"quotes": ("content", "speaker", "article_title"), "articles": ("title",)}
_STANCES = {
    **dict.fromkeys(("quote_id", "target", "label", "predicted_label"), "TEXT"),
    **{"probability": "REAL", "abstained": "INTEGER", "evidence": "TEXT"},
}


def export_sqlite(folder: Path, out: Path) -> str:
    """Write the tables of a published folder, and `stances` with a row for each quote and target; say what was written.

    Lists are JSON. The same folder and version of SQLite give the same bytes. ParleyError when there is no such folder,
    `out` is a file of another kind, or the system refuses to write.
    """
    metadata, _ = dataset_card.read_card(folder)
    with tables.reading(out):
        head = out.read_bytes()[: MARK_AT + len(MARK)] if out.is_file() else b""
    if head and head[MARK_AT:] != MARK:
        why, fix = "it is not a file that this command writes", "name another file, or delete it first"
        raise ParleyError("this file is not replaced", where=str(out), why=why, fix=fix)
    counts: dict[str, int] = {}
    with tables.atomic_path(out) as fresh, sqlite_errors(out), closing(sqlite3.connect(fresh)) as connection:
        # No journal: the file is not in its place before it is whole.
        for setting in ("page_size = 4096", "journal_mode = OFF", f"application_id = {int.from_bytes(MARK)}"):
            connection.execute(f"PRAGMA {setting}")
        for name in (config["config_name"] for config in metadata["configs"]):
            with tables.open_parquet(tables.shard_paths(folder / name)[0]) as file:
                columns = {field.name: _type_of(field.type) for field in file.schema_arrow}
            rows = (row.values() for row in tables.iterate_rows(folder / name))
            counts[name] = _write(connection, name, columns, [_OWN_KEYS.get(name, "quote_id")], rows)
            if name == "quotes":
                _write(connection, "stances", _STANCES, ["quote_id", "target"], _stances(folder / name, columns))
                connection.execute("CREATE INDEX stances_target_label ON stances (target, label)")
        for name, searched in _SEARCHED.items():
            options = f'content="{name}", tokenize="porter unicode61 remove_diacritics 2"'
            connection.execute(f"CREATE VIRTUAL TABLE {name}_fts USING fts5({', '.join(searched)}, {options})")
            connection.execute(f"INSERT INTO {name}_fts({name}_fts) VALUES ('rebuild')")
        connection.commit()
    rows_of = ", ".join(f"{name} {number}" for name, number in counts.items())
    full = ", with every text in full: not for passing on" if dataset_card.FULL_TAG in metadata["tags"] else ""
    return f"{counted(sum(counts.values()), 'row')} ({rows_of}) written to {out}{full}"


def _write(
    connection: sqlite3.Connection, name: str, columns: Mapping[str, str], key: list[str], rows: Iterable[Iterable[Any]]
) -> int:
    """Create and fill a table with its keys and indexes, and return the number of its rows."""
    # The columns of a change's two quotes refer to what those of the quote do.
    bases = {column: column.removeprefix("before_").removeprefix("after_") for column in columns}
    refers = {column: base for column, base in bases.items() if base in _KEYS and [column] != key}
    parts = [*(f'"{column}" {kind}' for column, kind in columns.items()), f"PRIMARY KEY ({', '.join(key)})"]
    parts += [f'FOREIGN KEY ("{column}") REFERENCES {_KEYS[base]} ({base})' for column, base in refers.items()]
    connection.execute(f'CREATE TABLE "{name}" ({", ".join(parts)})')
    insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})'
    number = sum(connection.execute(insert, [*map(_value, row)]).rowcount for row in rows)
    for column in columns:
        if column not in key and (column in refers or column in _INDEXED):
            connection.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
    return number


def _stances(quotes: Path, columns: Iterable[str]) -> Iterator[list[Any]]:
    """Yield for each quote and target the published and the most probable label, and the probability of the latter."""
    end = "_predicted_label"
    targets = [column.removesuffix(end) for column in columns if column.endswith(end)]
    for row in tables.iterate_rows(quotes):
        for target in targets:
            predicted = row[f"{target}{end}"]
            values = (row[f"{target}_p_{predicted}"], row[f"{target}_abstained"], row[f"{target}_evidence"])
            yield [row["quote_id"], target, row[target], predicted, *values]


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "REAL"
    return "INTEGER" if pa.types.is_integer(kind) or pa.types.is_boolean(kind) else "TEXT"


def _value(value: Any) -> Any:
    """Return a value for SQLite: numbers of 32 bits without the digits that they do not have, lists as JSON."""
    if isinstance(value, float):
        return round(value, 6)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
