"""The option `--root`, which several commands have, and where the configs are."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.core import paths
from pipeline.core.config import CONFIGS
from pipeline.core.errors import ParleyError


def _check_project(ctx: click.Context, parameter: click.Parameter, root: Path) -> Path:
    """Return the folder if it is that of a project."""
    if not ctx.resilient_parsing and not any((root / place).is_dir() for place in (paths.CONFIGS, paths.ANNOTATIONS)):
        raise ParleyError(
            "no project of Parley",
            where=str(root.resolve()),
            why=f"it has no folder `{paths.CONFIGS}`",
            fix="change into the folder of a project, or name it with --root; `parley init FOLDER` sets one up, "
            "and `parley quotes FILE` works everywhere",
        )
    return root


root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    callback=_check_project,
    help="The project's folder; the current folder by default.",
)


def find_configs() -> Path:
    """Return the configs of the project in the current folder, or those that come with Parley."""
    return paths.CONFIGS if (paths.CONFIGS / "extract.yaml").is_file() else CONFIGS
