"""Write and read the Parquet shards of one dataset config: a series of files for each split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features

SHARD_ROWS = 50_000
GROUP_ROWS = 2_000  # rows held in memory for each split
Row = dict[str, Any]
_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class SplitSize:
    """Rows of a split, and their bytes in memory."""

    rows: int
    n_bytes: int


@dataclass(frozen=True)
class WrittenConfig:
    """What was written of a config: its features, its splits that have rows, and a digest of its content."""

    name: str
    features: Features
    splits: Mapping[str, SplitSize]
    digest: str

    @property
    def rows(self) -> int:
        """Rows of all splits."""
        return sum(split.rows for split in self.splits.values())


class ContentDigest:
    """SHA-256 over features and rows, which stays the same when another version of Arrow writes other bytes."""

    def __init__(self, features: Features) -> None:
        self._features = json.dumps(features.to_dict(), sort_keys=True)
        self._splits: dict[str, Any] = {}

    def add(self, split: str, row: Row) -> None:
        """Add a row, its ClassLabels as numbers."""
        hasher = self._splits.setdefault(split, hashlib.sha256())
        hasher.update(_JSON.encode(row).encode("utf-8", "surrogatepass"))

    def hexdigest(self) -> str:
        """Return the first 16 hex digits of the digest."""
        parts = [f"{name} {hasher.hexdigest()}" for name, hasher in sorted(self._splits.items())]
        return hashlib.sha256("\n".join([self._features, *parts]).encode()).hexdigest()[:16]


class ConfigWriter:
    """Writes the rows of one config as they come, each to its split; a split without rows gets no file.

    ClassLabels are given as names.
    """

    def __init__(self, folder: Path, features: Features, splits: Iterable[str]) -> None:
        self._folder, self._features, self._label_numbers = folder, features, _label_numbers(features)
        self._digest = ContentDigest(features)
        self._splits = {name: _SplitWriter(folder, name, features) for name in splits}

    def add(self, split: str, row: Row) -> None:
        """Write a row."""
        encoded = {name: row[name] for name in self._features}
        for name, numbers in self._label_numbers.items():
            if (label := encoded[name]) is not None:
                if label not in numbers:
                    raise ValueError(f"{label!r} is no class of `{name}`")
                encoded[name] = numbers[label]
        self._digest.add(split, encoded)
        self._splits[split].add(encoded)

    def close(self) -> WrittenConfig:
        """Finish the files and return what was written."""
        for writer in self._splits.values():
            writer.close()
        # A split without rows would make the whole dataset unloadable, so it is left out of the card as well.
        splits = {name: SplitSize(writer.rows, writer.n_bytes) for name, writer in self._splits.items() if writer.rows}
        return WrittenConfig(self._folder.name, self._features, splits, self._digest.hexdigest())


class _SplitWriter:
    """Writes the shards of one split."""

    def __init__(self, folder: Path, split: str, features: Features) -> None:
        self._folder, self._split, self._schema = folder, split, features.arrow_schema
        self._batch: list[Row] = []
        self._file: pq.ParquetWriter | None = None
        self._shard = self._rows_in_shard = self.rows = self.n_bytes = 0

    def add(self, row: Row) -> None:
        self._batch.append(row)
        if len(self._batch) == min(GROUP_ROWS, SHARD_ROWS):
            self._write_batch()

    def close(self) -> None:
        if self._batch:
            self._write_batch()
        self._close_shard()

    def _write_batch(self) -> None:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{self._split}-{self._shard:05d}.parquet"
            self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        table = pa.Table.from_pylist(self._batch, schema=self._schema)
        self._file.write_table(table)
        self.rows, self.n_bytes = self.rows + len(self._batch), self.n_bytes + table.nbytes
        self._rows_in_shard += len(self._batch)
        self._batch = []
        if self._rows_in_shard >= SHARD_ROWS:
            self._close_shard()

    def _close_shard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file, self._rows_in_shard, self._shard = None, 0, self._shard + 1


def list_split_files(folder: Path, split: str) -> list[Path]:
    """Return the files of a split, in order."""
    return sorted(folder.glob(f"{split}-[0-9]*.parquet"))


def _label_numbers(features: Features) -> dict[str, dict[str, int]]:
    """Return the numbers of the labels of each ClassLabel; `ClassLabel.str2int` would be the slowest step of a row."""
    labels = {name: feature for name, feature in features.items() if isinstance(feature, ClassLabel)}
    return {name: {label: n for n, label in enumerate(feature.names)} for name, feature in labels.items()}
