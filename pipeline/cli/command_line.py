"""What all commands share: errors told in words, names that are nearly right, and the project that they work in."""

import os
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from pipeline.core import paths
from pipeline.core.errors import INTERRUPTED, ParleyError, error_for_user


class ErrorReportingGroup(click.Group):
    """A command group that prints Parley's errors and those of the system as messages instead of tracebacks."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command line; after an error, print it and exit with status 1.

        Where standard output or standard error is closed, nothing is printed there; where its reader has closed it, as
        `head` does, click ends the command without a word.
        """
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is None:
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
            getattr(sys, name).reconfigure(errors="backslashreplace")  # not every locale has quotation marks
        # Files that a command writes are never writable for other users, whatever the user's umask.
        os.umask(os.umask(0o077) | 0o002)
        try:
            return super().main(*arguments, **options)
        except Exception as error:
            told = error_for_user(error)
            if told is None:
                raise
            click.secho(f"parley: {told}", fg="red", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; say so where Ctrl-C ends it."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort) as error:
            # Abort is Ctrl-C at a question, or the end of the input. Files are written in one step.
            interrupted = isinstance(error.__context__ or error, KeyboardInterrupt)
            why = "interrupted" if interrupted else "the input ended at a question"
            click.echo(f"\nparley: {why}; no file is half written", err=True)
            ctx.exit(INTERRUPTED if interrupted else 1)


def find_project() -> Path | None:
    """Return the nearest folder, this one or above, that is a project, as a path from here (`.`, `../..`), or None."""
    here, sign = Path.cwd(), paths.CONFIGS / "ingest.yaml"  # a folder `configs` alone may be anybody's
    found = next((folder for folder in (here, *here.parents) if (folder / sign).is_file()), None)
    return found and Path(os.path.relpath(found, here))


def below_project(ctx: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """Return a path as it is given; where it is the default, below the folder of the project."""
    if ctx.get_parameter_source(str(parameter.name)) != ParameterSource.DEFAULT:
        return path
    return (find_project() or Path()) / path


def _check_project(ctx: click.Context, parameter: click.Parameter, root: Path) -> Path:
    """Return the folder if it is that of a project; where none is given, the one that the current folder is in."""

    def is_project(folder: Path) -> bool:
        return any((folder / place).is_dir() for place in (paths.CONFIGS, paths.ANNOTATIONS))

    given = ctx.get_parameter_source(str(parameter.name)) != ParameterSource.DEFAULT
    if not given and not is_project(root):
        root = find_project() or root
    if not ctx.resilient_parsing and not is_project(root):
        why = f"it has no folder `{paths.CONFIGS}`" + ("" if given else ", nor is it in a project")
        ways = "change into the folder of a project, or name it with --root; `parley init ARTICLES PROJECT` sets one up"
        fix = f"{ways}, and `parley quotes FILE` works everywhere"
        raise ParleyError("no project of Parley", where=str(root.resolve()), why=why, fix=fix)
    return root


root_option = click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    callback=_check_project,
    help="The project's folder; by default the current one, or the nearest above it that is a project.",
)
