"""Stage `positions`: who stands where toward each target, month by month, and who changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.core import paths
from pipeline.core.publish_config import load_publish_config
from pipeline.core.schema import position_tables
from pipeline.core.storage import tables
from pipeline.core.targets import Target, load_targets, shared_roles, stance_labels
from pipeline.positions.change_rows import change_rows, rate_changes
from pipeline.positions.error_rates import ErrorRates, read_error_rates
from pipeline.positions.position_report import render_report
from pipeline.positions.position_rows import position_rows
from pipeline.positions.readings import Reading, read_readings
from pipeline.positions.share_draws import ShareDraws


def run(root: Path) -> dict[str, int]:
    """Write the tables of positions and changes, and `reports/positions.md`."""
    targets, config = load_targets(root / paths.CONFIGS), load_publish_config(root / paths.CONFIGS)
    readings, rates = read_readings(root, targets), read_error_rates(root, targets)
    counts = write_position_tables(root, targets, readings, rates)
    tables.write_text(root / paths.REPORTS / "positions.md", render_report(root, config, targets, readings, rates))
    without_holder = sum(reading.kept and not reading.holders for reading in readings)
    return {**counts, "kept stances": sum(r.kept for r in readings), "of nobody with a name or side": without_holder}


def write_position_tables(
    root: Path, targets: Mapping[str, Target], readings: list[Reading], rates: Mapping[str, ErrorRates]
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
