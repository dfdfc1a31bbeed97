"""The option `--root`, which several commands have."""

from __future__ import annotations

from pathlib import Path

import click

root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    help="The project's folder; the current folder by default.",
)
