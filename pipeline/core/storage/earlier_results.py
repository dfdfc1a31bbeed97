"""Keep the results of a stage, or take them from the checkout whose code runs, if they are made from the same files.

Each stage that takes long writes a record of what its results were made from. They stay as they are if the record would
be the same again, and if they are what it says: where one target changes, the others are not trained again. The
classifiers of a new project are trained and measured on the annotations that it was given, with the same settings
and code: `make repro` in the checkout has done so already, and the bytes are the same. A project takes them from there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.core import code_hash, paths
from pipeline.core.config import ROOT, read_yaml
from pipeline.core.errors import ParleyError
from pipeline.core.storage import tables
from pipeline.core.storage.temporary_files import remove

_TARGETS = paths.CONFIGS / "targets.yaml"
# What a record or a result that is missing or damaged raises.
_DAMAGED = (OSError, ParleyError, KeyError, TypeError, ValueError, AttributeError)


class _Stage(NamedTuple):
    """What a stage reads (patterns) and writes; `{}` is the target that it runs for."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]


_TRAINING = (
    "configs/languages/*_stance.yaml",
    "configs/stance.yaml",
    _TARGETS.as_posix(),
    "data/annotations/stance.jsonl",
)
_MODEL_FILES = ("skops", "skops.sha256", "oof.parquet", "training.npz")
STAGES = {
    "train": _Stage(_TRAINING, tuple(f"data/models/{{}}.{ending}" for ending in _MODEL_FILES)),
    "behaviours": _Stage(
        (_TARGETS.as_posix(), "data/annotations/behaviours.jsonl", "data/models/*"), ("data/interim/behaviours",)
    ),
}


def take(root: Path, stage: str, member: list[str], module: str) -> dict[str, int] | None:
    """Copy the results of a stage from the checkout, and return its counts; None where it has to run.

    Parameters
    ----------
    root : path
        The project.
    stage, member : str and list of str
        Name of the stage, and the target that it runs for.
    module : str
        The module of the stage.
    """
    if stage not in STAGES or root.resolve() == ROOT.resolve():
        return None
    try:
        found = _same_record(ROOT, root, stage, member, module)
        if found is None:
            return None
        for place in _results(stage, member):
            _copy(place, found["results"][place], root)
        _write_record(root, stage, member, found)
        return _counts(found)
    except _DAMAGED:
        return None  # whatever is wrong with the checkout, the stage can run


def keep(root: Path, stage: str, member: list[str], module: str) -> dict[str, int] | None:
    """Return the counts of a stage whose results are there already; None where it has to run. See `take`."""
    if stage not in STAGES:
        return None
    try:
        found = _same_record(root, root, stage, member, module)
        if found is None or any(_digest(root / place) != found["results"][place] for place in _results(stage, member)):
            return None
        return _counts(found)
    except _DAMAGED:
        return None


def forget_others(root: Path, stage: str, members: list[list[str]]) -> None:
    """Delete the results, and their records, of targets that the config no longer has."""
    if stage not in STAGES:
        return
    own = {_record_path(root, stage, member) for member in members}
    for record in sorted((root / paths.ORIGINS / stage).glob("*.json")):
        if record not in own:
            for place in _results(stage, [record.stem]):
                remove(root / place)
            remove(record)


def record(root: Path, stage: str, member: list[str], module: str, counts: dict[str, int]) -> None:
    """Write what the results of a stage were made from, for other projects."""
    if stage in STAGES:
        results = {place: _digest(root / place) for place in _results(stage, member)}
        origin = _origin(root, stage, member, module)
        _write_record(root, stage, member, {**origin, "results": results, "counts": counts})


def _same_record(place: Path, root: Path, stage: str, member: list[str], module: str) -> dict[str, Any] | None:
    """Return the record in a place if it names the files that the project has; None if it names others."""
    found: dict[str, Any] = tables.read_json(_record_path(place, stage, member))
    same = all(found[name] == value for name, value in _origin(root, stage, member, module).items())
    return found if same else None


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {str(what): int(number) for what, number in found["counts"].items()}


def _origin(root: Path, stage: str, member: list[str], module: str) -> dict[str, Any]:
    """Return what decides about the results: code, versions of libraries, and the content of the files read."""
    files = sorted(path for pattern in STAGES[stage].reads for path in root.glob(pattern))
    return {
        "code": code_hash.digest(module),
        "packages": code_hash.library_versions(),
        "files": {path.relative_to(root).as_posix(): _digest_read(path, root, member) for path in files},
    }


def _digest_read(path: Path, root: Path, member: list[str]) -> str:
    """Return the digest of a file that a stage reads: of the targets, of what concerns the one that it runs for.

    Another target does not concern it.
    """
    if not member or path.relative_to(root) != _TARGETS:
        return _digest(path)
    settings = read_yaml(path)
    (target,) = member
    own = {**settings, "targets": {target: settings["targets"].get(target)}}
    return hashlib.sha256(json.dumps(own, sort_keys=True, default=str).encode()).hexdigest()


def _results(stage: str, member: list[str]) -> list[str]:
    return [place.format(*member) for place in STAGES[stage].writes]


def _record_path(root: Path, stage: str, member: list[str]) -> Path:
    return root / paths.ORIGINS / stage / f"{''.join(member) or 'all'}.json"


def _write_record(root: Path, stage: str, member: list[str], content: dict[str, Any]) -> None:
    tables.write_text(_record_path(root, stage, member), json.dumps(content, indent=1) + "\n")


def _copy(place: str, digest: str, root: Path) -> None:
    """Copy a file or folder of the checkout; raise ValueError, and leave the old one, if it has another digest."""
    with tables.atomic_path(root / place) as fresh:
        if (ROOT / place).is_dir():
            shutil.copytree(ROOT / place, fresh)
        else:
            shutil.copyfile(ROOT / place, fresh)
        if _digest(fresh) != digest:
            raise ValueError(place)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and contents of a folder's files."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    names = sorted(_files(path))
    return hashlib.sha256("".join(f"{name}\n{_digest(path / name)}\n" for name in names).encode()).hexdigest()


def _files(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()
