"""Find the input files of a folder, in the order of their paths."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from errno import ENAMETOOLONG
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.core.errors import ParleyError
from pipeline.ingest.dvc_files import DVC_FOLDER, is_below_dvc_project, nested_project_error
from pipeline.ingest.raw_document import Reject

# Notes about the data, and hidden files: they lie beside the articles. Files of DVC and Python: `.dvcignore` makes DVC
# ignore them, so it would not notice a change.
IGNORED_NAMES = (".*", "SOURCES.yaml", "README*", "LICENSE*", "dvc.yaml", "*.dvc", "__pycache__", "*.pyc")


def find_input_files(
    place: Path, include: list[str], exclude: list[str], links_out: bool = False
) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the input files below a folder (or the one file) with their paths relative to it, sorted by these.

    Links to files are followed inside the folder, and out of it if `links_out`. A link to a folder is not followed.
    What is not followed comes as a reject, so that no file is read twice and none from elsewhere.

    Raises
    ------
    ParleyError
        When there is no such place, or it contains a DVC project inside another, whose changes DVC would not notice.
    """
    if place.is_file():
        yield from _select([(place.name, place)], include, exclude)
    elif place.is_dir():
        yield from _select(_walk_folder(place, links_out), include, exclude)
    else:
        raise ParleyError("the input path does not exist", where=str(place),
                          fix="put articles there, or name another path as `input` in configs/ingest.yaml")  # fmt: skip


def find_ignored(place: Path) -> Iterator[str]:
    """Yield the files and folders below a folder that no pattern can select, because of their names, sorted."""
    found = []
    for folder, folders, files in os.walk(place):
        ignored = [name for name in (*folders, *files) if _is_ignored(name)]
        folders[:] = [name for name in folders if not _is_ignored(name)]
        found += [os.path.relpath(os.path.join(folder, name), place) for name in ignored]
    yield from sorted(os.fsencode(name).decode("utf-8", "replace") for name in found)


def _is_ignored(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in IGNORED_NAMES)


def _select(
    files: Iterator[tuple[str, Path | Reject]] | list[tuple[str, Path]], include: list[str], exclude: list[str]
) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the files whose name matches a pattern of `include` and none of `exclude`."""
    for name, file in files:
        included = not include or any(fnmatchcase(name, pattern) for pattern in include)
        if included and not any(fnmatchcase(name, pattern) for pattern in exclude):
            yield name, file


def _walk_folder(root: Path, links_out: bool) -> Iterator[tuple[str, Path | Reject]]:
    """Yield all files below a folder, or what is wrong with one, in the order of their paths."""
    boundary = None if links_out else root.resolve()
    watched = is_below_dvc_project(root)
    pending: list[tuple[str, os.DirEntry[str]]] = []
    folder, name = str(root), ""
    while True:  # no recursion: folders may be nested a thousand deep
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            yield name, Reject("bad_file", f"the folder cannot be read: {error.strerror}; check permissions")
            entries = []
        if watched and any(entry.name == DVC_FOLDER for entry in entries):
            raise nested_project_error(folder)
        prefix = name and name + "/"
        pending += [(prefix + os.fsencode(entry.name).decode("utf-8", "replace"), entry) for entry in entries
                    if not _is_ignored(entry.name)]  # fmt: skip
        while pending and not pending[-1][1].is_dir(follow_symlinks=False):
            name, entry = pending.pop()
            yield name, _check_file(Path(entry.path), boundary)
        if not pending:
            return
        name, entry = pending.pop()
        folder = entry.path


def _check_file(path: Path, boundary: Path | None) -> Path | Reject:
    """Return a path if it is a file that may be read, else a reject; links must stay within `boundary`."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            return Reject("bad_file", "the path is too long to be opened; move the file up")
        return Reject("bad_file", "a link to nothing; restore the file it points to, or delete the link")
    if stat.S_ISDIR(mode):
        return Reject("bad_file", "a link to a folder is not followed; copy the folder here, or name it as `input`")
    if boundary and path.is_symlink() and not path.resolve().is_relative_to(boundary):
        return Reject("bad_file", "a link out of the input folder; copy the file here, or set `links_out: true`")
    return path if stat.S_ISREG(mode) else Reject("bad_file", "neither a file nor a folder; delete it")
