"""Stage `ingest`: clean the input files; write the tables `articles`, and `rejects` with the reason for each.

What comes of a document is kept from run to run, with a sketch of its text for the search for duplicates. It depends on
the document alone, identified by a hash of all that the input says of it. What depends on the whole input (which of two
texts came first) is computed in every run.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from pipeline.core import code_hash, paths
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ParleyError
from pipeline.core.parallel.executor import with_progress
from pipeline.core.schema.data_tables import ARTICLES, REJECTS
from pipeline.core.storage import tables
from pipeline.core.storage.article_failures import FAILED
from pipeline.core.storage.result_store import ResultStore, content_key
from pipeline.core.storage.tables import Row
from pipeline.ingest import formats, input_files
from pipeline.ingest.article_cleaning import ArticleCleaner, reject_other_language
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.deduplication import Deduplicator, sketch_text
from pipeline.ingest.formats import docx, html, pdf
from pipeline.ingest.raw_document import Document, RawDocument, Readable, Reject, WebPage, result_or_reject
from pipeline.ingest.time_budget import TimeBudget
from pipeline.ingest.whole_input import complete_all, domain_of

CONFIG = paths.CONFIGS / "ingest.yaml"
MAX_UNSAVED = 100  # results
# Settings that say what is read, or what is decided by all documents; not how one document is cleaned.
_INPUT_SETTINGS = (
    "input", "include", "exclude", "columns", "date_order", "file_dates", "outlets", "max_file_seconds",
    "max_listed_rejects",
)  # fmt: skip
# Libraries that find the text of a page or file, and its language.
_LIBRARIES = ("trafilatura", "pypdfium2", "python-docx", "py3langid")
# The first depends on the file and the machine, the second on more than the key knows.
_TRIED_AGAIN = ("too_costly", FAILED)
Cleaned = Iterator[tuple[str, Row | Reject]]
# A path, a row of `articles` (with its `row` in the file) or a reject, and a sketch of the text.
Sketched = Iterator[tuple[str, Row | Reject, np.ndarray | None]]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/articles`, sorted by id, and `data/interim/rejects`.

    A ParleyError is raised where the input has not been listed, a file is no longer what the list says, or no article
    could be taken (the rejects are written all the same).
    """
    config = load_config(IngestConfig, root / CONFIG)
    cleaner, budget = ArticleCleaner(config, root / paths.CONFIGS), TimeBudget(config.max_file_seconds)
    rejects: list[Row] = []

    def select(documents: Cleaned) -> Iterator[Row]:
        for raw_path, result in documents:
            if isinstance(result, Reject):
                rejects.append({"raw_path": raw_path, **asdict(result)})
            else:
                del result["row"]
                yield {**result, "raw_path": raw_path}

    with ResultStore(root, "ingest") as store, budget.ticking():
        documents = read_documents(input_files.listed_files(root, root / config.input), config, budget)
        cleaned = _deduplicate(_clean_all(documents, store, cleaner, budget), config, root / paths.INTERIM)
        completed = complete_all(cleaned, config, cleaner.dates, input_files.listed_days(root))
        articles = tables.write_sorted(ARTICLES, select(completed), root / paths.ARTICLES)
        tables.write(REJECTS, rejects, root / paths.REJECTS)
    reasons = Counter[str]()
    for reject in rejects:
        reasons[reject["reason"]] += reject["count"]
    if articles:
        return {"articles": articles, "rejected": reasons.total()}
    if not reasons:
        raise ParleyError(
            "no input file", where=config.input, why="nothing there that `include` and `exclude` let by",
            fix="put articles there, or change `input`, `include` or `exclude` in configs/ingest.yaml",
        )  # fmt: skip
    most = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    why = ", ".join(f"{count} {reason}" for reason, count in most)
    raise ParleyError("no article was taken", where=config.input, why=why, fix=f"read the details in {paths.REJECTS}")


def _clean_all(
    documents: Iterable[tuple[str, Document]], store: ResultStore, cleaner: ArticleCleaner, budget: TimeBudget
) -> Sketched:
    """Yield the article or reject of each document, in order; then forget the results of all other documents."""
    config = cleaner.config
    settings = {name: value for name, value in asdict(config).items() if name not in _INPUT_SETTINGS}
    libraries, words = [version(name) for name in _LIBRARIES], [asdict(part) for part in cleaner.words]
    key = content_key(code_hash.digest("pipeline.ingest.run"), libraries, settings, words)
    used, unsaved = set[str](), dict[str, bytes]()
    for path, document in documents:
        document_id = _document_id(document, least_characters=2 * config.min_words - 1)
        if not document_id:
            yield path, _clean(cleaner, budget, path, document), None
            continue
        used.add(document_id)
        if document_id not in unsaved and store.missing({document_id: key}):
            fresh = _clean(cleaner, budget, path, document)
            if isinstance(fresh, Reject) and fresh.reason in _TRIED_AGAIN:
                yield path, fresh, None
                continue
            hashes = ""
            if config.near_duplicate_threshold < 1 and not isinstance(fresh, Reject):
                hashes = sketch_text(fresh["text"]).astype("<u4").tobytes().hex()
            values = [fresh.reason, fresh.detail] if isinstance(fresh, Reject) else fresh
            unsaved[document_id] = json.dumps([values, hashes]).encode("ascii")
        kept, hashes = json.loads(unsaved.get(document_id) or store.value(document_id))
        # With its place in this file: the same document may stand elsewhere too.
        row = document.row
        result = Reject(kept[0], kept[1], row) if isinstance(kept, list) else kept | {"row": row}
        yield path, result, np.frombuffer(bytes.fromhex(hashes), "<u4") if hashes else None
        if len(unsaved) == MAX_UNSAVED:
            store.add((name, key, data) for name, data in unsaved.items())
            unsaved.clear()
    store.add((name, key, data) for name, data in unsaved.items())
    store.keep_only(used)


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


def clean_input(place: Path, config: IngestConfig, configs: Path = CONFIGS, reject_duplicates: bool = False) -> Cleaned:
    """Yield every document of a file or folder with its path, as an article (and its `row`) or a reject, in order.

    Nothing is written. `configs` is the folder with the files of the language.
    """
    cleaner, budget = ArticleCleaner(config, configs), TimeBudget(config.max_file_seconds)
    files = list(input_files.find_input_files(place, config.include, config.exclude, config.links_out))
    documents = read_documents(with_progress(files, "reading files"), config, budget)
    cleaned: Cleaned = ((path, _clean(cleaner, budget, path, document)) for path, document in documents)
    if reject_duplicates:
        cleaned = _deduplicate(((path, result, None) for path, result in cleaned), config)
    with budget.ticking():
        yield from complete_all(cleaned, config, cleaner.dates, input_files.find_days(place, config))


def read_documents(
    files: Iterable[tuple[str, Path | Reject]], config: IngestConfig, budget: TimeBudget
) -> Iterator[tuple[str, Document]]:
    """Yield every document of some files with their paths, in order; a reject where a file's `budget` is spent."""
    for raw_path, path in files:
        documents = iter([path]) if isinstance(path, Reject) else formats.read_file(path, config)
        for document in budget.read_all(raw_path, documents):
            yield raw_path, document


def _clean(cleaner: ArticleCleaner, budget: TimeBudget, path: str, document: Document) -> Row | Reject:
    """Return an article with its language and its `row` in the file, or a reject, also where an exception is raised."""
    if isinstance(document, Reject):
        return document
    clean = partial(result_or_reject, document.row, _clean_document, cleaner, document)
    return budget.spend(path, clean, document.row)


def _clean_document(cleaner: ArticleCleaner, document: Readable) -> Row | Reject:
    config = cleaner.config
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
    other = reject_other_language(article["text"], config, document.row)
    return other or {**article, "language": config.language, "row": document.row}


def _deduplicate(documents: Sketched, config: IngestConfig, folder: Path | None = None) -> Cleaned:
    """Yield every document with its path, in order; one that repeats an earlier one as a reject or with its story."""
    deduplicator = Deduplicator(config.near_duplicate_threshold, folder)
    for raw_path, result, sketch in documents:
        if not isinstance(result, Reject):
            outlet = result["source"], domain_of(result["url"])
            result = result_or_reject(result["row"], deduplicator.add, result, outlet, raw_path, sketch) or result
        yield raw_path, result
