"""Check that the files of a published folder are those that its card describes."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.core.errors import DataError
from pipeline.core.storage.tables import iterate_rows, open_parquet
from pipeline.core.text import shortened
from pipeline.publish import dataset_card
from pipeline.publish.parquet_shards import SPLIT, ContentDigest, list_shards

FIX = "run `dvc repro` and take data/published as it is"


def most_memory() -> int:
    """Return half of the bytes of this machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


@contextmanager
def bounded_memory(folder: Path) -> Iterator[None]:
    """Let this process take half of the memory while it reads a folder: a file of a kilobyte can ask for all of it.

    Raises
    ------
    DataError
        When the block needs more, where the system can limit it (Linux).
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limits = [limit for limit in (soft, most_memory()) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    except MemoryError:
        fix = "download it again from a place that you trust; if it is really so large, use a machine with more memory"
        what = f"reading this takes more than {min(limits) >> 20} MB of memory"
        raise DataError(what, where=str(folder), fix=fix) from None
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def check_folder(folder: Path) -> list[Path]:
    """Check a published folder against its card, and return its files, sorted.

    No link is followed: a downloaded folder could have the texts of other places published.

    Raises
    ------
    DataError
        When there is no card, a config lacks its files, has them elsewhere or has other rows than the card says, the
        content is not that of the card's digest, the card does not mention a Parquet file, or the folder contains a
        link.
    """
    refuse_links(folder)
    metadata, _ = dataset_card.read_card(folder)
    infos = {info["config_name"]: info for info in metadata.get("dataset_info", [])}
    known: set[Path] = set()
    for config in metadata["configs"]:
        known.update(_check_config(folder, config, infos.get(config["config_name"], {})))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if unknown := [path for path in files if path.suffix == ".parquet" and path not in known]:
        raise DataError("a file of no config", where=str(unknown[0]), why="the card does not name it", fix=FIX)
    return files


def refuse_links(folder: Path) -> None:
    """Raise DataError if a folder contains anything but files and folders of its own."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            fix = "replace it by the file itself, or download the dataset again, to a folder of its own (`local_dir`)"
            raise DataError("neither a file nor a folder", where=str(path), why="links are not followed", fix=fix)


def _count_rows(path: Path) -> int:
    with open_parquet(path) as file:
        return file.metadata.num_rows


def _check_config(folder: Path, config: dict[str, Any], info: dict[str, Any]) -> list[Path]:
    """Compare rows and content of a config with the card, and return its files."""
    name, where = config["config_name"], f"{folder}, config {config['config_name']}"
    places = [(entry["split"], entry["path"]) for entry in config["data_files"]]
    if places != [(SPLIT, f"{name}/{SPLIT}-*.parquet")]:
        raise DataError("it is read from elsewhere", where=where, why=shortened(places), fix=FIX)
    files = list_shards(folder / name)
    if not files:
        raise DataError("it has no files", where=where, fix=FIX)
    told = [split["num_examples"] for split in info.get("splits", [])]
    if [number := sum(map(_count_rows, files))] != told:
        raise DataError(f"it has {number} rows", where=where, why=f"the card says {told}", fix=FIX)
    digest = ContentDigest(info.get("features"))
    for path in files:
        for row in iterate_rows(path):
            digest.add(row)
    if digest.hexdigest() not in config["description"]:
        raise DataError("the content is not what the card was written for", where=where, fix=FIX)
    return files
