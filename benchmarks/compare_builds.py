"""Compare the tables and figures of two builds: what a change of the code did to the dataset.

The state before the package was halved is commit d1329fb. Build it in a folder of its own to compare with it:

\b
    git worktree add ../baseline d1329fb && (cd ../baseline && make repro)
    python -m benchmarks.compare_builds ../baseline .
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pyarrow.parquet as pq

TABLES = {
    "articles": ("article_id",),
    "rejects": ("raw_path", "row", "reason"),
    "quotes": ("quote_id",),
    "speakers": ("speaker_id",),
    "stances": ("quote_id", "target"),
    "positions": ("speaker_id", "target", "month"),
    "changes": ("speaker_id", "target"),
}


def read_rows(root: Path, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return the rows of a table by their key; rows of one key are numbered."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in pq.read_table(root / "data/interim" / table).to_pylist():
        key = tuple(row.get(column) for column in TABLES[table])
        number = 0
        while (*key, number) in rows:
            number += 1
        rows[*key, number] = row
    return rows


def compare_tables(before: Path, after: Path) -> Iterator[str]:
    """Yield a line for each table: its rows, those in both builds, and in how many of these each column differs."""
    yield "| table | rows before | after | in both | differ, by column |\n|---|---|---|---|---|"
    for table in TABLES:
        old, new = read_rows(before, table), read_rows(after, table)
        both = old.keys() & new.keys()
        columns = sorted({column for rows in (old, new) for row in rows.values() for column in row})
        differ = {c: sum(old[key].get(c) != new[key].get(c) for key in both) for c in columns}
        named = ", ".join(f"{column} {number}" for column, number in differ.items() if number)
        yield f"| {table} | {len(old)} | {len(new)} | {len(both)} | {named or '–'} |"


def flatten(values: Any, name: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers of nested JSON with their dotted names."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from flatten(value, f"{name}.{key}" if name else key)
    elif isinstance(values, int | float) and not isinstance(values, bool):
        yield name, float(values)


def compare_figures(before: Path, after: Path) -> Iterator[str]:
    """Yield a line for each figure of `reports/metrics.json` that changed."""
    old, new = (
        dict(flatten(json.loads((root / "reports/metrics.json").read_text("utf-8")))) for root in (before, after)
    )
    yield "| figure | before | after |\n|---|---|---|"
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"| {name} | {old.get(name, '–')} | {new.get(name, '–')} |"


@click.command(help=__doc__)
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
def main(before: Path, after: Path) -> None:
    """Print both tables."""
    click.echo("\n".join(compare_tables(before, after)) + "\n")
    click.echo("\n".join(compare_figures(before, after)))


if __name__ == "__main__":
    main()
