"""Column and table definitions, from which Arrow schemas are made."""

from typing import Any, NamedTuple

import pyarrow as pa


class Column(NamedTuple):
    """One column: name, Arrow type, a sentence that describes it, whether it may be null, and its values if listed."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    choices: tuple[Any, ...] = ()


class Table:
    """A table: columns in order, of which the first `key` have values that are unique together."""

    def __init__(self, name: str, description: str, *columns: Column, key: int = 1) -> None:
        self.name, self.description, self.columns = name, description, columns
        self.key = [column.name for column in columns[:key]]
        self.schema = pa.schema([pa.field(c.name, c.type, c.nullable) for c in columns])


def text(name: str, description: str, nullable: bool = False, choices: tuple[str, ...] = ()) -> Column:
    """A column of strings."""
    return Column(name, pa.string(), description, nullable, choices)


def spans(name: str, description: str) -> Column:
    """A column of lists of spans: offsets of start and end, in code points."""
    fields = [pa.field("start", pa.int32(), False), pa.field("end", pa.int32(), False)]
    return Column(name, pa.list_(pa.struct(fields)), description)
