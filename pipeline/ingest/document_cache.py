"""Documents to articles, kept by content: a document that was read before is not cleaned and compared again.

What is kept of a document lies in a file per bucket of the hash of all that the input gives of it; what is asked of
the input together (which text came first) is found each time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import code_hash
from pipeline.core.schema.data_tables import READ
from pipeline.core.storage import bucketed_tables, incremental
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.deduplication import TextSketch, sketch_text
from pipeline.ingest.raw_document import RawDocument, Reject, WebPage

# Documents, and characters of their texts, that are held at once.
MAX_DOCUMENTS, MAX_CHARACTERS = 5_000, 50_000_000
# What a single document does not depend on.
_INPUT_SETTINGS = ("input", "include", "exclude", "columns")
# What finds the article of a page, and the language of a text.
_LIBRARIES = ("trafilatura", "py3langid")
Row = dict[str, Any]
Raw = RawDocument | WebPage
Given = tuple[str, Raw | Reject]
Read = tuple[str, Row | Reject, TextSketch | None]


def clean_documents(
    documents: Iterable[Given], store: Path, config: IngestConfig, make: Callable[[Raw], Row | Reject]
) -> Iterator[Read]:
    """What becomes of each document, in order, with what duplicates are told by.

    Parameters
    ----------
    documents : iterable of (str, Document, Page or Reject)
        Path and document or page; rejects are given on.
    store : path
        Where results are kept; what this input does not have is dropped from it in the end.
    config : IngestConfig
        Settings; a change of one that a document depends on makes all anew.
    make : callable
        From a document to a row of `articles` (with its `row`) or a reject.
    """
    settings = {name: value for name, value in asdict(config).items() if name not in _INPUT_SETTINGS}
    made_by = incremental.content_key(
        code_hash.digest("pipeline.ingest.run"), [version(name) for name in _LIBRARIES], settings
    )
    seen: dict[str, dict[str, str]] = {}
    for chunk in _split_into_chunks(documents):
        names = ["" if isinstance(item, Reject) else _document_id(item) for _, item in chunk]
        found = _cached_rows(store, made_by, dict(zip(names, (item for _, item in chunk), strict=True)), config, make)
        for name, (path, item) in zip(names, chunk, strict=True):
            if isinstance(item, Reject):
                yield path, item, None
            else:
                seen.setdefault(bucketed_tables.bucket_of(name), {})[name] = made_by
                yield path, *_result_from_row(found[name], item.row)
    incremental.update_table(READ, store, seen.items(), lambda *_: [])


def _split_into_chunks(documents: Iterable[Given]) -> Iterator[list[Given]]:
    chunk: list[Given] = []
    characters = 0
    for given in documents:
        chunk.append(given)
        characters += _size(given[1])
        if len(chunk) == MAX_DOCUMENTS or characters > MAX_CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    yield chunk


def _size(item: Raw | Reject) -> int:
    return 0 if isinstance(item, Reject) else len(item.text if isinstance(item, RawDocument) else item.data)


def _document_id(item: Raw) -> str:
    """32 hex digits for all that the input says of a document but its place."""
    parts = [value for name, value in asdict(item).items() if name not in ("row", "data")]
    hasher = hashlib.sha256(json.dumps(parts).encode("ascii"))
    hasher.update(item.data if isinstance(item, WebPage) else b"")
    return hasher.hexdigest()[:32]


def _cached_rows(
    store: Path,
    made_by: str,
    chunk: dict[str, Raw | Reject],
    config: IngestConfig,
    make: Callable[[Raw], Row | Reject],
) -> dict[str, Row]:
    """Rows of `schema.READ` for the documents of a chunk, by their hash; what is not there is made and kept."""
    wanted: dict[str, dict[str, str]] = {}
    for name, item in chunk.items():
        if not isinstance(item, Reject):
            wanted.setdefault(bucketed_tables.bucket_of(name), {})[name] = made_by
    found: dict[str, Row] = {}
    for bucket, keys in sorted(wanted.items()):
        stored = bucketed_tables.read_metadata(store, bucket)
        here = {name: made_by for name, record in stored.items() if record.input_key == made_by}
        if keys.keys() - here.keys():
            job = incremental.BucketJob(str(store), bucket, here | keys)
            incremental.update_bucket(
                READ, job, lambda names: [[_cache_row(name, chunk.get(name), config, make)] for name in names]
            )
        found |= {row["id"]: row for row in bucketed_tables.read_bucket(store, bucket).to_pylist() if row["id"] in keys}
    return found


def _cache_row(name: str, item: Raw | Reject | None, config: IngestConfig, make: Callable[[Raw], Row | Reject]) -> Row:
    if item is None or isinstance(item, Reject):
        raise KeyError(name)
    made = make(item)
    if isinstance(made, Reject):
        return {"id": name, "reason": made.reason, "detail": made.detail}
    article = json.dumps({column: value for column, value in made.items() if column != "row"})
    if config.near_duplicate_threshold == 1:
        return {"id": name, "article": article}
    sketch, signature = sketch_text(made["text"])
    return {"id": name, "article": article, "sketch": sketch.tobytes(), "signature": signature.tobytes()}


def _result_from_row(row: Row, number: int | None) -> tuple[Row | Reject, TextSketch | None]:
    if row["article"] is None:
        return Reject(row["reason"], row["detail"], number), None
    article = json.loads(row["article"]) | {"row": number}
    if row["sketch"] is None:
        return article, None
    return article, (np.frombuffer(row["sketch"], "<u4"), np.frombuffer(row["signature"], "<u4"))
