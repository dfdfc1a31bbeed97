"""The parse store as the stages read it that come after `parse`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.storage import bucketed_tables


def read_column(root: Path, name: str, wanted: str) -> dict[str, Any]:
    """`parser` or `doc` by article, of one bucket; nothing where none of its articles is parsed."""
    store = root / paths.PARSES
    if not (store / f"{name}.parquet").exists():
        return {}
    rows = bucketed_tables.read_bucket(store, name, ["article_id", wanted])
    return dict(zip(rows["article_id"].to_pylist(), rows[wanted].to_pylist(), strict=True))
