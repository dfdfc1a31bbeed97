"""Which files of a folder are input, in the order of their paths."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.errors import ParleyError
from pipeline.ingest.document import Reject

# Notes about the data, pointers and hidden files lie beside the articles and are not among them.
NOT_INPUT = (".*", "SOURCES.yaml", "README*", "LICENSE*", "*.dvc")


def find(given: Path, include: list[str], exclude: list[str]) -> Iterator[tuple[str, Path | Reject]]:
    """Input files below a folder (or the one file), each with its path relative to the folder, sorted by it.

    Links to files are followed; a link to a folder is not and comes as a reject, so that no file is read twice and
    none from outside.

    Raises
    ------
    ParleyError
        When there is no such path.
    """
    if given.is_file():
        yield from _selected([(given.name, given)], include, exclude)
    elif given.is_dir():
        yield from _selected(_walk(given, ""), include, exclude)
    else:
        raise ParleyError("the input path does not exist", where=str(given),
                          fix="put articles there, or name another path as `input` in configs/ingest.yaml")  # fmt: skip


def _selected(
    found: Iterator[tuple[str, Path | Reject]] | list[tuple[str, Path]], include: list[str], exclude: list[str]
) -> Iterator[tuple[str, Path | Reject]]:
    for name, item in found:
        wanted = not include or any(fnmatchcase(name, pattern) for pattern in include)
        if wanted and not any(fnmatchcase(name, pattern) for pattern in exclude):
            yield name, item


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, Path | Reject]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield prefix.rstrip("/"), Reject("bad_file", f"the folder cannot be read: {error.strerror}; check permissions")
        return
    for entry in entries:
        if any(fnmatchcase(entry.name, pattern) for pattern in NOT_INPUT):
            continue
        name = prefix + os.fsencode(entry.name).decode("utf-8", "replace")
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), name + "/")
        else:
            yield name, _file(Path(entry.path))


def _file(path: Path) -> Path | Reject:
    try:
        mode = path.stat().st_mode
    except OSError:
        return Reject("bad_file", "a link to nothing; restore the file it points to, or delete the link")
    if stat.S_ISDIR(mode):
        return Reject("bad_file", "a link to a folder is not followed; copy the folder here, or name it as `input`")
    return path if stat.S_ISREG(mode) else Reject("bad_file", "neither a file nor a folder; delete it")
