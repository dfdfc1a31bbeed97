"""The child process of `child_process`: does a task a line, and answers with a document a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.core.errors import is_used_up
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.formats import file_errors, parquet, pdf
from pipeline.ingest.formats.child_process import END, USED_UP, limit_resources
from pipeline.ingest.raw_document import RawDocument, Reject

TASKS: dict[str, Callable[[Path, IngestConfig], Iterator[Any]]] = {
    "read_parquet": lambda path, config: file_errors.with_rejects(parquet.read_here(path, config)),
    "parquet_records": parquet.read_records_here,
    "pdf_article": lambda path, config: iter([pdf.extract_here(path, config)]),
}


def main() -> None:
    """Do tasks until there are no more."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="ascii")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library may print
    for line in sys.stdin:
        task = json.loads(line)
        config = IngestConfig(**task["config"])
        limit_resources(config.max_file_seconds)
        try:
            for item in TASKS[task["task"]](Path(task["path"]), config):
                kind = {RawDocument: "document", Reject: "reject"}.get(type(item), "value")
                # At once, so that nothing is lost if the next row kills this process.
                print(json.dumps([kind, item if kind == "value" else asdict(item)]), file=out, flush=True)
        except OSError as error:
            if not is_used_up(error):
                raise
            print(json.dumps([USED_UP, [error.errno, error.strerror]]), file=out, flush=True)
        print(json.dumps([END, None]), file=out, flush=True)


if __name__ == "__main__":
    main()
