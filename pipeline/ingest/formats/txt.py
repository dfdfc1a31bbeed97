"""Plain text: one article a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats.file_opening import encoding_of, is_broken, read_bytes
from pipeline.ingest.formats.tabular import NOT_TEXT
from pipeline.ingest.raw_document import Document, Reject

LONGEST_CHARACTER = 4  # bytes, in UTF-8 and UTF-16


def read(path: Path, config: IngestConfig) -> Iterator[Document | Reject]:
    """The article of a text file; its headline, if any, is the first line that is not boilerplate."""
    data = read_bytes(path, LONGEST_CHARACTER * config.max_raw_characters, config)
    if data is None:
        yield Reject("too_long", f"more than {config.max_raw_characters} characters; one text file is one article")
        return
    encoding = encoding_of(io.BytesIO(data))
    if encoding is None:
        yield Reject("bad_encoding", NOT_TEXT)
        return
    text = data.decode(encoding, "surrogateescape")
    if is_broken(text):
        yield Reject("bad_encoding", "some bytes are not UTF-8; save the file as UTF-8")
    elif "\0" in text:
        yield Reject("bad_encoding", "NUL bytes: UTF-16 without a byte order mark, or no text; save the file as UTF-8")
    else:
        yield Document(None, text, headline_in_text=True)
