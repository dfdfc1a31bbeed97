"""Where the project is: the option `--root`, which several commands have, and paths that are below it by default.

As git does, a command looks for the project in the current folder, and then in those above it.
"""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.core import ParameterSource

from pipeline.core import paths
from pipeline.core.errors import ParleyError

# A folder above the current one is a project only if it has this: a folder `configs` alone may be anybody's.
_SIGN = paths.CONFIGS / "ingest.yaml"


def find_project() -> Path | None:
    """Return the folder of the project that the current folder is in, as a path from there: `.`, `..`, `../..`.

    None where neither this folder nor one above it is a project.
    """
    here = Path.cwd()
    found = next((folder for folder in (here, *here.parents) if (folder / _SIGN).is_file()), None)
    return found and Path(os.path.relpath(found, here))


def below_project(ctx: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """Return a path as it is given; where it is the default, below the folder of the project."""
    if ctx.get_parameter_source(str(parameter.name)) != ParameterSource.DEFAULT:
        return path
    return (find_project() or Path()) / path


def _check_project(ctx: click.Context, parameter: click.Parameter, root: Path) -> Path:
    """Return the folder if it is that of a project; where none is given, the one that the current folder is in."""
    given = ctx.get_parameter_source(str(parameter.name)) != ParameterSource.DEFAULT
    if not given and not _is_project(root):
        root = find_project() or root
    if not ctx.resilient_parsing and not _is_project(root):
        raise ParleyError(
            "no project of Parley",
            where=str(root.resolve()),
            why=f"it has no folder `{paths.CONFIGS}`" + ("" if given else ", nor is it in a project"),
            fix="change into the folder of a project, or name it with --root; `parley init ARTICLES PROJECT` sets one "
            "up, and `parley quotes FILE` works everywhere",
        )
    return root


def _is_project(root: Path) -> bool:
    return any((root / place).is_dir() for place in (paths.CONFIGS, paths.ANNOTATIONS))


root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    callback=_check_project,
    help="The project's folder; by default the current one, or the nearest above it that is a project.",
)


def find_configs() -> Path | None:
    """Return the configs of the project that the current folder is in; None outside of a project."""
    project = find_project()
    return None if project is None else project / paths.CONFIGS
