"""Results that are kept from run to run: one SQLite file for each stage, below `data/interim/store`.

A result is found by a name, such as the article's id, and a key: a hash of all that it is made from, content, code and
settings. Results are written as they come, so that a killed run continues.

The files are no outputs of `dvc.yaml`: their bytes depend on the order of insertions, so that `dvc.lock` would differ
between equal runs. Without them nothing is lost but time.
"""

import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import pyarrow as pa

from pipeline.core import paths
from pipeline.core.errors import DataError
from pipeline.core.parallel.executor import map_ordered
from pipeline.core.schema.columns import Table
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import Failure, compute_each
from pipeline.core.storage.atomic_files import SYSTEM_ERRORS, sqlite_errors, sqlite_number
from pipeline.core.storage.tables import Row

# Articles that one process works on before their results are written: a killed run loses no more of it.
ARTICLES_AT_ONCE = 50
# What a damaged file raises; the others than SQLite's: a value of another type, a message that is no text.
_DAMAGED = (sqlite3.Error, TypeError, AttributeError, ValueError)
_CODEC, _SIZE_BYTES = "zstd", 8


def content_key(*parts: Any) -> str:
    """Return 16 hex digits that identify strings, numbers, or lists and mappings of such."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class ResultStore:
    """Results of a stage as bytes by name, in a `with` block; a damaged file is told, moved aside and begun anew."""

    def __init__(self, root: Path, stage: str) -> None:
        self.path = root / paths.STORE / f"{stage}.sqlite"
        self.keys: dict[str, str] = {}  # of each result, by its name

    def __enter__(self) -> Self:
        with sqlite_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._open()
            except _DAMAGED as error:
                if sqlite_number(error) in SYSTEM_ERRORS:
                    raise
                aside = self.path.with_suffix(".damaged")
                os.replace(self.path, aside)
                # It would be applied to the new file.
                self.path.with_name(f"{self.path.name}-journal").unlink(missing_ok=True)
                fix = f"moved to {aside}; its results are computed again"
                print(DataError("the file is damaged", where=str(self.path), why=str(error), fix=fix), file=sys.stderr)
                self.keys = {}
                self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def missing(self, keys: Mapping[str, str]) -> list[str]:
        """Return the names whose result is not there, or was made from something else than the key says."""
        return [name for name, key in keys.items() if self.keys.get(name) != key]

    def add(self, results: Iterable[tuple[str, str, bytes]]) -> None:
        """Write name, key and value of some results, all or none, in place of those of the same names."""
        rows = []
        for name, key, value in results:
            packed = len(value).to_bytes(_SIZE_BYTES, "little") + pa.compress(value, codec=_CODEC, asbytes=True)
            rows.append((name, key, packed, _digest(name, key, packed)))
        with sqlite_errors(self.path), self._connection:  # one transaction
            self._connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", rows)
        self.keys |= {name: key for name, key, *_ in rows}

    def value(self, name: str) -> bytes:
        """Return a result that is there."""
        with sqlite_errors(self.path):
            (packed,) = self._connection.execute("SELECT value FROM results WHERE name = ?", (name,)).fetchone()
        size = int.from_bytes(packed[:_SIZE_BYTES], "little")
        value: bytes = pa.decompress(packed[_SIZE_BYTES:], decompressed_size=size, codec=_CODEC, asbytes=True)
        return value

    def keep_only(self, names: Collection[str]) -> None:
        """Delete all other results."""
        if gone := self.keys.keys() - set(names):
            with sqlite_errors(self.path), self._connection:
                self._connection.executemany("DELETE FROM results WHERE name = ?", [(name,) for name in gone])
            self.keys = {name: key for name, key in self.keys.items() if name not in gone}

    def _open(self) -> None:
        is_new = not self.path.exists() or not self.path.stat().st_size
        # Another run may be writing: it is waited for.
        self._connection = sqlite3.connect(self.path, timeout=60)
        run = self._connection.execute
        try:
            # The file may have come with a project of somebody else: nothing in it is run.
            run("PRAGMA trusted_schema = OFF")
            # A power cut may damage the file without it, which is noticed; a killed process does not.
            run("PRAGMA synchronous = OFF")
            if is_new:
                run("PRAGMA auto_vacuum = FULL")
                run("CREATE TABLE IF NOT EXISTS results (name TEXT PRIMARY KEY, key TEXT, value BLOB, digest BLOB)")
            (found,) = run("PRAGMA integrity_check").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(found)
            for name, key, packed, digest in run("SELECT name, key, value, digest FROM results"):
                if digest != _digest(name, key, packed):
                    raise sqlite3.DatabaseError("a checksum differs")
                self.keys[name] = key
        except BaseException:
            self._connection.close()
            raise


class Update(NamedTuple):
    """How many articles of a table were computed, and those among them for which that failed."""

    computed: int
    failures: list[Failure]


def update_table(
    table: Table,
    folder: Path,
    root: Path,
    stage: str,
    keys: Mapping[str, str],
    inputs: Callable[[Collection[str]], Iterable[tuple[str, Any]]],
    compute: Callable[[str, dict[str, Any]], Iterable[list[Row]]],
    in_place_of: Callable[[str, Any], list[Row]] | None = None,
    edits: Mapping[str, Callable[[Row], Row]] | None = None,
) -> Update:
    """Write a table anew, sorted by article, computing only the rows of new and changed articles.

    `folder` is relative to `root`, `stage` names the file of results, and `keys` has by article a hash of everything
    that its rows are made from. `inputs` takes the articles to compute and yields each with what its rows are made
    from. `compute` takes the root and inputs by article and yields the rows of each; it can be pickled, because it runs
    in other processes. For an article for which it raises an exception, `in_place_of` returns rows (by default none)
    from the root and the input; the article is tried again in the next run. `edits` has by article what returns a row
    as it is written, from one that is kept as it was computed.
    """
    with ResultStore(root, stage) as store:
        missing = store.missing(keys)
        work = partial(_compute_rows, table, compute, in_place_of, str(root))
        todo = iter(inputs(set(missing)) if missing else ())
        batches = iter(lambda: dict(islice(todo, ARTICLES_AT_ONCE)), {})
        in_place: dict[str, bytes] = {}
        failures: list[Failure] = []
        for computed, failed in map_ordered(work, batches, stage, articles=len(missing)):
            in_place |= {failure.article_id: computed.pop(failure.article_id) for failure in failed}  # not kept
            store.add((article, keys[article], rows) for article, rows in computed.items())
            failures += failed

        def rows_of(article: str) -> pa.Table:
            data = in_place[article] if article in in_place else store.value(article)
            batches = [pa.ipc.read_record_batch(pa.py_buffer(data), table.schema)] if data else []
            rows = pa.Table.from_batches(batches, table.schema)
            edit = (edits or {}).get(article)
            return tables.to_arrow(table, [edit(row) for row in rows.to_pylist()]) if edit else rows

        tables.write_batches(table, map(rows_of, sorted(keys)), root / folder)
        store.keep_only(keys)
    return Update(len(missing), failures)


def _compute_rows(
    table: Table,
    compute: Callable[[str, dict[str, Any]], Iterable[list[Row]]],
    in_place_of: Callable[[str, Any], list[Row]] | None,
    root: str,
    inputs: dict[str, Any],
) -> tuple[dict[str, bytes], list[Failure]]:
    pack = partial(rows_to_bytes, table)

    def compute_some(articles: list[str]) -> Iterator[bytes]:
        return map(pack, compute(root, {article: inputs[article] for article in articles}))

    rows, failures = compute_each(list(inputs), compute_some)
    rows |= {i: pack(in_place_of(root, inputs[i]) if in_place_of else []) for i, _ in failures}
    return rows, failures


def rows_to_bytes(table: Table, rows: list[Row]) -> bytes:
    """Return rows of a table, checked, as bytes: an Arrow message without its schema."""
    (batch,) = tables.to_arrow(table, rows).to_batches() or [None]
    return b"" if batch is None else batch.serialize().to_pybytes()


def _digest(name: str, key: str, packed: bytes) -> bytes:
    return hashlib.blake2b(f"{name}\n{key}\n".encode() + packed, digest_size=16).digest()
