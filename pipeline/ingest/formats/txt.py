"""Plain text: one article a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.document import Document, Reject
from pipeline.ingest.formats.opening import is_broken, open_text, text_encoding
from pipeline.ingest.formats.tabular import NOT_TEXT


def read(path: Path, config: IngestConfig) -> Iterator[Document | Reject]:
    """The article of a text file; its headline, if any, is the first line that is not boilerplate."""
    encoding = text_encoding(path)
    if encoding is None:
        yield Reject("bad_encoding", NOT_TEXT)
        return
    # Boilerplate and blanks may come on top of the longest article.
    limit = 2 * config.max_characters + 10_000
    with open_text(path, encoding) as file:
        text = file.read(limit + 1)
    if len(text) > limit:
        yield Reject("too_long", f"more than {limit} characters; one text file is one article")
    elif is_broken(text):
        yield Reject("bad_encoding", "some bytes are not UTF-8; save the file as UTF-8")
    elif "\0" in text:
        yield Reject("bad_encoding", "NUL bytes: UTF-16 without a byte order mark, or no text; save the file as UTF-8")
    else:
        yield Document(None, text, headline_in_text=True)
