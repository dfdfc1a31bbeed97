"""Read stored spaCy parses, for the stages after `parse`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import bucketed_tables


def read_column(root: Path, name: str, column: str) -> dict[str, Any]:
    """Return the column `parser` or `doc` of one bucket, by article id; empty where no article of it is parsed."""
    store = root / paths.PARSES
    if not (store / f"{name}.parquet").exists():
        return {}
    rows = bucketed_tables.read_bucket(store, name, ["article_id", column])
    return dict(zip(rows["article_id"].to_pylist(), rows[column].to_pylist(), strict=True))
