"""Keep DVC from acting on files of its own among the articles: a `dvc.yaml` there would run its commands.

DVC looks for its files everywhere below the project, before any stage runs. `.dvcignore` keeps it from those that are
not the project's; this module checks that it does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.core import paths
from pipeline.core.errors import ConfigError

DVC_FOLDER = ".dvc"
IGNORE_FILE = ".dvcignore"
# In this order, because a later line of `.dvcignore` overrides an earlier one. The last keeps DVC from a `.dvcignore`
# below, which could undo the others.
IGNORE_LINES = ("dvc.yaml", "!/dvc.yaml", "*.dvc", "!/*.dvc", "!/data/*.dvc", ".dvcignore")
_PATTERN_CHARACTERS = set("*?[]\\")


def check_input_place(root: Path, place: Path) -> None:
    """Check that DVC ignores its own files in the input of a project.

    Parameters
    ----------
    root : path
        The project's folder; nothing is checked where DVC does not manage it.
    place : path
        The input file or folder.

    Raises
    ------
    ConfigError
        When the input contains the project, or contains or is in one of its own folders; or when it is in the project
        and `.dvcignore` does not cover it: the message has the lines to add.
    """
    if not (root / DVC_FOLDER).exists():
        return
    check_apart(root, place)
    inside = [os.path.relpath(path, top) for top, path in _views(root, place)]
    inside = [path for path in inside if path.split(os.sep)[0] != os.pardir]
    if inside and not _covers(root / IGNORE_FILE, inside):
        raise ConfigError(
            "DVC would act on files of its own among the articles", where=str(root / IGNORE_FILE),
            why="a `dvc.yaml` there runs its commands",
            fix="drop lines with `!` that may concern the input, and end the file with\n" + "\n".join(IGNORE_LINES),
        )  # fmt: skip


def check_apart(root: Path, place: Path) -> None:
    """Check that articles lie apart from the project's own folders; raise ConfigError as `check_input_place` does."""
    whole = place.resolve()
    fix = "put the articles into a folder of their own (`input` in configs/ingest.yaml names it)"
    for own in (Path(), *paths.OWN_PLACES):
        folder = (root / own).resolve()
        if folder.is_relative_to(whole):
            raise ConfigError("the input contains the project's own files", where=str(place), fix=fix)
        if own != Path() and whole.is_relative_to(folder):
            why = f"Parley, git or DVC would delete or overwrite articles in {own.as_posix()}"
            raise ConfigError("the input is in a folder of the project's own files", where=str(place), why=why, fix=fix)


def _views(root: Path, place: Path) -> Iterator[tuple[str, str]]:
    """Yield project and input as they are named, and where links lead: DVC goes by names, links may lead back here."""
    yield os.path.abspath(root), os.path.abspath(place)
    yield str(root.resolve()), str(place.resolve())


def _covers(ignore_file: Path, inputs: list[str]) -> bool:
    """Whether a `.dvcignore` has the lines in their order, and none that undoes them for an input."""
    if not ignore_file.is_file():
        return False
    lines = [line.strip() for line in ignore_file.read_text(encoding="utf-8", errors="replace").splitlines()]
    rest = iter(lines)
    if not all(line in rest for line in IGNORE_LINES):
        return False
    return not any(line.startswith("!") and line not in IGNORE_LINES and _may_undo(line, inputs) for line in lines)


def _may_undo(exception: str, inputs: list[str]) -> bool:
    """Whether a line `!...` may concern an input: unless it names one path from the root that is elsewhere."""
    if not exception.startswith("!/") or _PATTERN_CHARACTERS & set(exception):
        return True
    path = exception[2:].strip("/")
    return any(f"{path}/".startswith(f"{place}/") or f"{place}/".startswith(f"{path}/") for place in inputs)
