"""Stage `positions`: who stands where toward each target, month by month, and who changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.publish_config import load_publish_config
from pipeline.core.schema import position_tables
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, shared_roles, stance_labels
from pipeline.positions.changes import change_rows, rate_changes
from pipeline.positions.position_report import render_report
from pipeline.positions.quote_stances import Holder, QuoteStance, by_holder, label_pairs, make_id, read_quote_stances
from pipeline.positions.shares import ErrorRates, ShareDraws, article_counts, read_error_rates, shortest_interval

Row = dict[str, Any]


def position_rows(
    readings: Sequence[QuoteStance], draws: Mapping[str, ShareDraws], stances: Sequence[str]
) -> Iterator[Row]:
    """Yield the row of each holder, target and month; the quotes without a date have a row of their own.

    Parameters
    ----------
    readings : sequence of QuoteStance
        In order of time.
    draws : mapping of str to ShareDraws
        By target, in order.
    stances : sequence of str
        Labels other than that of unrelated quotes.
    """
    for holder, target, of_holder in by_holder(readings, draws):
        for month, group in groupby(of_holder, key=lambda reading: reading.month):
            yield _row(holder, target, month, list(group), draws[target], stances)


def _row(
    holder: Holder, target: str, month: str | None, group: list[QuoteStance], draws: ShareDraws, stances: Sequence[str]
) -> Row:
    kept = [reading for reading in group if reading.kept]
    labels, by_hand = label_pairs(kept)
    row: Row = {
        "position_id": make_id(holder.kind, holder.holder_id, target, month),
        "holder_kind": holder.kind,
        "holder_id": holder.holder_id,
        "holder": holder.name,
        "target": target,
        "month": month,
        **{f"n_{name}": sum(reading.label == name for reading in kept) for name in stances},
        "kept": len(kept),
        "unknown": len(group) - len(kept),
        "articles": len({reading.article_id for reading in kept}),
        "quote_ids": [reading.quote_id for reading in kept],
        "article_ids": sorted({reading.article_id for reading in group}),
    }
    if kept:
        drawn = draws.draw(article_counts(labels, stances, by_hand))
        for number, name in enumerate(stances):
            row[f"share_{name}"] = round(float(drawn[:, number].mean()), 3)
            row[f"share_{name}_low"], row[f"share_{name}_high"] = shortest_interval(drawn[:, number])
    return row


def run(root: Path) -> dict[str, int]:
    """Write the tables of positions and changes, and `reports/positions.md`."""
    targets, config = load_targets(root / paths.CONFIGS), load_publish_config(root / paths.CONFIGS)
    readings, rates = read_quote_stances(root, targets), read_error_rates(root, targets)
    counts = write_position_tables(root, targets, readings, rates)
    tables.write_text(root / paths.REPORTS / "positions.md", render_report(root, config, targets, readings, rates))
    without_holder = sum(reading.kept and not reading.holders for reading in readings)
    return {**counts, "kept stances": sum(r.kept for r in readings), "of nobody with a name or side": without_holder}


def write_position_tables(
    root: Path, targets: Mapping[str, Target], readings: list[QuoteStance], rates: Mapping[str, ErrorRates]
) -> dict[str, int]:
    """Write both tables; return their numbers of rows."""
    names, stances = list(targets), stance_labels(targets)
    draws = {target: ShareDraws(each) for target, each in rates.items()}
    changes = rate_changes(readings, rates, draws, shared_roles(targets))
    rows = {
        paths.POSITIONS: (position_tables.positions(names, stances), position_rows(readings, draws, stances)),
        paths.CHANGES: (position_tables.changes(names, stances), change_rows(root, len(names), changes)),
    }
    return {table.name: tables.write(table, of_table, root / path) for path, (table, of_table) in rows.items()}
