"""Clean documents, each only once: what comes of it is kept, with a sketch of its text for the search for duplicates.

A result depends on one document alone, identified by a hash of all that the input says of it. What depends on the whole
input (which of two texts came first) is computed in every run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np

from pipeline.core import code_hash
from pipeline.core.storage.article_failures import FAILED
from pipeline.core.storage.result_store import ResultStore, content_key
from pipeline.ingest.article_cleaning import ArticleCleaner
from pipeline.ingest.deduplication import sketch_text
from pipeline.ingest.raw_document import Document, RawDocument, Readable, Reject

# Documents, and characters of their texts, that are held in memory, and whose results are written, at once.
MAX_DOCUMENTS, MAX_CHARACTERS = 500, 50_000_000
# Settings that say what is read, or what is decided by all documents; not how one document is cleaned.
_INPUT_SETTINGS = (
    "input", "include", "exclude", "columns", "date_order", "outlets", "max_file_seconds", "max_listed_rejects",
)  # fmt: skip
# Libraries that find the text of a page or file, and its language.
_LIBRARIES = ("trafilatura", "pypdfium2", "python-docx", "py3langid")
# The first depends on the file and the machine, the second on more than the key knows.
_TRIED_AGAIN = ("too_costly", FAILED)
Row = dict[str, Any]
Clean = Callable[[str, Readable], Row | Reject]


class CleanedDocument(NamedTuple):
    """A document as a row of `articles` (with its `row` in the file) or a reject, and a sketch of its text."""

    raw_path: str
    result: Row | Reject
    sketch: np.ndarray | None


def cache_key(cleaner: ArticleCleaner) -> str:
    """Return a hash of the code, libraries, settings and language files on which the cleaning depends."""
    settings = {name: value for name, value in asdict(cleaner.config).items() if name not in _INPUT_SETTINGS}
    libraries = [version(name) for name in _LIBRARIES]
    words = [asdict(part) for part in cleaner.words]
    return content_key(code_hash.digest("pipeline.ingest.run"), libraries, settings, words)


def clean_all(
    documents: Iterable[tuple[str, Document]], store: ResultStore, cleaner: ArticleCleaner, clean: Clean
) -> Iterator[CleanedDocument]:
    """Yield the article or reject of each document, in order; then forget the results of all other documents.

    `clean` takes the path of a file and a document of it to a row of `articles` (with its `row`) or a reject. With a
    result a sketch of the text is kept, where near duplicates are sought.
    """
    config, key = cleaner.config, cache_key(cleaner)
    used: set[str] = set()
    for chunk in _split_into_chunks(documents):
        ids = [_document_id(document, least_characters=2 * config.min_words - 1) for _, document in chunk]
        by_id = {i: pair for i, pair in zip(ids, chunk, strict=True) if i}
        fresh = {}
        for document_id in store.missing(dict.fromkeys(by_id, key)):
            result = clean(*by_id[document_id])  # type: ignore[arg-type]
            sketch = None
            if config.near_duplicate_threshold < 1 and not isinstance(result, Reject):
                sketch = sketch_text(result["text"]).astype("<u4")
            fresh[document_id] = result, sketch
        kept = {i: of for i, of in fresh.items() if not (isinstance(of[0], Reject) and of[0].reason in _TRIED_AGAIN)}
        store.add((i, key, _to_bytes(*of)) for i, of in kept.items())
        used |= by_id.keys()
        for document_id, (path, document) in zip(ids, chunk, strict=True):
            if isinstance(document, Reject):
                yield CleanedDocument(path, document, None)
            elif not document_id:
                yield CleanedDocument(path, clean(path, document), None)
            else:
                result, sketch = fresh[document_id] if document_id in fresh else _from_bytes(store.value(document_id))
                # With its place in this file: the same document may stand elsewhere too.
                row = document.row
                result = replace(result, row=row) if isinstance(result, Reject) else result | {"row": row}
                yield CleanedDocument(path, result, sketch)
    store.keep_only(used)


def _to_bytes(result: Row | Reject, sketch: np.ndarray | None) -> bytes:
    kept = [result.reason, result.detail] if isinstance(result, Reject) else result
    return json.dumps([kept, "" if sketch is None else sketch.tobytes().hex()]).encode("ascii")


def _from_bytes(data: bytes) -> tuple[Row | Reject, np.ndarray | None]:
    kept, sketch = json.loads(data)
    result = Reject(*kept) if isinstance(kept, list) else kept
    return result, np.frombuffer(bytes.fromhex(sketch), "<u4") if sketch else None


def _split_into_chunks(documents: Iterable[tuple[str, Document]]) -> Iterator[list[tuple[str, Document]]]:
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


def _document_id(document: Document, least_characters: int) -> str:
    """Return 32 hex digits that identify all that the input says of a document but its place.

    There are none for a reject, and for a text so short that cleaning it in each run takes less than keeping it.
    """
    if isinstance(document, Reject):
        return ""
    if isinstance(document, RawDocument) and len(document.text) + len(document.title or "") < least_characters:
        return ""
    fields = [value for name, value in asdict(document).items() if name not in ("row", "data")]
    data = b"" if isinstance(document, RawDocument) else document.data
    return hashlib.sha256(json.dumps(fields).encode("ascii") + data).hexdigest()[:32]
