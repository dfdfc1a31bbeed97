"""Describe files and columns of the dataset in `croissant.json`.

The format is JSON-LD (Akhtar et al. 2024, "Croissant: A Metadata Format for ML-Ready Datasets").

`mlcroissant validate --jsonld croissant.json` checks the file, and `mlcroissant load` reads the records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Features, List, Value

from pipeline.core.publish_config import PublishConfig
from pipeline.core.targets import Target
from pipeline.publish.card_text import TEMPLATES, describe_topic, format_citation
from pipeline.publish.dataset_card import TAGS
from pipeline.publish.parquet_shards import WrittenConfig, list_split_files

FILE = "croissant.json"
# The names that Croissant gives to its keys; the same in every file.
CONTEXT = TEMPLATES / "croissant_context.json"
TYPES = {"string": "sc:Text", "bool": "sc:Boolean"}
LICENCE_PAGES = {
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}


def render_croissant(
    config: PublishConfig,
    written: Sequence[WrittenConfig],
    descriptions: Mapping[str, Mapping[str, str]],
    targets: Mapping[str, Target],
    folder: Path,
    languages: Sequence[str],
) -> str:
    """Return the text of `croissant.json`."""
    values: dict[str, Any] = {
        "@context": json.loads(CONTEXT.read_text(encoding="utf-8")),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": config.name,
        "description": f"Who said what about {describe_topic(targets)}: quotes from news articles with their speakers, "
        "and the stance of each toward each target.",
        "license": LICENCE_PAGES.get(config.license, config.license),
        "version": config.version,
        "inLanguage": list(languages),
        "keywords": list(TAGS),
        "citeAs": format_citation(config, targets),
        "isLiveDataset": False,
        "distribution": [file for part in written for file in _files(part, folder)],
        "recordSet": [_record_set(part, descriptions[part.name]) for part in written],
    }
    # Croissant asks for all, but address and day are known only once the dataset has a place.
    creator = config.creator and {"@type": "sc:Organization", "name": config.creator}
    optional = {"creator": creator, "url": config.url, "datePublished": config.published_on}
    values.update({name: value for name, value in optional.items() if value})
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(config: WrittenConfig, folder: Path) -> list[dict[str, Any]]:
    """Return an entry for each shard, with its hash, and one for the set of them."""
    shards = [path for split in config.splits for path in list_split_files(folder / config.name, split)]
    files: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": f"{config.name}/{path.name}",
            "name": f"{config.name}/{path.name}",
            "contentUrl": f"{config.name}/{path.name}",
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": "application/x-parquet",
            "sha256": hash_file(path),
        }
        for path in shards
    ]
    file_set = {
        "@type": "cr:FileSet",
        "@id": f"{config.name}-files",
        "name": f"{config.name}-files",
        "description": f"All splits of `{config.name}`: {', '.join(config.splits)}.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{config.name}/*.parquet",
    }
    return [*files, file_set]


def _record_set(config: WrittenConfig, descriptions: Mapping[str, str]) -> dict[str, Any]:
    """Return the description of a config's columns; the first of them is the key."""
    return {
        "@type": "cr:RecordSet",
        "@id": config.name,
        "name": config.name,
        "key": {"@id": f"{config.name}/{next(iter(config.features))}"},
        "field": [_field(config.name, name, kind, descriptions[name]) for name, kind in config.features.items()],
    }


def _field(config: str, name: str, feature: Any, description: str) -> dict[str, Any]:
    """Return the description of a column; one that contains structs has a field for each of their keys."""
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name, "description": description}
    if isinstance(feature, List):
        field["repeated"] = True
        feature = feature.feature
    if isinstance(feature, dict | Features):
        field["subField"] = [_sub_field(config, name, key, value) for key, value in feature.items()]
        return field
    if isinstance(feature, ClassLabel):
        numbers = ", ".join(f"{number} {label}" for number, label in enumerate(feature.names))
        field["description"] = f"{description} Numbers stand for labels: {numbers}."
    return {**field, "dataType": _data_type(feature), "source": _source(config, name)}


def _sub_field(config: str, name: str, key: str, feature: Any) -> dict[str, Any]:
    source = {**_source(config, name), "transform": {"jsonPath": key}}
    identifier = f"{config}/{name}/{key}"
    return {"@type": "cr:Field", "@id": identifier, "name": key, "dataType": _data_type(feature), "source": source}


def _source(config: str, column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}


def _data_type(feature: Any) -> str:
    """Return the schema.org type of a feature."""
    if isinstance(feature, ClassLabel):
        return "sc:Integer"
    dtype = feature.dtype if isinstance(feature, Value) else "string"
    return TYPES.get(dtype, "sc:Float" if dtype.startswith("float") else "sc:Integer")
