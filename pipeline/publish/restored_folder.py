"""Which folder `parley restore` may write: a new one, or one that it wrote and to which nobody has added a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.publish import dataset_card

# Marks a card whose folder contains texts that may not be passed on.
TAG = "restored-texts"
_FIX = "name a new folder"
# The version in the citation of a card.
_VERSION = re.compile(r"^ *version = \{(.+)\},$", re.MULTILINE)


def default_folder(published: Path) -> Path:
    """Return the folder that a published folder is restored to unless the user names one."""
    return published.parent / "restored"


def describe_restored(out: Path) -> str:
    """Return name and version of the dataset that `parley restore` wrote to a folder; an empty text for none."""
    try:
        metadata, text = dataset_card.read_card(out)
    except DataError:  # nothing is there, or what `check_out_folder` refuses
        return ""
    version = _VERSION.search(text)
    return f"{metadata.get('pretty_name') or 'a dataset'}, " + (f"version {version[1]}" if version else "no version")


def check_out_folder(out: Path, used: Iterable[Path]) -> None:
    """Check that nothing is lost if a folder is replaced.

    Parameters
    ----------
    out : path
        The folder to be written.
    used : iterable of path
        Places that may not be in it: the project, its input, the published folder, the user's articles.

    Raises
    ------
    DataError
        When one of these places is `out` or below it, or `out` exists and contains anything that `parley restore` did
        not write.
    """
    whole = out.resolve()
    for place in used:
        if place.resolve().is_relative_to(whole):
            itself = place.resolve() == whole
            why = "it is in use itself" if itself else f"it contains {place}"
            raise DataError("this folder is not replaced", where=str(out), why=why, fix=_FIX)
    if not os.path.lexists(out):
        return
    if out.is_symlink() or not out.is_dir():
        raise DataError("this is not replaced", where=str(out), why="it is a link or a file", fix=_FIX)
    if any(out.iterdir()) and (foreign := _find_foreign(out)):
        raise DataError("this folder is not replaced", where=str(out), why=foreign, fix=_FIX)


def _find_foreign(folder: Path) -> str:
    """Say what in a folder is not by `parley restore`; an empty text if nothing is."""
    try:
        metadata, _ = dataset_card.read_card(folder)
    except DataError:
        metadata = {}
    if TAG not in (metadata.get("tags") or ()):
        return "it has no card of `parley restore`"
    own = _own_names(metadata)
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not own.fullmatch(name):
            return f"`parley restore` did not write {name}"
    return ""


def _own_names(metadata: dict[str, Any]) -> re.Pattern[str]:
    """Return the pattern of the paths in a folder with this card; names in it are identifiers."""
    shards = [
        rf"{config['config_name']}(/{split}-\d+\.parquet)?"
        for config in metadata["configs"]
        for split in dataset_card.list_splits(config)
    ]
    return re.compile("|".join([re.escape(dataset_card.FILE), re.escape(dataset_card.FIGURE), *shards]))
