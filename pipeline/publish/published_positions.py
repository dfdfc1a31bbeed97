"""The configs `positions` and `changes`: their columns and rows, without what licences withhold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from datasets import Features, Value

from pipeline.core import paths
from pipeline.core.schema import position_tables
from pipeline.core.schema.columns import Table
from pipeline.core.schema.position_tables import QUOTE_PREFIXES
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import Withholding
from pipeline.core.targets import Target, stance_labels
from pipeline.publish.dataset_features import (
    CONTENT_SHA256,
    EVIDENCE_OFFSETS,
    EXCERPT,
    WITHHELD,
    build_table_features,
)
from pipeline.publish.withheld_text import restore_text, sha256

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


def read_position_rows(root: Path, withholding: Withholding | None, split: str) -> Iterator[tuple[str, Row]]:
    """Yield split and row of each position, with a `withholding` of each that rests on published articles alone.

    All are in one split: a position is a count over articles of all splits.
    """
    for row in tables.iterate_rows(root / paths.POSITIONS):
        if shown := row if withholding is None else withholding.publish(POSITIONS, row):
            yield split, shown


def read_change_rows(root: Path, withholding: Withholding | None, split: str) -> Iterator[tuple[str, Row]]:
    """Yield split and row of each change, with a `withholding` of each between two quotes of published articles."""
    for row in tables.iterate_rows(root / paths.CHANGES):
        for prefix in QUOTE_PREFIXES:
            row |= {f"{prefix}content_sha256": sha256(row[f"{prefix}content"]), f"{prefix}excerpt": False}
        if shown := row if withholding is None else withholding.publish(CHANGES, row):
            yield split, shown


def restore_change(row: Row, find_text: Callable[[str], str | None]) -> Row:
    """Return a row of `changes` with the texts that were withheld, as far as `find_text` has their articles."""

    def restore(quote: Row) -> Row:
        text = find_text(quote["article_id"]) if quote["excerpt"] else None
        if text is None:
            return quote
        return {**restore_text(quote, text), "evidence_words": [text[s["start"] : s["end"]] for s in quote["evidence"]]}

    return _each_quote(row, restore)


def _each_quote(row: Row, change: Callable[[Row], Row]) -> Row:
    """Return a row of changes with the columns of each of its quotes changed, which are given without prefix."""
    changed = dict(row)
    for prefix in QUOTE_PREFIXES:
        quote = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
        changed |= {f"{prefix}{name}": value for name, value in change(quote).items()}
    return changed


def _tables(targets: Mapping[str, Target]) -> tuple[Table, Table]:
    names, stances = list(targets), stance_labels(targets)
    return position_tables.positions(names, stances), position_tables.changes(names, stances)
