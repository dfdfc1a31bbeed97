"""Are configs, annotations and inputs sound? `parley check` says file and row of what is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import paths, tables
from pipeline.annotations import read_stance
from pipeline.config import load
from pipeline.errors import ParleyError
from pipeline.gold import GoldQuote, problems, read_rows
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.document import Reject
from pipeline.ingest.run import rows
from pipeline.targets import load_targets

CONFIG = paths.CONFIGS / "ingest.yaml"


def annotation_problems(root: Path) -> Iterator[ParleyError]:
    """What is wrong with the annotations: rows that cannot be read, spans that are not what their text says."""
    folder = root / paths.ANNOTATIONS
    try:
        read_stance(folder / "stance.jsonl", load_targets(root / paths.CONFIGS))
    except ParleyError as error:
        yield error
    gold: list[GoldQuote] = []
    for quote, problem in read_rows(folder / "quotes.jsonl"):
        if problem:
            yield problem
        elif quote:
            gold.append(quote)
    yield from problems(gold, _texts(root))


def input_rejects(root: Path) -> Iterator[dict[str, Any]]:
    """Inputs that the next `dvc repro` would not take, duplicates aside."""
    config = load(IngestConfig, root / CONFIG)
    for raw_path, row in rows(root / config.input, config):
        if isinstance(row, Reject):
            yield {"raw_path": raw_path, "row": row.row, "reason": row.reason, "detail": row.detail}


def _texts(root: Path) -> dict[str, str]:
    """Texts by article_id: of the last run where there was one, else read from the input."""
    if (root / paths.ARTICLES).exists():
        taken: Any = tables.iterate(root / paths.ARTICLES, ["article_id", "text"])
    else:
        config = load(IngestConfig, root / CONFIG)
        taken = (row for _, row in rows(root / config.input, config) if not isinstance(row, Reject))
    return {row["article_id"]: row["text"] for row in taken}
