"""Find the input files of a folder in the order of their paths, and list them: the stage `inputs`.

DVC hashes what a stage depends on before the stage runs: it would wait for ever at a pipe or a device, and stop at a
link to nothing. So `ingest` depends on a list of the input, with hashes of the contents of its files, or what keeps one
from being read. This stage runs in every `dvc repro`; where the list comes out the same, nothing else runs.

DVC looks for files of its own everywhere below the project, before any stage runs, and a `dvc.yaml` among the articles
would run its commands. `check_input_place` checks that `.dvcignore` keeps it from those that are not the project's.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from errno import EACCES, EINVAL, ELOOP, ENAMETOOLONG, ENOENT, EPERM
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import ConfigError, DataError, ParleyError, is_used_up
from pipeline.core.parallel.executor import with_progress
from pipeline.core.storage.atomic_files import write_text
from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import Reject

# In this order, because a later line of `.dvcignore` overrides an earlier one. The last keeps DVC from a `.dvcignore`
# below, which could undo the others.
IGNORE_LINES = ("dvc.yaml", "!/dvc.yaml", "*.dvc", "!/*.dvc", "!/data/*.dvc", ".dvcignore")


def check_configs(root: Path) -> None:
    """Raise a ConfigError for a config that a stage of `dvc.yaml` depends on and that is missing: DVC says less."""
    stages = "".join(file.read_text("utf-8") for file in root.glob("dvc.yaml") if (root / ".dvc").exists())
    for path in re.findall(r"configs/[\w./]+", stages):
        if not (root / path).exists():
            raise ConfigError("this config is missing", where=str(root / path), fix="take it from git or a new project")


def check_input_place(root: Path, place: Path) -> None:
    """Check that DVC ignores its own files in the input of a project; nothing where DVC does not manage it.

    A ConfigError is raised where the input contains the project, or contains or is in one of its own folders; or where
    it is in the project and `.dvcignore` does not end with these lines: the message has them.
    """
    if not (root / ".dvc").exists():
        return
    check_apart(root, place)
    # As they are named, and where links lead: DVC goes by names, links may lead back here.
    views = (
        os.path.relpath(os.path.abspath(place), os.path.abspath(root)),
        os.path.relpath(place.resolve(), root.resolve()),
    )
    ignore_file = root / ".dvcignore"
    text = ignore_file.read_text(encoding="utf-8", errors="replace") if ignore_file.is_file() else ""
    lines = list(filter(None, map(str.strip, text.splitlines())))
    # Later lines override earlier ones.
    if any(path.split(os.sep)[0] != os.pardir for path in views) and tuple(lines[-len(IGNORE_LINES) :]) != IGNORE_LINES:
        raise ConfigError(
            "DVC would act on files of its own among the articles", where=str(ignore_file),
            why="a `dvc.yaml` there runs its commands",
            fix="end the file with\n" + "\n".join(IGNORE_LINES),
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


# Notes about the data, hidden files, and files of DVC and Python: they lie beside the articles.
IGNORED_NAMES = (".*", "SOURCES.yaml", "README*", "LICENSE*", "dvc.yaml", "*.dvc", "__pycache__", "*.pyc")
# What is neither a file nor a folder: opening it would wait for another program, or never end.
_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
_NO_FILE = {
    ENAMETOOLONG: "the path is too long to be opened; move the file up",
    ELOOP: "a link that leads back to itself; delete it",
    ENOENT: "a link to nothing; restore the file it points to (`git annex get`, `dvc pull`), or delete the link",
}


def find_input_files(
    place: Path, include: list[str], exclude: list[str], links_out: bool = False
) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the input files below a folder (or the one file) with their paths relative to it, sorted by these.

    Links to files are followed inside the folder, and out of it if `links_out`. A link to a folder is not followed.
    What is not followed, and what cannot be read, comes as a reject, so that no file is read twice and none from
    elsewhere. Nothing is opened. Bytes of a name that are not UTF-8 are shown as `\\xe9`. Without such a place a
    ParleyError is raised.
    """
    if place.is_file():
        files = iter([(place.name, _check_file(place, None))])
    elif place.is_dir():
        files = _walk_folder(place, links_out)
    elif place.exists():
        raise ParleyError("the input is neither a file nor a folder", where=str(place),
                          fix="name a file or folder as `input` in configs/ingest.yaml")  # fmt: skip
    else:
        tracked = place.with_name(f"{place.name}.dvc").exists()
        fix = "put articles there, or name another path as `input` in configs/ingest.yaml"
        raise ParleyError("the input path does not exist", where=str(place),
                          fix=f"fetch it with `dvc pull {place.name}.dvc`" if tracked else fix)  # fmt: skip
    for name, file in files:
        included = not include or any(fnmatchcase(name, pattern) for pattern in include)
        if included and not any(fnmatchcase(name, pattern) for pattern in exclude):
            yield name, file


def find_ignored(place: Path) -> list[str]:
    """Return the files and folders below a folder that no pattern can select, because of their names, sorted."""
    found = []
    for folder, folders, files in os.walk(place):
        found += [os.path.relpath(f"{folder}/{name}", place) for name in (*folders, *files) if _is_ignored(name)]
        folders[:] = [name for name in folders if not _is_ignored(name)]
    return sorted(map(readable_name, found))


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


def _walk_folder(root: Path, links_out: bool) -> Iterator[tuple[str, Path | Reject]]:
    """Yield all files below a folder, or what is wrong with one, in the order of their paths."""
    boundary, pending = None if links_out else root.resolve(), [("", str(root), True)]
    while pending:  # no recursion: folders may be nested a thousand deep
        name, path, is_folder = pending.pop()
        if not is_folder:
            yield name, _check_file(Path(path), boundary)
            continue
        try:
            for entry in sorted(os.scandir(path), key=lambda entry: entry.name, reverse=True):
                if not _is_ignored(entry.name):
                    inner = f"{name}/{readable_name(entry.name)}" if name else readable_name(entry.name)
                    pending.append((inner, entry.path, entry.is_dir(follow_symlinks=False)))
        except OSError as error:
            yield name or ".", read_error(error)


def _check_file(path: Path, boundary: Path | None) -> Path | Reject:
    """Return a path if it is a file that may be read, else a reject; links must stay within `boundary`."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        detail = _NO_FILE.get(error.errno or 0)
        return Reject("bad_file", detail) if detail else read_error(error)
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


def hash_file(path: Path) -> tuple[int, str]:
    """Return the number of bytes of a file and their SHA-256 as hex digits.

    An OSError says that it cannot be read, or is no file: a pipe put in its place is not waited for.
    """
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(EINVAL, "not a file", str(path))
        hasher, left = hashlib.sha256(), status.st_size
        # Not beyond the size, because a file that another program writes to could grow for ever.
        while left > 0 and (chunk := file.read(min(left, _CHUNK_BYTES))):
            hasher.update(chunk)
            left -= len(chunk)
    return status.st_size - left, hasher.hexdigest()


_CHUNK_BYTES = 1 << 20
Entry = dict[str, Any]


def run(root: Path) -> dict[str, int]:
    """Write `data/interim/inputs.jsonl`, a line for each file, sorted by path.

    A line has `path`, `bytes` and `sha256` (with `file_dates` also `changed`, a day); or `path`, `reason` and `detail`
    of a reject. A ParleyError is raised where the input is missing, or DVC would act on files in it.
    """
    config = load_config(IngestConfig, root / paths.CONFIGS / "ingest.yaml")
    place = root / config.input
    check_configs(root)
    check_input_place(root, place)
    found = find_input_files(place, config.include, config.exclude, config.links_out)
    days, lines, unreadable = find_days(place, config), [], 0
    for name, file in with_progress(found, "listing files"):
        entry: Entry = {}
        if isinstance(file, Path):
            try:
                size, digest = hash_file(file)
                # The name as the system has it, by which it is opened; JSON writes bytes that are not UTF-8 as
                # surrogates.
                exact = file.name if file == place else str(file)[len(str(place)) :].lstrip("/")
                entry = {"path": exact, "bytes": size, "sha256": digest}
            except OSError as error:
                file = read_error(error)
        if isinstance(file, Reject):
            entry, unreadable = {"path": name, "reason": file.reason, "detail": file.detail}, unreadable + 1
        lines.append(json.dumps(entry | ({"changed": days[name]} if name in days else {})) + "\n")
    path, text = root / paths.INPUTS, "".join(lines)
    if not path.is_file() or path.read_bytes() != text.encode("ascii"):  # DVC hashes a new file again
        write_text(path, text)
    return {"files": len(lines) - unreadable, "unreadable": unreadable}


def find_days(place: Path, config: IngestConfig) -> dict[str, str]:
    """Return the day (UTC) on which each input file was last changed, if it can be; none unless `file_dates` is set."""
    if not config.file_dates:
        return {}
    files = find_input_files(place, config.include, config.exclude, config.links_out)
    changed = {name: s for name, file in files if isinstance(file, Path) and 0 < (s := file.stat().st_mtime) < 2**32}
    return {name: datetime.fromtimestamp(seconds, UTC).date().isoformat() for name, seconds in changed.items()}


def listed_days(root: Path) -> dict[str, str]:
    """Return the days of the list, as `find_days` found them."""
    return {readable_name(e["path"]): e["changed"] for e in _read(root / paths.INPUTS) if "changed" in e}


def listed_files(root: Path, place: Path) -> Iterator[tuple[str, Path | Reject]]:
    """Yield the files of the list with their paths as text, in order; what could not be read as a reject.

    Contents are compared with the list before a file is yielded, and when the next one is asked for: by then it has
    been read. A ParleyError is raised where there is no list, or a file is no longer what the list says.
    """
    is_one_file = place.is_file()
    for entry in with_progress(list(_read(root / paths.INPUTS)), "reading files"):
        name = readable_name(entry["path"])
        if "reason" in entry:
            yield name, Reject(entry["reason"], entry["detail"])
            continue
        path = place if is_one_file else place / entry["path"]
        _check_unchanged(path, entry)
        yield name, path
        _check_unchanged(path, entry)


def _read(path: Path) -> Iterator[Entry]:
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            yield json.loads(line)
    except FileNotFoundError:
        raise DataError("the input has not been listed", where=str(path), fix="run `dvc repro`") from None
    except ValueError as error:
        raise DataError("the file is damaged", where=str(path), why=str(error), fix=paths.REBUILD) from None


def _check_unchanged(path: Path, entry: Entry) -> None:
    try:
        why = "" if hash_file(path) == (entry["bytes"], entry["sha256"]) else "its content is another"
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        raise ParleyError(
            "an input file has changed since it was listed", where=str(path), why=why,
            fix="run `dvc repro` again; a file that a program keeps writing to belongs under `exclude`",
        )  # fmt: skip
