"""Read the articles of one file for the commands: a text file as it is, other formats cleaned by `ingest`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import ROOT, load_config
from pipeline.core.errors import ParleyError
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import find_reader
from pipeline.ingest.raw_document import Reject
from pipeline.ingest.run import clean_input


def read_articles(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the articles of a file as mappings with `text`, and the columns of `ingest` if it cleaned the file."""
    reader = find_reader(file.name)
    if reader is None or file.suffix == ".txt":
        yield {"text": _read_text(file)}
        return
    rejects = []
    articles = 0
    for _, row in clean_input(file, load_config(IngestConfig, ROOT / paths.CONFIGS / "ingest.yaml")):
        if isinstance(row, Reject):
            rejects.append(f"{row.reason}: {row.detail}")
        else:
            articles += 1
            yield row
    if not articles:
        raise ParleyError("no article in this file", where=str(file), why="; ".join(rejects[:3]))


def _read_text(file: Path) -> str:
    """Return the text of a file, or of standard input for `-`."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParleyError("not a text in UTF-8", where=str(file), why=str(error), fix="save it as UTF-8") from None
