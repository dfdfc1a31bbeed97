"""Find the input files of a folder, in the order of their paths."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from errno import EACCES, ELOOP, ENAMETOOLONG, ENOENT, EPERM
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.core.errors import ParleyError, is_used_up
from pipeline.ingest.raw_document import Reject

# Notes about the data, hidden files, and files of DVC and Python: they lie beside the articles.
IGNORED_NAMES = (".*", "SOURCES.yaml", "README*", "LICENSE*", "dvc.yaml", "*.dvc", "__pycache__", "*.pyc")
# What is neither a file nor a folder: opening it would wait for another program, or never end.
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_RESTORE = "restore the file it points to (`git annex get`, `dvc pull`), or delete the link"


def find_input_files(
    place: Path, include: list[str], exclude: list[str], links_out: bool = False
) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the input files below a folder (or the one file) with their paths relative to it, sorted by these.

    Links to files are followed inside the folder, and out of it if `links_out`. A link to a folder is not followed.
    What is not followed, and what cannot be read, comes as a reject, so that no file is read twice and none from
    elsewhere. Nothing is opened. Bytes of a name that are not UTF-8 are shown as `\\xe9`.

    Raises
    ------
    ParleyError
        When there is no such place.
    """
    if place.is_file():
        yield from _select([(place.name, _check_file(place, None))], include, exclude)
    elif place.is_dir():
        yield from _select(_walk_folder(place, links_out), include, exclude)
    elif place.exists():
        raise ParleyError("the input is neither a file nor a folder", where=str(place),
                          fix="name a file or folder as `input` in configs/ingest.yaml")  # fmt: skip
    else:
        tracked = place.with_name(f"{place.name}.dvc").exists()
        fix = "put articles there, or name another path as `input` in configs/ingest.yaml"
        raise ParleyError("the input path does not exist", where=str(place),
                          fix=f"fetch it with `dvc pull {place.name}.dvc`" if tracked else fix)  # fmt: skip


def find_ignored(place: Path) -> Iterator[str]:
    """Yield the files and folders below a folder that no pattern can select, because of their names, sorted."""
    found = []
    for folder, folders, files in os.walk(place):
        ignored = [name for name in (*folders, *files) if _is_ignored(name)]
        folders[:] = [name for name in folders if not _is_ignored(name)]
        found += [os.path.relpath(os.path.join(folder, name), place) for name in ignored]
    yield from sorted(map(readable_name, found))


def readable_name(name: str) -> str:
    """Return a file name as text: bytes that are not UTF-8 are written as `\\xe9`, so that names stay distinct."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def read_error(error: OSError) -> Reject:
    """Return a file or folder that the operating system does not let us read as a reject."""
    if is_used_up(error):
        raise error
    fix = "make it readable (`chmod u+rX`)" if error.errno in (EACCES, EPERM) else "copy it here again"
    return Reject("bad_file", f"cannot be read: {error.strerror or error}; {fix}, or delete it")


def _is_ignored(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in IGNORED_NAMES)


def _select(
    files: Iterator[tuple[str, Path | Reject]] | list[tuple[str, Path | Reject]], include: list[str], exclude: list[str]
) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the files whose name matches a pattern of `include` and none of `exclude`."""
    for name, file in files:
        included = not include or any(fnmatchcase(name, pattern) for pattern in include)
        if included and not any(fnmatchcase(name, pattern) for pattern in exclude):
            yield name, file


def _walk_folder(root: Path, links_out: bool) -> Iterator[tuple[str, Path | Reject]]:
    """Yield all files below a folder, or what is wrong with one, in the order of their paths."""
    boundary = None if links_out else root.resolve()
    pending: list[tuple[str, os.DirEntry[str]]] = []
    folder, name = str(root), ""
    while True:  # no recursion: folders may be nested a thousand deep
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            yield name or ".", read_error(error)
            entries = []
        prefix = name and name + "/"
        pending += [(prefix + readable_name(entry.name), entry) for entry in entries if not _is_ignored(entry.name)]
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
        if error.errno == ELOOP:
            return Reject("bad_file", "a link that leads back to itself; delete it")
        if error.errno == ENOENT:
            return Reject("bad_file", f"a link to nothing; {_RESTORE}")
        return read_error(error)
    if stat.S_ISDIR(mode):
        return Reject("bad_file", "a link to a folder is not followed; copy the folder here, or name it as `input`")
    if boundary and path.is_symlink() and not path.resolve().is_relative_to(boundary):
        return Reject("bad_file", "a link out of the input folder; copy the file here, or set `links_out: true`")
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "no file")
        return Reject("bad_file", f"{kind}, neither a file nor a folder; delete it, or move it out of the input")
    if not os.access(path, os.R_OK):
        return read_error(PermissionError(EACCES, os.strerror(EACCES)))
    return path
