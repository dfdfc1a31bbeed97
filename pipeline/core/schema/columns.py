"""Column and table definitions, from which Arrow schemas are made."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One column: name, Arrow type, a sentence that describes it, and whether it may be null."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """A table: columns in order, and the columns whose values are unique together."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, nullability included."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])


def text(name: str, description: str, nullable: bool = False) -> Column:
    """A column of strings."""
    return Column(name, pa.string(), description, nullable)


def spans(name: str, description: str) -> Column:
    """A column of lists of spans: offsets of start and end, in code points."""
    fields = [pa.field("start", pa.int32(), False), pa.field("end", pa.int32(), False)]
    return Column(name, pa.list_(pa.struct(fields)), description)
