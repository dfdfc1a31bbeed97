"""Stage `ingest`: input files to the tables `articles` and `rejects`; what is not taken is there with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import ParleyError
from pipeline.core.progress import with_progress
from pipeline.core.schema.data_tables import ARTICLES, REJECTS
from pipeline.core.storage import bucketed_tables, tables
from pipeline.ingest import article_cleaning, document_cache, formats, input_files
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.deduplication import Deduplicator
from pipeline.ingest.language_detection import detect_language
from pipeline.ingest.raw_document import RawDocument, Reject, WebPage

CONFIG = paths.CONFIGS / "ingest.yaml"


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/articles`, sorted by id in a file per bucket, and `data/interim/rejects`.

    Returns
    -------
    dict
        Number of `articles` and of inputs `rejected`.

    Raises
    ------
    ParleyError
        When the input is not there, or no article could be taken from it; the rejects are written all the same.
    """
    config = load_config(IngestConfig, root / CONFIG)
    rejects: list[dict[str, Any]] = []
    known = document_cache.clean_documents(
        read_documents(root / config.input, config), root / paths.READ, config, partial(_clean, config)
    )
    taken = bucketed_tables.write_table(ARTICLES, _deduplicate(known, config, rejects), root / paths.ARTICLES)
    rejected = tables.write(REJECTS, rejects, root / paths.REJECTS)
    if not taken:
        raise _no_article_error(config, Counter(row["reason"] for row in rejects))
    return {"articles": taken, "rejected": rejected}


def _deduplicate(
    known: Iterator[document_cache.Read], config: IngestConfig, rejects: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Rows of `articles` in the order of the input; what is not taken is added to `rejects`."""
    duplicates = Deduplicator(config.near_duplicate_threshold)
    for raw_path, row, described in known:
        if not isinstance(row, Reject):
            number = row.pop("row")
            again = duplicates.take(row["article_id"], row["text"], raw_path, number, described)
            if again is None:
                yield {**row, "raw_path": raw_path}
                continue
            row = again
        rejects.append({"raw_path": raw_path, "row": row.row, "reason": row.reason, "detail": row.detail})


def clean_input(given: Path, config: IngestConfig) -> Iterator[tuple[str, dict[str, Any] | Reject]]:
    """Every document of the input, with its path, as an article (and its `row`) or a reject, in order."""
    for raw_path, item in read_documents(given, config):
        yield raw_path, item if isinstance(item, Reject) else _clean(config, item)


def read_documents(given: Path, config: IngestConfig) -> Iterator[tuple[str, RawDocument | WebPage | Reject]]:
    """Every document of the input as its reader gives it, with its path, in order."""
    for raw_path, path in with_progress(
        input_files.find_input_files(given, config.include, config.exclude, config.links_out), "reading files"
    ):
        items = iter([path]) if isinstance(path, Reject) else formats.read_file(path, config)
        for item in items:
            yield raw_path, item


def _clean(config: IngestConfig, given: RawDocument | WebPage) -> dict[str, Any] | Reject:
    document = formats.html.extract_article(given, config) if isinstance(given, WebPage) else given
    made = document if isinstance(document, Reject) else article_cleaning.clean_article(document, config)
    return made if isinstance(made, Reject) else _check_language(made, given.row, config.language)


def _check_language(made: dict[str, Any], row: int | None, wanted: str) -> dict[str, Any] | Reject:
    found = detect_language(made["text"], wanted)
    if found != wanted:
        return Reject("other_language", f"language found: {found}; `language` is {wanted}", row)
    return {**made, "language": found, "row": row}


def _no_article_error(config: IngestConfig, reasons: Counter[str]) -> ParleyError:
    if not reasons:
        return ParleyError(
            "no input file", where=config.input, why="nothing there that `include` and `exclude` let by",
            fix="put articles there, or change `input`, `include` or `exclude` in configs/ingest.yaml",
        )  # fmt: skip
    most = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    why = ", ".join(f"{count} {reason}" for reason, count in most)
    return ParleyError("no article was taken", where=config.input, why=why, fix=f"read the details in {paths.REJECTS}")
