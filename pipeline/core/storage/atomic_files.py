"""Files and folders that replace older ones in one step, once they are complete, and which ones a command replaces."""

import errno
import os
import re
import shutil
import sqlite3
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.errors import DataError, ParleyError, from_os_error

# What the system refuses, such as space; any other error of SQLite means that the file is damaged.
SYSTEM_ERRORS = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM,
}  # fmt: skip
# The project's own name is part of each, so that no file of somebody else is taken for one.
_NAME = re.compile(r"\.(?P<target>.+)\.parley-(?P<process>\d+)\.(?P<kind>tmp|old)\Z")


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `target` on success; if the system refuses, that is a ParleyError."""
    fresh = temporary_path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove(fresh)
        yield fresh
        if not target.is_dir():
            os.replace(fresh, target)
            return
        # A folder cannot be moved over another. If the process dies between the two steps, `clean_up` restores the
        # old folder. That is why it is renamed before it is deleted: otherwise half of it could be restored.
        os.replace(target, old := fresh.with_suffix(".old"))
        try:
            os.replace(fresh, target)
        except OSError:
            os.replace(old, target)
            raise
        os.replace(old, fresh)
    except OSError as error:
        concerns_target = fresh.name in str(error.filename or fresh.name)
        raise from_os_error(error, str(target) if concerns_target else "") from error
    finally:
        with suppress(OSError):  # a read-only disk refuses this too, and has been reported already
            remove(fresh)


def write_text(path: Path | str, text: str) -> None:
    """Write a text file atomically, in UTF-8 with newline line ends."""
    with atomic_path(Path(path)) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def temporary_path(target: Path) -> Path:
    """Return the path at which this process writes a file or folder that will replace `target`."""
    return target.with_name(f".{target.name}.parley-{os.getpid()}.tmp")


def remove(path: Path) -> None:
    """Delete a file or folder if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def clean_up(root: Path) -> None:
    """Delete unfinished files of processes that have ended, and restore what one of them had moved aside.

    Only where stages write: data/raw may contain very many files.
    """
    hidden = [*(root / paths.PUBLISHED.parent).glob(".*")]
    for folder in (paths.ANNOTATIONS, paths.INTERIM, paths.MODELS, paths.REPORTS):
        hidden += (root / folder).rglob(".*")
    for path in sorted(hidden):
        if (match := _NAME.match(path.name)) and not _is_running(int(match["process"])):
            target = path.with_name(match["target"])
            if match["kind"] == "old" and not target.exists():
                os.replace(path, target)
            else:
                remove(path)


def _is_running(process: int) -> bool:
    """Whether a process with this id is running; one with our own id has ended, since we have written nothing yet."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it belongs to another user
        return True
    return process != os.getpid()


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite about a file into those that a user can act on."""
    where = str(path)
    try:
        yield
    except sqlite3.Error as error:
        number = sqlite_number(error)
        if number == sqlite3.SQLITE_BUSY:
            raise ParleyError("another run uses this file", where=where, fix="wait until it has ended") from None
        if number == sqlite3.SQLITE_NOMEM:
            raise MemoryError from error
        if number in SYSTEM_ERRORS:
            raise from_os_error(_refusal(path), where) from error
        fix = "delete it and run `dvc repro`: its results are computed again"
        raise DataError("the file is damaged", where=where, why=str(error), fix=fix) from None


def sqlite_number(error: Exception) -> int:
    """Return SQLite's number of an error, of which the higher bits tell details."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _refusal(path: Path) -> OSError:
    """Return why the system refuses to write, which SQLite does not say: write as much to another file."""
    try:
        with TemporaryFile(dir=path.parent) as file:
            file.seek(path.stat().st_size if path.exists() else 0)
            file.write(bytes(1 << 16))
    except OSError as error:
        return error
    return OSError(errno.EIO, os.strerror(errno.EIO))


def check_output(root: Path, path: Path, read: Iterable[Path] = (), begins: Sequence[str] | None = None) -> None:
    """Check that a file can be written without a loss.

    `read` are files and folders that the command reads, `begins` how the files begin that it writes; None leaves it to
    the caller what is replaced. A path among the articles or the project's own files, and a file of another kind, is a
    ParleyError.
    """
    whole = path.resolve()
    taken: dict[str | Path, str] = dict.fromkeys(paths.OWN_PLACES, "the project's own files")
    taken |= {paths.ANNOTATIONS: "annotations", paths.CONFIGS: "configs"}
    with suppress(ParleyError):  # no project, or a config that other commands complain about
        articles = read_yaml(root / paths.CONFIGS / "ingest.yaml").get("input")
        taken |= {articles: "articles"} if isinstance(articles, str) else {}
    for folder, files in taken.items():
        if whole.is_relative_to((root / folder).resolve()):
            raise ParleyError(f"this is a place for {files}", where=str(path), fix="name another place")
    why, fix = "it is not a file that this command writes", "name another file, or delete it first"
    if is_read := path.exists() and any(whole.is_relative_to(place.resolve()) for place in read):
        why, fix = "it is among the files that are read", "name another file"
    if is_read or not _is_replaceable(path, begins):
        raise ParleyError("this file is not replaced", where=str(path), why=why, fix=fix)


def _is_replaceable(path: Path, begins: Sequence[str] | None) -> bool:
    """Whether a file is missing or empty, or begins as one that the command writes; a pipe or device would be gone."""
    if begins is None or not path.is_file():
        return path.is_file() or not path.exists()
    try:
        with path.open("rb") as file:
            start = file.read(len(BOM_UTF8) + max(len(text.encode("utf-8")) for text in begins))
    except OSError as error:
        raise from_os_error(error, str(path)) from None
    start = start.removeprefix(BOM_UTF8)  # spreadsheets write it
    return not start or any(start.startswith(text.encode("utf-8")) for text in begins)
