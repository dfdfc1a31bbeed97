"""Stage `ingest`: clean the input files; write the tables `articles`, and `rejects` with the reason for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ParleyError
from pipeline.core.progress import with_progress
from pipeline.core.schema.data_tables import ARTICLES, REJECTS
from pipeline.core.storage import tables
from pipeline.core.storage.result_store import ResultStore
from pipeline.ingest import formats, input_files
from pipeline.ingest.article_cleaning import ArticleCleaner, detect_language
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.deduplication import Deduplicator
from pipeline.ingest.document_cache import CleanedDocument, clean_all
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
from pipeline.ingest.whole_input import WholeInput

CONFIG = paths.CONFIGS / "ingest.yaml"
Cleaned = Iterator[tuple[str, dict[str, Any] | Reject]]


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
    rejects: list[dict[str, Any]] = []
    with ResultStore(root, "ingest") as store, budget.ticking():
        cleaned = clean_all(
            read_files(input_files.listed_files(root, root / config.input), config, budget),
            store,
            cleaner,
            lambda path, document: budget.spend(path, lambda: _clean(cleaner, document), document.row),
        )
        documents = _complete(_deduplicate(cleaned, config, root / paths.INTERIM), cleaner)
        articles = tables.write_sorted(ARTICLES, _select_articles(documents, rejects), root / paths.ARTICLES)
        tables.write(REJECTS, rejects, root / paths.REJECTS)
    reasons = Counter[str]()
    for reject in rejects:
        reasons[reject["reason"]] += reject["count"]
    if not articles:
        raise _no_article_error(config, reasons)
    return {"articles": articles, "rejected": reasons.total()}


def clean_input(place: Path, config: IngestConfig, configs: Path = CONFIGS) -> Cleaned:
    """Yield every document of a file or folder with its path, as an article (and its `row`) or a reject, in order.

    Duplicates are not sought, and nothing is written. `configs` is the folder with the files of the language.
    """
    cleaner = ArticleCleaner(config, configs)
    yield from _complete(_clean_documents(place, cleaner), cleaner)


def examine_input(place: Path, config: IngestConfig, configs: Path = CONFIGS) -> Cleaned:
    """Yield every document as a run of the stage takes or rejects it, duplicates included; nothing is written."""
    cleaner = ArticleCleaner(config, configs)
    cleaned = (CleanedDocument(path, result, None) for path, result in _clean_documents(place, cleaner))
    yield from _complete(_deduplicate(cleaned, config), cleaner)


def _complete(documents: Cleaned, cleaner: ArticleCleaner) -> Cleaned:
    """Yield documents, in order, with what only the whole input shows, and not more rejects than are listed."""
    listed = summarise_rejects(documents, cleaner.config.max_listed_rejects)
    yield from WholeInput(cleaner.config, cleaner.dates).complete_all(listed)


def _clean_documents(place: Path, cleaner: ArticleCleaner) -> Cleaned:
    """Yield every document of a file or folder with its path, cleaned by itself."""
    budget = TimeBudget(cleaner.config.max_file_seconds)
    with budget.ticking():
        for raw_path, document in read_documents(place, cleaner.config, budget):
            if isinstance(document, Reject):
                yield raw_path, document
            else:
                yield raw_path, budget.spend(raw_path, partial(_clean, cleaner, document), document.row)


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


def _clean(cleaner: ArticleCleaner, document: Readable) -> dict[str, Any] | Reject:
    """Return an article with its language and its `row` in the file, or a reject, also where an exception is raised."""
    return result_or_reject(lambda: _clean_document(cleaner, document), document.row)


def _clean_document(cleaner: ArticleCleaner, document: Readable) -> dict[str, Any] | Reject:
    config, row = cleaner.config, document.row
    raw = _extract(cleaner, document)
    article = raw if isinstance(raw, Reject) else cleaner.clean(raw)
    if isinstance(article, Reject):
        return article
    language = detect_language(article["text"], config.language)
    if language != config.language:
        return Reject(
            "other_language",
            f"the text is in another language ({language}); `language` in configs/ingest.yaml is {config.language}",
            row,
        )
    return {**article, "language": language, "row": row}


def _extract(cleaner: ArticleCleaner, document: Readable) -> RawDocument | Reject:
    """Return the article of a page or file."""
    if isinstance(document, RawDocument):
        return document
    if isinstance(document, WebPage):
        return html.extract_article(document, cleaner.config, cleaner.words[0].updated)
    return (pdf if document.kind == "pdf" else docx).extract_article(document.data, cleaner.config)


def _deduplicate(documents: Iterable[CleanedDocument], config: IngestConfig, folder: Path | None = None) -> Cleaned:
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


def _select_articles(documents: Cleaned, rejects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
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
