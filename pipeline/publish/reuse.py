"""A config that is made from the same as last time: its files are taken from the published folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from datasets import Features

from pipeline.core import paths
from pipeline.core.storage import incremental
from pipeline.publish.croissant import file_hash
from pipeline.publish.parquet_shards import Config, Split


def written(root: Path, folder: Path, features: Features, made_from: str, make: Callable[[], Config]) -> Config:
    """What `make` writes to `folder`, or the same copied.

    Parameters
    ----------
    root : path
        The project's folder.
    folder : path
        Where the config goes; named as it is.
    features : Features
        Its columns.
    made_from : str
        Key of all that it is made from.
    make : callable
        Writes it. Called where the key is another, or the published files are not those that were written then.
    """
    fresh: list[Config] = []

    def describe() -> dict[str, Any]:
        fresh.append(make())
        splits = {name: [split.rows, split.size] for name, split in fresh[0].splits.items()}
        files = {path.name: file_hash(path) for path in sorted(folder.glob("*"))}
        return {"splits": splits, "digest": fresh[0].digest, "files": files}

    told = incremental.cached_json(root / paths.PUBLISHING / f"{folder.name}.json", made_from, describe)
    if fresh:
        return fresh[0]
    if not _copied(root / paths.PUBLISHED / folder.name, folder, told["files"]):
        return make()
    splits = {name: Split(*numbers) for name, numbers in told["splits"].items()}
    return Config(folder.name, features, splits, told["digest"])


def _copied(old: Path, folder: Path, files: Mapping[str, str]) -> bool:
    """Copy files if all are there and whole."""
    if not all((old / name).is_file() and file_hash(old / name) == digest for name, digest in files.items()):
        return False
    for name in files:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(old / name, folder / name)
    return True
