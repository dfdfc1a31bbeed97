"""Is a published folder whole? What its card says is compared with the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from datasets import Features

from pipeline.core.errors import DataError
from pipeline.core.storage.tables import iterate_rows
from pipeline.publish import croissant, dataset_card
from pipeline.publish.parquet_shards import Digest, shards

AFRESH = "run `dvc repro` and take data/published as it is"


def check(folder: Path) -> list[Path]:
    """The files of a published folder, sorted, when all is well.

    Raises
    ------
    DataError
        When there is no card, a split lacks its files or has other rows than the card says, the content is not that
        of the card's digest, or a Parquet file is named nowhere.
    """
    head, _ = dataset_card.read(folder)
    told = {info["config_name"]: info for info in head.get("dataset_info", [])}
    known: set[Path] = set()
    for config in head["configs"]:
        name = config["config_name"]
        known.update(_check_config(folder, config, told.get(name, {})))
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    if stray := [path for path in found if path.suffix == ".parquet" and path not in known]:
        raise DataError("a file of no config", where=str(stray[0]), why="the card does not name it", fix=AFRESH)
    _check_hashes(folder)
    return found


def features(folder: Path, name: str) -> Features:
    """Features of a config, as its files say."""
    return Features.from_arrow_schema(pq.read_schema(next(iter(sorted((folder / name).glob("*.parquet"))))))


def _check_config(folder: Path, config: dict[str, Any], told: dict[str, Any]) -> Iterator[Path]:
    name, where = config["config_name"], f"{folder}, config {config['config_name']}"
    rows = {split["name"]: split["num_examples"] for split in told.get("splits", [])}
    digest = None
    for split in (entry["split"] for entry in config["data_files"]):
        files = shards(folder / name, split)
        if not files:
            raise DataError(f"split {split} has no files", where=where, fix=AFRESH)
        if (number := sum(pq.read_metadata(path).num_rows for path in files)) != rows.get(split):
            why = f"the card says {rows.get(split)}"
            raise DataError(f"split {split} has {number} rows", where=where, why=why, fix=AFRESH)
        digest = digest or Digest(features(folder, name))
        for path in files:
            for row in iterate_rows(path):
                digest.add(split, row)
        yield from files
    if digest is None or digest.hexdigest() not in config["description"]:
        raise DataError("the content is not what the card was written for", where=where, fix=AFRESH)


def _check_hashes(folder: Path) -> None:
    path = folder / croissant.FILE
    if not path.exists():
        return
    for part in json.loads(path.read_text(encoding="utf-8"))["distribution"]:
        if "sha256" in part:
            file = folder / part["contentUrl"]
            if not file.is_file() or croissant.file_hash(file) != part["sha256"]:
                raise DataError(f"{part['contentUrl']} is not the file that it names", where=str(path), fix=AFRESH)
