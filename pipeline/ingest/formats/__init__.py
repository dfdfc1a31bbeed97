"""Input formats: a module for each, and the table `READERS` that chooses a reader by a file's suffix."""

import io
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import html, jsonl, mail_and_feeds, parquet, tabular, warc
from pipeline.ingest.formats.file_opening import (
    ALWAYS_ALLOWED_BYTES,
    detect_encoding,
    has_undecodable_bytes,
    read_bytes,
)
from pipeline.ingest.raw_document import Document, DocumentFile, RawDocument, Reject, with_rejects

MAX_CHARACTER_BYTES = 4  # in UTF-8 and UTF-16
Reader = Callable[[Path, IngestConfig], Iterator[Document]]


def _read_document_file(kind: Literal["docx", "pdf"], path: Path, config: IngestConfig) -> Iterator[Document]:
    """Yield a Word or PDF file, whose text is extracted later."""
    too_long = f"a file of more than {ALWAYS_ALLOWED_BYTES} bytes; save a copy without pictures"
    yield DocumentFile(read_bytes(path, ALWAYS_ALLOWED_BYTES, too_long, config), kind)


def _read_text(path: Path, config: IngestConfig) -> Iterator[Document]:
    """Yield the article of a text file; its headline, if any, is the first line that is not boilerplate."""
    too_long = f"more than {config.max_raw_characters} characters; one text file is one article"
    data = read_bytes(path, MAX_CHARACTER_BYTES * config.max_raw_characters, too_long, config)
    encoding = detect_encoding(io.BytesIO(data))
    text = data.decode(encoding or "ascii", "surrogateescape")
    if encoding is None:
        yield Reject("bad_encoding", tabular.UNKNOWN_ENCODING)
    elif has_undecodable_bytes(text):
        yield Reject("bad_encoding", "some bytes are not UTF-8; save the file as UTF-8")
    elif "\0" in text:
        yield Reject("bad_encoding", "NUL bytes: UTF-16 without a byte order mark, or no text; save the file as UTF-8")
    else:
        yield RawDocument(None, text, headline_in_text=True)


READERS: dict[str, Reader] = {
    **dict.fromkeys((".jsonl", ".ndjson"), jsonl.read_lines),
    ".json": jsonl.read_values,
    **dict.fromkeys((".csv", ".tsv"), tabular.read),
    ".parquet": parquet.read,
    ".txt": _read_text,
    **dict.fromkeys((".html", ".htm", ".xhtml"), html.read),
    ".warc": warc.read,
    **dict.fromkeys((".rss", ".xml", ".atom"), mail_and_feeds.read_feed),
    ".eml": mail_and_feeds.read_mail,
    ".docx": partial(_read_document_file, "docx"),
    ".pdf": partial(_read_document_file, "pdf"),
}


def find_reader(name: str) -> Reader | None:
    """Return the reader for a file name, gzipped (`.gz`) or not; None for a format that is not read."""
    return READERS.get(Path(name.lower().removesuffix(".gz")).suffix)


def read_file(path: Path, config: IngestConfig) -> Iterator[Document]:
    """Yield the documents and rejects of one file, in order; one that breaks off ends in one more reject.

    A file in which there is nothing to read is a reject too: no file is lost without a word.
    """
    reader = find_reader(path.name)
    if reader is None:
        suffixes = ", ".join(READERS)
        yield Reject("unknown_format", f"read are {suffixes}, also with .gz; convert it, or put it under `exclude`")
        return
    item = None
    for item in with_rejects(reader(path, config)):
        yield item
    if item is None:
        yield Reject("empty", "nothing in the file can be an article: no row, no page of a crawl, no text")
