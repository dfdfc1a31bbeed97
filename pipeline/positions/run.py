"""Stage `positions`: who stands where toward each target, month by month, and who changed."""

from __future__ import annotations

from pathlib import Path

from pipeline.core import paths
from pipeline.core.schema import position_tables
from pipeline.core.storage import tables
from pipeline.core.targets import load_targets, shared_roles
from pipeline.positions.change_rows import change_rows, rate_changes
from pipeline.positions.error_rates import read_error_rates
from pipeline.positions.position_rows import position_rows
from pipeline.positions.readings import read_readings, stance_labels
from pipeline.positions.share_draws import ShareDraws


def run(root: Path) -> dict[str, int]:
    """Write the tables of positions and changes."""
    targets = load_targets(root / paths.CONFIGS)
    roles, stances = shared_roles(targets), stance_labels(targets)
    readings, rates = read_readings(root, targets), read_error_rates(root, targets)
    draws = {target: ShareDraws(each) for target, each in rates.items()}
    changes = rate_changes(readings, rates, draws, roles)
    positions = position_rows(readings, draws, stances)
    without_holder = sum(reading.kept and not reading.holders for reading in readings)
    return {
        "positions": tables.write(position_tables.positions(list(targets), stances), positions, root / paths.POSITIONS),
        "changes": tables.write(
            position_tables.changes(list(targets), stances),
            change_rows(root, len(targets), changes),
            root / paths.CHANGES,
        ),
        "kept stances": sum(reading.kept for reading in readings),
        "of nobody with a name or side": without_holder,
    }
