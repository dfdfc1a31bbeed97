"""Read plain text: one article per file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import detect_encoding, has_undecodable_bytes, read_bytes
from pipeline.ingest.formats.tabular import UNKNOWN_ENCODING
from pipeline.ingest.raw_document import RawDocument, Reject

MAX_CHARACTER_BYTES = 4  # in UTF-8 and UTF-16


def read(path: Path, config: IngestConfig) -> Iterator[RawDocument | Reject]:
    """Yield the article of a text file; its headline, if any, is the first line that is not boilerplate."""
    data = read_bytes(path, MAX_CHARACTER_BYTES * config.max_raw_characters, config)
    if data is None:
        yield Reject("too_long", f"more than {config.max_raw_characters} characters; one text file is one article")
        return
    encoding = detect_encoding(io.BytesIO(data))
    if encoding is None:
        yield Reject("bad_encoding", UNKNOWN_ENCODING)
        return
    text = data.decode(encoding, "surrogateescape")
    if has_undecodable_bytes(text):
        yield Reject("bad_encoding", "some bytes are not UTF-8; save the file as UTF-8")
    elif "\0" in text:
        yield Reject("bad_encoding", "NUL bytes: UTF-16 without a byte order mark, or no text; save the file as UTF-8")
    else:
        yield RawDocument(None, text, headline_in_text=True)
