"""The configs `positions` and `changes`: their columns and rows, without what licences withhold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from datasets import Features, Value

from pipeline.core import paths
from pipeline.core.publish_config import cut_excerpt
from pipeline.core.schema import position_tables
from pipeline.core.schema.columns import Table
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.targets import Target, stance_labels
from pipeline.publish.dataset_features import (
    CONTENT_SHA256,
    EVIDENCE_OFFSETS,
    EXCERPT,
    WITHHELD,
    build_table_features,
)
from pipeline.publish.publication_plan import ArticlePlan
from pipeline.publish.withheld_text import sha256

Row = dict[str, Any]
POSITIONS, CHANGES = "positions", "changes"
# Columns of each quote of a change that only the dataset has.
_ADDED = {"content_sha256": CONTENT_SHA256, "excerpt": EXCERPT}
_TYPES = {"content_sha256": "string", "excerpt": "bool"}


def build_features(targets: Mapping[str, Target]) -> dict[str, Features]:
    """Return the features of both configs."""
    positions, changes = _tables(targets)
    added = {f"{prefix}{name}": Value(_TYPES[name]) for prefix in QUOTE_PREFIXES for name in _ADDED}
    return {
        POSITIONS: Features(build_table_features(positions)),
        CHANGES: Features({**build_table_features(changes), **added}),
    }


def describe_columns(targets: Mapping[str, Target]) -> dict[str, dict[str, str]]:
    """Return a sentence for each column, by config."""
    described = {table.name: {c.name: c.description for c in table.columns} for table in _tables(targets)}
    for prefix in QUOTE_PREFIXES:
        described[CHANGES].update({f"{prefix}{name}": sentence for name, sentence in _ADDED.items()})
        described[CHANGES][f"{prefix}evidence"] += EVIDENCE_OFFSETS
        described[CHANGES][f"{prefix}evidence_words"] += WITHHELD
    return described


def read_position_rows(root: Path, plans: Mapping[str, ArticlePlan], split: str) -> Iterator[tuple[str, Row]]:
    """Yield split and row of each position that rests on published articles alone.

    All are in one split: a position is a count over articles of all splits.
    """
    for row in tables.iterate_rows(root / paths.POSITIONS):
        if all(article_id in plans for article_id in row["article_ids"]):
            yield split, row


def read_change_rows(root: Path, plans: Mapping[str, ArticlePlan], split: str) -> Iterator[tuple[str, Row]]:
    """Yield split and row of each change between two quotes of published articles, without what is withheld."""
    for row in tables.iterate_rows(root / paths.CHANGES):
        if all(row[f"{prefix}article_id"] in plans for prefix in QUOTE_PREFIXES):
            yield split, _each_quote(row, lambda quote: _withhold(quote, plans[quote["article_id"]].excerpt_words))


def _each_quote(row: Row, change: Callable[[Row], Row]) -> Row:
    """Return a row of changes with the columns of each of its quotes changed, which are given without prefix."""
    changed = dict(row)
    for prefix in QUOTE_PREFIXES:
        quote = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
        changed |= {f"{prefix}{name}": value for name, value in change(quote).items()}
    return changed


def _withhold(quote: Row, limit: int | None) -> Row:
    """Return the columns of a quote with its first `limit` words; without a limit the text stays."""
    content, added = quote["content"], {"content_sha256": sha256(quote["content"]), "excerpt": limit is not None}
    if limit is None:
        return {**quote, **added}
    return {**quote, **added, "content": cut_excerpt(content, limit), "evidence_words": None}


def _tables(targets: Mapping[str, Target]) -> tuple[Table, Table]:
    names, stances = list(targets), stance_labels(targets)
    return position_tables.positions(names, stances), position_tables.changes(names, stances)
