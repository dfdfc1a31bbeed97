"""Write and read the Parquet shards of one dataset config, whose labels are strings, as every reader shows them."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, Value

SHARD_ROWS = 50_000
GROUP_ROWS = 2_000  # rows held in memory
DIGITS = 16  # of the digest of a config's content
# The hub's name for the only split of a dataset: whoever loads it has all rows. `split` is a column.
SPLIT = "train"
Row = dict[str, Any]
_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)


class WrittenConfig(NamedTuple):
    """What was written of a config: its features, the number of its rows, and a digest of its content."""

    name: str
    features: Features
    rows: int
    digest: str


def digest_bytes(value: Any) -> bytes:
    """Return features or a row for the digest, which stays the same if another version of Arrow writes other bytes."""
    return _JSON.encode(value).encode("utf-8", "surrogatepass")


class ConfigWriter:
    """Writes the rows of one config as they come; one without rows has a file all the same, with its columns."""

    def __init__(self, folder: Path, features: Features) -> None:
        self._folder, self._features = folder, features
        self._labels = {name: set(of.names) for name, of in features.items() if isinstance(of, ClassLabel)}
        stored = {name: Value("string") if name in self._labels else of for name, of in features.items()}
        self._schema = Features(stored).arrow_schema.remove_metadata()
        self._digest = hashlib.sha256(digest_bytes(features._to_yaml_list()))
        self._batch: list[Row] = []
        self._file: pq.ParquetWriter | None = None
        self._shard = self._shard_start = self._rows = 0

    def add(self, row: Row) -> None:
        """Write a row."""
        row = {name: row[name] for name in self._features}
        for name, labels in self._labels.items():
            if row[name] is not None and row[name] not in labels:
                raise ValueError(f"{row[name]!r} is no class of `{name}`")
        self._digest.update(digest_bytes(row))
        self._batch.append(row)
        if len(self._batch) == min(GROUP_ROWS, SHARD_ROWS):
            self._write_batch()

    def close(self) -> WrittenConfig:
        """Finish the files and return what was written."""
        if self._batch or not self._rows:
            self._write_batch()
        if self._file is not None:
            self._file.close()
        return WrittenConfig(self._folder.name, self._features, self._rows, self._digest.hexdigest()[:DIGITS])

    def _write_batch(self) -> None:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{SPLIT}-{self._shard:05d}.parquet"
            self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        if self._batch:
            self._file.write_table(pa.Table.from_pylist(self._batch, schema=self._schema))
        self._rows, self._batch = self._rows + len(self._batch), []
        if self._rows - self._shard_start >= SHARD_ROWS:
            self._file.close()
            self._file, self._shard_start, self._shard = None, self._rows, self._shard + 1
