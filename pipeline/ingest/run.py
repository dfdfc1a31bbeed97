"""Stage `ingest`: clean the input files; write the tables `articles`, and `rejects` with the reason for each.

What comes of a document is kept from run to run, with a sketch of its text for the search for duplicates. It depends on
the document alone, identified by a hash of all that the input says of it. What depends on the whole input (which of two
texts came first) is computed in every run.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.core import code_hash, paths
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ParleyError
from pipeline.core.progress import with_progress
from pipeline.core.schema.data_tables import ARTICLES, REJECTS
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import FAILED
from pipeline.core.storage.result_store import ResultStore, content_key
from pipeline.ingest import formats, input_files
from pipeline.ingest.article_cleaning import ArticleCleaner, reject_other_language
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.deduplication import Deduplicator, sketch_text
from pipeline.ingest.formats import docx, html, pdf
from pipeline.ingest.raw_document import (
    Document,
    RawDocument,
    Readable,
    Reject,
    WebPage,
    result_or_reject,
    summarise_rejects,
)
from pipeline.ingest.time_budget import TimeBudget
from pipeline.ingest.whole_input import complete_all

CONFIG = paths.CONFIGS / "ingest.yaml"
# Documents, and characters of their texts, that are held in memory, and whose results are written, at once.
MAX_DOCUMENTS, MAX_CHARACTERS = 500, 50_000_000
# Settings that say what is read, or what is decided by all documents; not how one document is cleaned.
_INPUT_SETTINGS = (
    "input", "include", "exclude", "columns", "date_order", "file_dates", "outlets", "max_file_seconds",
    "max_listed_rejects",
)  # fmt: skip
# Libraries that find the text of a page or file, and its language.
_LIBRARIES = ("trafilatura", "pypdfium2", "python-docx", "py3langid")
# The first depends on the file and the machine, the second on more than the key knows.
_TRIED_AGAIN = ("too_costly", FAILED)
Row = dict[str, Any]
Cleaned = Iterator[tuple[str, Row | Reject]]
# A path, a row of `articles` (with its `row` in the file) or a reject, and a sketch of the text.
Sketched = Iterator[tuple[str, Row | Reject, np.ndarray | None]]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/articles`, sorted by id, and `data/interim/rejects`.

    Raises
    ------
    ParleyError
        When the input has not been listed, a file is no longer what the list says, or no article could be taken (the
        rejects are written all the same).
    """
    config = load_config(IngestConfig, root / CONFIG)
    cleaner = ArticleCleaner(config, root / paths.CONFIGS)
    budget = TimeBudget(config.max_file_seconds)
    rejects: list[Row] = []
    with ResultStore(root, "ingest") as store, budget.ticking():
        files = input_files.listed_files(root, root / config.input)
        cleaned = _clean_all(read_files(files, config, budget), store, cleaner, budget)
        documents = _complete(
            _deduplicate(cleaned, config, root / paths.INTERIM), cleaner, input_files.listed_days(root)
        )
        articles = tables.write_sorted(ARTICLES, _select_articles(documents, rejects), root / paths.ARTICLES)
        tables.write(REJECTS, rejects, root / paths.REJECTS)
    reasons = Counter[str]()
    for reject in rejects:
        reasons[reject["reason"]] += reject["count"]
    if not articles:
        raise _no_article_error(config, reasons)
    return {"articles": articles, "rejected": reasons.total()}


def _cache_key(cleaner: ArticleCleaner) -> str:
    """Return a hash of the code, libraries, settings and language files on which the cleaning depends."""
    settings = {name: value for name, value in asdict(cleaner.config).items() if name not in _INPUT_SETTINGS}
    libraries = [version(name) for name in _LIBRARIES]
    words = [asdict(part) for part in cleaner.words]
    return content_key(code_hash.digest("pipeline.ingest.run"), libraries, settings, words)


def _clean_all(
    documents: Iterable[tuple[str, Document]], store: ResultStore, cleaner: ArticleCleaner, budget: TimeBudget
) -> Sketched:
    """Yield the article or reject of each document, in order; then forget the results of all other documents."""
    config, key = cleaner.config, _cache_key(cleaner)
    used: set[str] = set()
    for chunk in _split_into_chunks(documents):
        ids = [_document_id(document, least_characters=2 * config.min_words - 1) for _, document in chunk]
        by_id = {i: pair for i, pair in zip(ids, chunk, strict=True) if i}
        fresh = {}
        for document_id in store.missing(dict.fromkeys(by_id, key)):
            result = _clean(cleaner, budget, *by_id[document_id])
            sketch = None
            if config.near_duplicate_threshold < 1 and not isinstance(result, Reject):
                sketch = sketch_text(result["text"]).astype("<u4")
            fresh[document_id] = result, sketch
        kept = {i: of for i, of in fresh.items() if not (isinstance(of[0], Reject) and of[0].reason in _TRIED_AGAIN)}
        store.add((i, key, _to_bytes(*of)) for i, of in kept.items())
        used |= by_id.keys()
        for document_id, (path, document) in zip(ids, chunk, strict=True):
            if not document_id:
                yield path, _clean(cleaner, budget, path, document), None
            else:
                result, sketch = fresh[document_id] if document_id in fresh else _from_bytes(store.value(document_id))
                # With its place in this file: the same document may stand elsewhere too.
                row = document.row
                result = replace(result, row=row) if isinstance(result, Reject) else result | {"row": row}
                yield path, result, sketch
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


def clean_input(place: Path, config: IngestConfig, configs: Path = CONFIGS) -> Cleaned:
    """Yield every document of a file or folder with its path, as an article (and its `row`) or a reject, in order.

    Duplicates are not sought, and nothing is written. `configs` is the folder with the files of the language.
    """
    cleaner = ArticleCleaner(config, configs)
    yield from _complete(_clean_documents(place, cleaner), cleaner, input_files.find_days(place, config))


def examine_input(place: Path, config: IngestConfig, configs: Path = CONFIGS) -> Cleaned:
    """Yield every document as a run of the stage takes or rejects it, duplicates included; nothing is written."""
    cleaner = ArticleCleaner(config, configs)
    cleaned = ((path, result, None) for path, result in _clean_documents(place, cleaner))
    yield from _complete(_deduplicate(cleaned, config), cleaner, input_files.find_days(place, config))


def _complete(documents: Cleaned, cleaner: ArticleCleaner, days: dict[str, str]) -> Cleaned:
    """Return documents, in order, with what only the whole input shows, and not more rejects than are listed.

    `days` are those on which files were last changed, by path.
    """
    listed = summarise_rejects(documents, cleaner.config.max_listed_rejects)
    return complete_all(listed, cleaner.config, cleaner.dates, days)


def _clean_documents(place: Path, cleaner: ArticleCleaner) -> Cleaned:
    """Yield every document of a file or folder with its path, cleaned by itself."""
    budget = TimeBudget(cleaner.config.max_file_seconds)
    with budget.ticking():
        for raw_path, document in read_documents(place, cleaner.config, budget):
            yield raw_path, _clean(cleaner, budget, raw_path, document)


def read_documents(
    place: Path, config: IngestConfig, budget: TimeBudget | None = None
) -> Iterator[tuple[str, Document]]:
    """Yield every document of a file or folder with its path, in order; a reject where a file's `budget` is spent."""
    files = list(input_files.find_input_files(place, config.include, config.exclude, config.links_out))
    yield from read_files(with_progress(files, "reading files"), config, budget or TimeBudget(config.max_file_seconds))


def read_files(
    files: Iterable[tuple[str, Path | Reject]], config: IngestConfig, budget: TimeBudget
) -> Iterator[tuple[str, Document]]:
    """Yield every document of some files with their paths, in order; rejects as they are."""
    for raw_path, path in files:
        documents = iter([path]) if isinstance(path, Reject) else formats.read_file(path, config)
        for document in budget.read_all(raw_path, documents):
            yield raw_path, document


def _clean(cleaner: ArticleCleaner, budget: TimeBudget, path: str, document: Document) -> Row | Reject:
    """Return an article with its language and its `row` in the file, or a reject, also where an exception is raised."""
    if isinstance(document, Reject):
        return document
    clean = partial(_clean_document, cleaner, document)
    return budget.spend(path, lambda: result_or_reject(clean, document.row), document.row)


def _clean_document(cleaner: ArticleCleaner, document: Readable) -> Row | Reject:
    config, row = cleaner.config, document.row
    raw: RawDocument | Reject
    if isinstance(document, RawDocument):
        raw = document
    elif isinstance(document, WebPage):
        raw = html.extract_article(document, config, cleaner.words[0].updated)
    else:
        raw = (pdf if document.kind == "pdf" else docx).extract_article(document.data, config)
    article = raw if isinstance(raw, Reject) else cleaner.clean(raw)
    if isinstance(article, Reject):
        return article
    other = reject_other_language(article["text"], config, row)
    return other or {**article, "language": config.language, "row": row}


def _deduplicate(documents: Sketched, config: IngestConfig, folder: Path | None = None) -> Cleaned:
    """Yield every document with its path, in order; one that repeats an earlier one as a reject."""
    deduplicator = Deduplicator(config.near_duplicate_threshold, folder)
    for raw_path, result, sketch in documents:
        if isinstance(result, Reject):
            yield raw_path, result
        else:
            row = result["row"]
            add = partial(deduplicator.add, result["article_id"], result["text"], raw_path, row, sketch)
            repeated = result_or_reject(add, row)
            yield raw_path, repeated or result


def _select_articles(documents: Cleaned, rejects: list[Row]) -> Iterator[Row]:
    """Yield the rows of `articles` in the order of the input; add every other document to `rejects`."""
    for raw_path, result in documents:
        if isinstance(result, Reject):
            rejects.append({"raw_path": raw_path, **asdict(result)})
        else:
            del result["row"]
            yield {**result, "raw_path": raw_path}


def _no_article_error(config: IngestConfig, reasons: Counter[str]) -> ParleyError:
    if not reasons:
        return ParleyError(
            "no input file", where=config.input, why="nothing there that `include` and `exclude` let by",
            fix="put articles there, or change `input`, `include` or `exclude` in configs/ingest.yaml",
        )  # fmt: skip
    most = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    why = ", ".join(f"{count} {reason}" for reason, count in most)
    return ParleyError("no article was taken", where=config.input, why=why, fix=f"read the details in {paths.REJECTS}")
