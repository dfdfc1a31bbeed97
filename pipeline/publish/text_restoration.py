"""Puts texts that a licence keeps back into a published folder again, from a user's own copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.publish import dataset_card
from pipeline.publish.folder_check import check, features
from pipeline.publish.parquet_shards import read, write
from pipeline.publish.withheld_text import restored, sha256

Row = dict[str, Any]
# Marks a card whose folder holds texts that may not be passed on.
TAG = "restored-texts"
NOTE = (
    "> Texts that their licence keeps back were put back here with `parley restore`. This folder is for use at home: "
    "do not pass it on.\n\n"
)


class CopyMissingError(DataError):
    """No copy of an article is among those given."""


class CopyChangedError(DataError):
    """A copy is of the right article, but its text is not the one that the offsets count."""


class _Copies:
    """Texts of the articles that are wanted, on disk: memory does not grow with their number."""

    def __init__(self, wanted: Iterable[Row]) -> None:
        self._base = sqlite3.connect("")  # a temporary file that SQLite removes
        self._base.execute("CREATE TABLE copies (hash TEXT PRIMARY KEY, text TEXT)")
        self.wanted = {row["article_id"]: row for row in wanted}
        self._hashes = {row["text_sha256"]: article_id for article_id, row in self.wanted.items()}
        self._places = {row["url"]: article_id for article_id, row in self.wanted.items() if row["url"]}
        self.found: set[str] = set()
        self.changed: dict[str, str] = {}

    def take(self, copy: Mapping[str, Any] | str) -> None:
        """Keep a copy that is wanted, and remember one that should be but is not."""
        about: Mapping[str, Any] = {"text": copy} if isinstance(copy, str) else copy
        digest = sha256(about["text"])
        if article_id := self._hashes.get(digest):
            self._base.execute("INSERT OR REPLACE INTO copies VALUES (?, ?)", (digest, about["text"]))
            self.found.add(article_id)
            return
        claimed = about.get("article_id")
        other = claimed if claimed in self.wanted else self._places.get(about.get("url"))
        if other:
            self.changed[other] = str(about.get("url") or about.get("raw_path") or other)

    def text(self, article_id: str) -> str | None:
        """Text of an article, None where no copy was given."""
        if article_id not in self.found:
            return None
        key = (self.wanted[article_id]["text_sha256"],)
        return self._base.execute("SELECT text FROM copies WHERE hash = ?", key).fetchone()[0]

    def check(self) -> None:
        """Raise the error of the first article without a copy."""
        missing = sorted(set(self.wanted) - self.found)
        if not missing:
            return
        total = f"{len(missing)} of {len(self.wanted)} articles have no copy that fits"
        if changed := sorted(set(missing) & set(self.changed)):
            raise CopyChangedError(
                f"the copy of article {changed[0]} is another text",
                where=self.changed[changed[0]],
                why=f"its SHA-256 is not {self.wanted[changed[0]]['text_sha256']}; {total}",
                fix="give the version that was published, cleaned with the same configs/ingest.yaml; or allow gaps",
            )
        row = self.wanted[missing[0]]
        raise CopyMissingError(
            f"no copy of article {missing[0]}",
            where=row["url"] or row["raw_path"],
            why=total,
            fix="add it to the articles you give; or allow gaps",
        )


def put_back(folder: Path, copies: Iterable[Mapping[str, Any] | str], out: Path, gaps: bool = False) -> dict[str, int]:
    """Write a published folder anew with its texts; `pipeline.restore` explains it."""
    check(folder)
    head, text = dataset_card.read(folder)
    names = [config["config_name"] for config in head["configs"]]
    if "articles" not in names:
        raise DataError("the folder has no articles", where=str(folder), fix="take it whole")
    store = _Copies(row for _, row in _rows(folder, head, "articles") if row["text"] is None)
    for copy in copies:
        store.take(copy)
    if not gaps:
        store.check()
    counts = dict.fromkeys((*names, "still without"), 0)
    with tables.atomic_path(out) as fresh:
        written = []
        for name in names:
            rows = _put_back(folder, head, name, store, counts)
            written.append(write(fresh / name, features(folder, name), rows, _splits(head, name)))
        head = {**head, "tags": [*head["tags"], TAG], **dataset_card.tables(written)}
        tables.write_text(fresh / dataset_card.FILE, dataset_card.page(head, NOTE + text))
    return counts


def _splits(head: Mapping[str, Any], name: str) -> list[str]:
    (config,) = (config for config in head["configs"] if config["config_name"] == name)
    return [entry["split"] for entry in config["data_files"]]


def _rows(folder: Path, head: Mapping[str, Any], name: str) -> Iterator[tuple[str, Row]]:
    columns = features(folder, name)
    for split in _splits(head, name):
        for row in read(folder / name, split, columns):
            yield split, row


def _put_back(
    folder: Path, head: Mapping[str, Any], name: str, store: _Copies, counts: dict[str, int]
) -> Iterator[tuple[str, Row]]:
    """Rows of a config with their text where it was kept back and there is a copy; `counts` adds them up."""
    for split, row in _rows(folder, head, name):
        back = (name == "articles" and row["text"] is None) or row.get("excerpt", False)
        text = store.text(row["article_id"]) if back else None
        # A stance that was annotated without spans has no offsets: its excerpt is all there is.
        if text is None or row.get("parts", True) is None:
            counts["still without"] += back
            yield split, row
        else:
            counts[name] += 1
            yield split, {**row, "text": text} if name == "articles" else restored(row, text)
