"""Parquet shards of one config, a file series per split, written as the rows come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features

from pipeline.core.storage.tables import iterate_rows

SHARD_ROWS = 50_000
GROUP_ROWS = 2_000  # rows held in memory for each split
Row = dict[str, Any]
_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Split:
    """One split as written: its rows and their bytes in memory."""

    rows: int
    size: int


@dataclass(frozen=True)
class Config:
    """One config as written: its features, its splits that have rows, and a digest of its content."""

    name: str
    features: Features
    splits: Mapping[str, Split]
    digest: str

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return sum(split.rows for split in self.splits.values())


class Digest:
    """SHA-256 over features and rows: of the content, not of the file's bytes, which change with the writer."""

    def __init__(self, features: Features) -> None:
        self._columns = json.dumps(features.to_dict(), sort_keys=True)
        self._splits: dict[str, Any] = {}

    def add(self, split: str, row: Row) -> None:
        """Take in a row, its ClassLabels as numbers."""
        hasher = self._splits.setdefault(split, hashlib.sha256())
        hasher.update(_JSON.encode(row).encode("utf-8", "surrogatepass"))

    def hexdigest(self) -> str:
        """16 hex digits of what was taken in."""
        parts = [f"{name} {hasher.hexdigest()}" for name, hasher in sorted(self._splits.items())]
        return hashlib.sha256("\n".join([self._columns, *parts]).encode()).hexdigest()[:16]


class _Writer:
    """Shards of one split; a file stays open until it is full."""

    def __init__(self, folder: Path, split: str, features: Features) -> None:
        self._folder, self._split, self._schema = folder, split, features.arrow_schema
        self._batch: list[Row] = []
        self._file: pq.ParquetWriter | None = None
        self._shards = self._in_shard = self.rows = self.size = 0

    def add(self, row: Row) -> None:
        self._batch.append(row)
        if len(self._batch) == min(GROUP_ROWS, SHARD_ROWS):
            self.flush()

    def flush(self) -> None:
        if not self._batch:
            return
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._split}-{self._shards:05d}.parquet"
            self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        table = pa.Table.from_pylist(self._batch, schema=self._schema)
        self._file.write_table(table)
        self.rows, self.size = self.rows + len(self._batch), self.size + table.nbytes
        self._in_shard += len(self._batch)
        self._batch = []
        if self._in_shard >= SHARD_ROWS:
            self.close()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self._in_shard, self._shards = None, 0, self._shards + 1


class Writer:
    """One config, written as its rows come, each to its split; a split without rows makes no file.

    Parameters
    ----------
    folder : path
        Named as the config is.
    features : Features
        Columns; those that are ClassLabels come as names.
    order : iterable of str
        The splits, in the order of the card.
    """

    def __init__(self, folder: Path, features: Features, order: Iterable[str]) -> None:
        self._folder, self._features, self._classes = folder, features, _classes(features)
        self._digest = Digest(features)
        self._splits = {name: _Writer(folder, name, features) for name in order}

    def add(self, split: str, row: Row) -> None:
        """Take in a row.

        Raises
        ------
        ValueError
            When a label is none of its ClassLabel's names.
        """
        encoded = {name: row[name] for name in self._features}
        for name, known in self._classes.items():
            if (label := encoded[name]) is not None:
                if label not in known:
                    raise ValueError(f"{label!r} is no class of `{name}`")
                encoded[name] = known[label]
        self._digest.add(split, encoded)
        self._splits[split].add(encoded)

    def close(self) -> Config:
        """Finish the files; tells what was written."""
        for writer in self._splits.values():
            writer.flush()
            writer.close()
        # A split without rows would make the whole dataset unloadable, so it is left out of the card as well.
        splits = {name: Split(writer.rows, writer.size) for name, writer in self._splits.items() if writer.rows}
        return Config(self._folder.name, self._features, splits, self._digest.hexdigest())


def write(folder: Path, features: Features, rows: Iterable[tuple[str, Row]], order: Iterable[str]) -> Config:
    """Write split and row after the other; parameters and errors are those of `Writer`."""
    writer = Writer(folder, features, order)
    for split, row in rows:
        writer.add(split, row)
    return writer.close()


def shards(folder: Path, split: str) -> list[Path]:
    """Files of a split, in order."""
    return sorted(folder.glob(f"{split}-[0-9]*.parquet"))


def read(folder: Path, split: str, features: Features) -> Iterator[Row]:
    """Rows of a split, ClassLabels as names."""
    for path in shards(folder, split):
        for row in iterate_rows(path):
            yield decode(features, row)


def decode(features: Features, row: Row) -> Row:
    """A row with the numbers of its ClassLabels as names."""
    return {
        name: feature.int2str(row[name]) if isinstance(feature, ClassLabel) and row[name] is not None else row[name]
        for name, feature in features.items()
    }


def _classes(features: Features) -> dict[str, dict[str, int]]:
    """For each ClassLabel the numbers of its names: `str2int` takes longer than all else of a row."""
    labels = {name: feature for name, feature in features.items() if isinstance(feature, ClassLabel)}
    return {name: {label: n for n, label in enumerate(feature.names)} for name, feature in labels.items()}
