"""Cache of cleaned documents: a document is cleaned, and its text hashed for the search for duplicates, only once.

A row of the cache depends on one document alone, identified by a hash of all that the input says of it. What depends on
the whole input (which of two texts came first) is computed in every run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline.core import code_hash
from pipeline.core.schema.data_tables import DOCUMENT_CACHE
from pipeline.core.storage import bucketed_tables, incremental
from pipeline.core.storage.article_failures import FAILED
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.deduplication import sketch_text
from pipeline.ingest.raw_document import DocumentFile, RawDocument, Reject, WebPage

# Documents, and characters of their texts, that are held in memory at once.
MAX_DOCUMENTS, MAX_CHARACTERS = 5_000, 50_000_000
# Always the same, because nobody knows beforehand how many documents will come.
BUCKET_DIGITS = 2
# Settings that say what is read, or what is decided by all documents; not how one document is cleaned.
_INPUT_SETTINGS = (
    "input", "include", "exclude", "columns", "date_order", "outlets", "max_file_seconds", "max_listed_rejects",
)  # fmt: skip
# Libraries that find the text of a page or file, and its language.
_LIBRARIES = ("trafilatura", "pypdfium2", "python-docx", "py3langid")
# The first depends on the file and the machine, the second on more than the key knows.
_TRIED_AGAIN = ("too_costly", FAILED)
Readable = RawDocument | WebPage | DocumentFile
Document = Readable | Reject
Row = dict[str, Any]
Clean = Callable[[str, Readable], Row | Reject]


class CleanedDocument(NamedTuple):
    """A document as a row of `articles` (with its `row` in the file) or a reject, and a sketch of its text."""

    raw_path: str
    result: Row | Reject
    sketch: np.ndarray | None


def cache_key(config: IngestConfig, cleaner: ArticleCleaner) -> str:
    """Return a hash of the code, libraries, settings and language files on which the cleaning depends."""
    settings = {name: value for name, value in asdict(config).items() if name not in _INPUT_SETTINGS}
    libraries = [version(name) for name in _LIBRARIES]
    words = [asdict(part) for part in cleaner.words]
    return incremental.content_key(code_hash.digest("pipeline.ingest.run"), libraries, settings, words)


class DocumentCache:
    """Stores cleaned documents in a bucketed table, so that each is cleaned once.

    Parameters
    ----------
    folder : path
        Folder of the table.
    key : str
        As `cache_key` returns it; rows with another key are computed again.
    clean : callable
        Takes the path of a file and a document of it to a row of `articles` (with its `row`) or a reject.
    with_sketches : bool
        Whether to store a sketch of each text, which the search for near duplicates needs.
    least_characters : int
        A document with fewer is cleaned in each run, which takes less than to store what comes of it.
    """

    def __init__(self, folder: Path, key: str, clean: Clean, with_sketches: bool, least_characters: int = 0) -> None:
        self.folder, self.key, self.clean, self.with_sketches = folder, key, clean, with_sketches
        self.least_characters = least_characters

    def clean_all(self, documents: Iterable[tuple[str, Document]]) -> Iterator[CleanedDocument]:
        """Yield the article or reject of each document, in order; then delete the rows of all other documents."""
        used: dict[str, dict[str, str]] = {}
        for chunk in _split_into_chunks(documents):
            ids = ["" if self._is_tiny(document) else _document_id(document) for _, document in chunk]
            pairs = zip(ids, chunk, strict=True)
            rows = self._rows({i: (path, item) for i, (path, item) in pairs if i and not isinstance(item, Reject)})
            for document_id, (path, document) in zip(ids, chunk, strict=True):
                if isinstance(document, Reject):
                    yield CleanedDocument(path, document, None)
                elif not document_id:
                    yield CleanedDocument(path, self.clean(path, document), None)
                else:
                    row = rows[document_id]
                    if row["reason"] not in _TRIED_AGAIN:
                        used.setdefault(bucketed_tables.bucket_of(document_id, BUCKET_DIGITS), {})[document_id] = (
                            self.key
                        )
                    yield CleanedDocument(path, *_from_row(row, document.row))
        incremental.update_table(DOCUMENT_CACHE, self.folder, used.items(), lambda *_: [])

    def _is_tiny(self, document: Document) -> bool:
        return isinstance(document, RawDocument) and (
            len(document.text) + len(document.title or "") < self.least_characters
        )

    def _rows(self, documents: dict[str, tuple[str, Readable]]) -> dict[str, Row]:
        """Return the rows of documents, given with their files, by id; those that the cache lacks are added."""
        wanted: dict[str, dict[str, str]] = {}
        for document_id in documents:
            wanted.setdefault(bucketed_tables.bucket_of(document_id, BUCKET_DIGITS), {})[document_id] = self.key
        rows: dict[str, Row] = {}
        for bucket, keys in sorted(wanted.items()):
            table, metadata = bucketed_tables.read_bucket_or_discard(self.folder, bucket)
            stored = {i: self.key for i, record in metadata.items() if record.input_key == self.key}
            if table is None or keys.keys() - stored.keys():
                job = incremental.BucketJob(str(self.folder), bucket, stored | keys)
                incremental.update_bucket(DOCUMENT_CACHE, job, lambda ids: [[self._row(i, *documents[i])] for i in ids])
                table = bucketed_tables.read_bucket(self.folder, bucket)
            rows |= {row["id"]: row for row in table.to_pylist() if row["id"] in keys}
        return rows

    def _row(self, document_id: str, path: str, document: Readable) -> Row:
        """Clean a document and return its row of the table."""
        result = self.clean(path, document)
        if isinstance(result, Reject):
            return {"id": document_id, "reason": result.reason, "detail": result.detail}
        article = json.dumps({column: value for column, value in result.items() if column != "row"})
        if not self.with_sketches:
            return {"id": document_id, "article": article}
        return {"id": document_id, "article": article, "sketch": sketch_text(result["text"]).astype("<u4").tobytes()}


def _split_into_chunks(
    documents: Iterable[tuple[str, Document]],
) -> Iterator[list[tuple[str, Document]]]:
    """Yield documents in lists that fit in memory."""
    chunk: list[tuple[str, Document]] = []
    characters = 0
    for path, document in documents:
        chunk.append((path, document))
        if not isinstance(document, Reject):
            characters += len(document.text if isinstance(document, RawDocument) else document.data)
        if len(chunk) == MAX_DOCUMENTS or characters > MAX_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    yield chunk


def _document_id(document: Document) -> str:
    """Return 32 hex digits that identify all that the input says of a document but its place; none for a reject."""
    if isinstance(document, Reject):
        return ""
    fields = [value for name, value in asdict(document).items() if name not in ("row", "data")]
    hasher = hashlib.sha256(json.dumps(fields).encode("ascii"))
    hasher.update(b"" if isinstance(document, RawDocument) else document.data)
    return hasher.hexdigest()[:32]


def _from_row(row: Row, number: int | None) -> tuple[Row | Reject, np.ndarray | None]:
    """Return the article or reject that a row of the table stores, and the sketch; `number` is the row in the file."""
    if row["article"] is None:
        return Reject(row["reason"], row["detail"], number), None
    article = json.loads(row["article"]) | {"row": number}
    if row["sketch"] is None:
        return article, None
    return article, np.frombuffer(row["sketch"], "<u4")
