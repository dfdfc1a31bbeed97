"""Which files of a folder are input, in the order of their paths."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from errno import ENAMETOOLONG
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.core.errors import ParleyError
from pipeline.ingest.raw_document import Reject

# Notes about the data, pointers and hidden files lie beside the articles and are not among them.
IGNORED_NAMES = (".*", "SOURCES.yaml", "README*", "LICENSE*", "*.dvc")


def find_input_files(
    given: Path, include: list[str], exclude: list[str], links_out: bool = False
) -> Iterator[tuple[str, Path | Reject]]:
    """Input files below a folder (or the one file), each with its path relative to the folder, sorted by it.

    Links to files are followed inside the folder, and out of it where `links_out` allows. A link to a folder is not
    followed. What is not followed comes as a reject, so that no file is read twice and none from elsewhere.

    Raises
    ------
    ParleyError
        When there is no such path.
    """
    if given.is_file():
        yield from _select([(given.name, given)], include, exclude)
    elif given.is_dir():
        yield from _select(_walk_folder(given, links_out), include, exclude)
    else:
        raise ParleyError("the input path does not exist", where=str(given),
                          fix="put articles there, or name another path as `input` in configs/ingest.yaml")  # fmt: skip


def _select(
    found: Iterator[tuple[str, Path | Reject]] | list[tuple[str, Path]], include: list[str], exclude: list[str]
) -> Iterator[tuple[str, Path | Reject]]:
    for name, item in found:
        wanted = not include or any(fnmatchcase(name, pattern) for pattern in include)
        if wanted and not any(fnmatchcase(name, pattern) for pattern in exclude):
            yield name, item


def _walk_folder(root: Path, links_out: bool) -> Iterator[tuple[str, Path | Reject]]:
    inside = None if links_out else root.resolve()
    waiting: list[tuple[str, os.DirEntry[str]]] = []
    folder, name = str(root), ""
    while True:  # no recursion: folders may be thousands deep
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            yield name, Reject("bad_file", f"the folder cannot be read: {error.strerror}; check permissions")
            entries = []
        prefix = name and name + "/"
        waiting += [(prefix + os.fsencode(entry.name).decode("utf-8", "replace"), entry) for entry in entries
                    if not any(fnmatchcase(entry.name, pattern) for pattern in IGNORED_NAMES)]  # fmt: skip
        while waiting and not waiting[-1][1].is_dir(follow_symlinks=False):
            name, entry = waiting.pop()
            yield name, _check_file(Path(entry.path), inside)
        if not waiting:
            return
        name, entry = waiting.pop()
        folder = entry.path


def _check_file(path: Path, inside: Path | None) -> Path | Reject:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            return Reject("bad_file", "the path is too long to be opened; move the file up")
        return Reject("bad_file", "a link to nothing; restore the file it points to, or delete the link")
    if stat.S_ISDIR(mode):
        return Reject("bad_file", "a link to a folder is not followed; copy the folder here, or name it as `input`")
    if inside and path.is_symlink() and not path.resolve().is_relative_to(inside):
        return Reject("bad_file", "a link out of the input folder; copy the file here, or set `links_out: true`")
    return path if stat.S_ISREG(mode) else Reject("bad_file", "neither a file nor a folder; delete it")
