"""Put texts that a licence withholds back into a published folder, from a user's own copies of the articles."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from errno import EIO, ENOSPC
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.publish import dataset_card
from pipeline.publish.dataset_card import FIGURE
from pipeline.publish.folder_check import check_folder, read_features
from pipeline.publish.parquet_shards import read_split, write_config
from pipeline.publish.published_positions import CHANGES, restore_change
from pipeline.publish.restored_folder import TAG
from pipeline.publish.withheld_text import restore_text, sha256

Row = dict[str, Any]
NOTE = (
    "> Texts that their licence keeps back were put back here with `parley restore`. This folder is for use at home: "
    "do not pass it on.\n\n"
)
# Columns by which a text is recognised and put back.
_NEEDED = {
    "articles": {"article_id", "text", "text_sha256", "url", "raw_path"},
    "quotes": {"quote_id", "article_id", "excerpt", "content", "parts", "content_sha256"},
}
# Key of the counts: rows that are still without their text.
STILL_WITHOUT = "still without"


class CopyMissingError(DataError):
    """The user gave no copy of an article."""


class CopyChangedError(DataError):
    """A copy is of the right article, but its text is not the one that the offsets count."""


class _Copies:
    """The user's copies of the articles without text, in a temporary database: memory does not grow with them."""

    def __init__(self, withheld: Iterable[Row]) -> None:
        self._database = sqlite3.connect("")  # a temporary file that SQLite removes
        self._database.execute("CREATE TABLE copies (hash TEXT PRIMARY KEY, text TEXT)")
        self.withheld = {row["article_id"]: row for row in withheld}
        self._id_by_hash = {row["text_sha256"]: article_id for article_id, row in self.withheld.items()}
        self._id_by_url = {row["url"]: article_id for article_id, row in self.withheld.items() if row["url"]}
        self._complete: set[str] = set()
        self._changed: dict[str, str] = {}

    def add(self, copy: Mapping[str, Any] | str) -> None:
        """Store a copy with the text of a withheld article, and remember one that should have it but does not."""
        values: Mapping[str, Any] = {"text": copy} if isinstance(copy, str) else copy
        digest = sha256(values["text"])
        if article_id := self._id_by_hash.get(digest):
            try:
                self._database.execute("INSERT OR REPLACE INTO copies VALUES (?, ?)", (digest, values["text"]))
            except sqlite3.OperationalError as error:
                raise OSError(ENOSPC if "full" in str(error) else EIO, str(error)) from None
            self._complete.add(article_id)
            return
        claimed = values.get("article_id")
        article_id = claimed if claimed in self.withheld else self._id_by_url.get(values.get("url"))
        if article_id:
            self._changed[article_id] = str(values.get("url") or values.get("raw_path") or article_id)

    def text(self, article_id: str) -> str | None:
        """Return the text of an article, None where there is no copy of it."""
        if article_id not in self._complete:
            return None
        key = (self.withheld[article_id]["text_sha256"],)
        return self._database.execute("SELECT text FROM copies WHERE hash = ?", key).fetchone()[0]

    def check_complete(self) -> None:
        """Raise the error of the first article without a copy."""
        missing = sorted(set(self.withheld) - self._complete)
        if not missing:
            return
        total = f"{len(missing)} of {len(self.withheld)} articles have no copy that fits"
        if changed := sorted(set(missing) & set(self._changed)):
            raise CopyChangedError(
                f"the copy of article {changed[0]} is another text",
                where=self._changed[changed[0]],
                why=f"its SHA-256 is not {self.withheld[changed[0]]['text_sha256']}; {total}",
                fix="give the version that was published, cleaned with the same configs/ingest.yaml; or allow gaps",
            )
        row = self.withheld[missing[0]]
        raise CopyMissingError(
            f"no copy of article {missing[0]}",
            where=row["url"] or row["raw_path"],
            why=total,
            fix="add it to the articles you give; or allow gaps",
        )


def restore_texts(
    folder: Path, copies: Iterable[Mapping[str, Any] | str], out: Path, gaps: bool = False
) -> dict[str, int]:
    """Write a published folder with its texts to `out`; `pipeline.restore` explains it."""
    check_folder(folder)
    metadata, text = dataset_card.read_card(folder)
    splits = {config["config_name"]: dataset_card.list_splits(config) for config in metadata["configs"]}
    if "articles" not in splits:
        raise DataError("the folder has no articles", where=str(folder), fix="download all of it")
    for name, columns in _NEEDED.items():
        if name in splits and (missing := sorted(columns - read_features(folder, name).keys())):
            raise DataError(
                f"no column `{missing[0]}`", where=f"{folder}, config {name}", fix="download all of it again"
            )
    articles = _read_rows(folder, "articles", splits["articles"])
    store = _Copies(row for _, row in articles if row["text"] is None)
    for copy in copies:
        store.add(copy)
    if not gaps:
        store.check_complete()
    counts = dict.fromkeys((*splits, STILL_WITHOUT), 0)
    with tables.atomic_path(out) as fresh:
        written = []
        for name, names in splits.items():
            rows = _restored_rows(folder, name, names, store, counts)
            written.append(write_config(fresh / name, read_features(folder, name), rows, names))
        if (folder / FIGURE).is_file():
            shutil.copyfile(folder / FIGURE, fresh / FIGURE)
        metadata = {**metadata, "tags": [*metadata["tags"], TAG], **dataset_card.build_config_metadata(written)}
        tables.write_text(fresh / dataset_card.FILE, dataset_card.format_card(metadata, NOTE + text))
    return counts


def _read_rows(folder: Path, config: str, splits: Iterable[str]) -> Iterator[tuple[str, Row]]:
    features = read_features(folder, config)
    for split in splits:
        for row in read_split(folder / config, split, features):
            yield split, row


def _restored_rows(
    folder: Path, config: str, splits: Iterable[str], copies: _Copies, counts: dict[str, int]
) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a config, with their text where it was withheld and there is a copy, and count them."""
    for split, row in _read_rows(folder, config, splits):
        if config == CHANGES:
            restored = restore_change(row, copies.text)
            counts[CHANGES] += restored != row
            counts[STILL_WITHOUT] += any(restored[f"{prefix}excerpt"] for prefix in QUOTE_PREFIXES)
            yield split, restored
            continue
        withheld = (config == "articles" and row["text"] is None) or row.get("excerpt", False)
        text = copies.text(row["article_id"]) if withheld else None
        # A stance that was annotated without spans has no offsets: its excerpt is all there is.
        if text is None or row.get("parts", True) is None:
            counts[STILL_WITHOUT] += withheld
            yield split, row
        else:
            counts[config] += 1
            yield split, {**row, "text": text} if config == "articles" else restore_text(row, text)
