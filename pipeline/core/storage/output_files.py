"""Check where a command may write the file that a user names: it replaces nothing but files like its own."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from pipeline.core import paths
from pipeline.core.config import read_yaml
from pipeline.core.errors import ParleyError, from_os_error


def check_output(root: Path, path: Path, read: Iterable[Path] = (), begins: Sequence[str] | None = None) -> None:
    """Check that a file can be written without a loss.

    `read` are files and folders that the command reads, `begins` how the files begin that it writes; None leaves it to
    the caller what is replaced. A path among the articles or the project's own files, and a file of another kind, is a
    ParleyError.
    """
    whole = path.resolve()
    taken = [(root / paths.ANNOTATIONS, "annotations"), (root / paths.CONFIGS, "configs")]
    taken += [(root / place, "the project's own files") for place in paths.OWN_PLACES]
    with suppress(ParleyError):  # no project, or a config that other commands complain about
        articles = read_yaml(root / paths.CONFIGS / "ingest.yaml").get("input")
        taken += [(root / articles, "articles")] if isinstance(articles, str) else []
    for folder, files in taken:
        if whole.is_relative_to(folder.resolve()):
            raise ParleyError(f"this is a place for {files}", where=str(path), fix="name another place")
    why = fix = ""
    if path.exists() and any(whole.is_relative_to(place.resolve()) for place in read):
        why, fix = "it is among the files that are read", "name another file"
    elif begins is not None and not _is_replaceable(path, begins):
        why, fix = "it is not a file that this command writes", "name another file, or delete it first"
    if why:
        raise ParleyError("this file is not replaced", where=str(path), why=why, fix=fix)


def _is_replaceable(path: Path, begins: Sequence[str]) -> bool:
    """Whether a file is missing or empty, or begins as one that the command writes; a pipe or device is."""
    if not path.is_file():
        return True
    try:
        with path.open("rb") as file:
            start = file.read(len(BOM_UTF8) + max(len(text.encode("utf-8")) for text in begins))
    except OSError as error:
        raise from_os_error(error, str(path)) from None
    start = start.removeprefix(BOM_UTF8)  # spreadsheets write it
    return not start or any(start.startswith(text.encode("utf-8")) for text in begins)
