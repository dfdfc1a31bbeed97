"""Columns of a published config, described as the library `datasets` does it in Parquet metadata and in cards.

A description is the mapping that its `Features.to_dict` gives. Its own classes say the same, but take half a second to
load; a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DataError

Feature = dict[str, Any]
_METADATA = b"huggingface"
# Names of types that Arrow prints otherwise.
_NAMES = {"float": "float32", "double": "float64"}


def value(dtype: str) -> Feature:
    """A column of plain values, such as `string` or `float32`."""
    return {"dtype": dtype, "_type": "Value"}


def classes(names: Sequence[str]) -> Feature:
    """A ClassLabel: numbers in the file that stand for names."""
    return {"names": list(names), "_type": "ClassLabel"}


def names_of(feature: Feature) -> list[str] | None:
    """The names of a ClassLabel, None for another column."""
    return feature["names"] if feature.get("_type") == "ClassLabel" else None


def of_type(kind: pa.DataType) -> Feature:
    """The column of an Arrow type: plain values, a structure, or a list of either."""
    if pa.types.is_list(kind):
        return {"feature": of_type(kind.value_type), "_type": "List"}
    if pa.types.is_struct(kind):
        return {field.name: of_type(field.type) for field in kind}
    return value(_NAMES.get(str(kind), str(kind)))


class Features(dict[str, Feature]):
    """Columns by name, in order."""

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema, with the description in its metadata: by it `load_dataset` knows the ClassLabels."""
        fields = {name: _arrow(feature) for name, feature in self.items()}
        return pa.schema(fields).with_metadata({_METADATA: json.dumps({"info": {"features": self}})})

    @classmethod
    def read(cls, path: Path) -> Features:
        """Columns of a published Parquet file.

        Raises
        ------
        DataError
            When its metadata do not describe them.
        """
        try:
            return cls(json.loads((pq.read_schema(path).metadata or {})[_METADATA])["info"]["features"])
        except (KeyError, ValueError, TypeError) as error:
            why = f"its metadata do not describe the columns: {error}"
            raise DataError("not a published file", where=str(path), why=why, fix="take it afresh") from None

    def card(self) -> list[dict[str, Any]]:
        """The description as a card has it."""
        return [{"name": name, **_card(feature)} for name, feature in self.items()]


def _arrow(feature: Feature) -> pa.DataType:
    kind = feature.get("_type")
    if kind == "Value":
        return pa.type_for_alias(feature["dtype"])
    if kind == "ClassLabel":
        return pa.int64()
    if kind == "List":
        return pa.list_(_arrow(feature["feature"]))
    return pa.struct({name: _arrow(part) for name, part in feature.items()})


def _card(feature: Feature) -> dict[str, Any]:
    kind = feature.get("_type")
    if kind == "Value":
        return {"dtype": feature["dtype"]}
    if kind == "ClassLabel":
        return {"dtype": {"class_label": {"names": {str(n): name for n, name in enumerate(feature["names"])}}}}
    if kind == "List":
        inner = _card(feature["feature"])
        (shown,) = inner.values()  # its dtype, or the fields of a structure
        return {"list": inner if "list" in inner else shown}
    return {"struct": [{"name": name, **_card(part)} for name, part in feature.items()]}


def numbers(features: Mapping[str, Feature]) -> dict[str, dict[str, int]]:
    """For each ClassLabel the numbers of its names."""
    found = {name: names_of(feature) for name, feature in features.items()}
    return {name: {label: n for n, label in enumerate(names)} for name, names in found.items() if names is not None}
