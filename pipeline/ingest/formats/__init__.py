"""Input formats: a module with a generator for each, and the table `READERS` that chooses one by a file's suffix.

To add a format, write `read(path, config)` in a module here and add its suffixes to `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import docx, html, jsonl, parquet, pdf, tabular, txt, warc
from pipeline.ingest.raw_document import DocumentFile, RawDocument, Reject, WebPage, with_rejects

Reader = Callable[[Path, IngestConfig], Iterator[RawDocument | WebPage | DocumentFile | Reject]]

READERS: dict[str, Reader] = {
    ".jsonl": jsonl.read_lines,
    ".ndjson": jsonl.read_lines,
    ".json": jsonl.read_values,
    ".csv": tabular.read,
    ".tsv": tabular.read,
    ".parquet": parquet.read,
    ".txt": txt.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".warc": warc.read,
    ".docx": docx.read,
    ".pdf": pdf.read,
}


def find_reader(name: str) -> Reader | None:
    """Return the reader for a file name, gzipped (`.gz`) or not; None for a format that is not read."""
    return READERS.get(Path(name.lower().removesuffix(".gz")).suffix)


def read_file(path: Path, config: IngestConfig) -> Iterator[RawDocument | WebPage | DocumentFile | Reject]:
    """Yield the documents and rejects of one file, in order; one that breaks off ends in one more reject.

    A file in which there is nothing to read is a reject too: no file is lost without a word.
    """
    reader = find_reader(path.name)
    if reader is None:
        suffixes = ", ".join(READERS)
        yield Reject("unknown_format", f"read are {suffixes}, also with .gz; convert it, or put it under `exclude`")
        return
    is_empty = True
    for item in with_rejects(reader(path, config)):
        is_empty = False
        yield item
    if is_empty:
        yield Reject("empty", "nothing in the file can be an article: no row, no page of a crawl, no text")
