"""`croissant.json`: what the files hold, as JSON-LD (Akhtar et al. 2024, "Croissant: A Metadata Format for ML-Ready
Datasets"); `mlcroissant validate --jsonld croissant.json` checks it, and `mlcroissant load` reads the records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import ClassLabel, Features, List, Value

from pipeline.publish.config import PublishConfig
from pipeline.publish.dataset_card import TAGS, citation
from pipeline.publish.parquet_shards import Config, shards

FILE = "croissant.json"
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = {"string": "sc:Text", "bool": "sc:Boolean"}
ADDRESSES = {"cc0-1.0": "publicdomain/zero/1.0", "cc-by-4.0": "licenses/by/4.0", "cc-by-sa-4.0": "licenses/by-sa/4.0"}


def page(
    config: PublishConfig,
    configs: Sequence[Config],
    about: Mapping[str, Mapping[str, str]],
    folder: Path,
    languages: Sequence[str],
) -> str:
    """The whole file.

    Parameters
    ----------
    config : PublishConfig
        Name, licence, creator, version and address.
    configs : sequence of Config
        What was written.
    about : mapping of str to mapping
        A sentence for each column of each config.
    folder : path
        Where the Parquet files are; their hashes are taken.
    languages : sequence of str
        Languages of the articles, ISO 639-1.
    """
    values: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": config.name,
        "description": "Who said what about a ceasefire or a territorial concession: quotes from news articles with "
        "their speakers, and the stance of each toward each target.",
        "license": _address(config.license),
        "creator": {"@type": "sc:Organization", "name": config.creator},
        "version": config.version,
        "inLanguage": list(languages),
        "keywords": list(TAGS),
        "citeAs": citation(config),
        "isLiveDataset": False,
        "distribution": [part for c in configs for part in _files(c, folder)],
        "recordSet": [_records(c, about[c.name]) for c in configs],
    }
    # Both are wanted by Croissant, but only the publisher knows them.
    known = {"url": config.url, "datePublished": config.published_on}
    values.update({name: value for name, value in known.items() if value})
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def file_hash(path: Path) -> str:
    """Hex digits of the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _address(licence: str) -> str:
    place = ADDRESSES.get(licence)
    return f"https://creativecommons.org/{place}/" if place else licence


def _files(config: Config, folder: Path) -> list[dict[str, Any]]:
    """Each shard with its hash, and the set of them."""
    found = [path for split in config.splits for path in shards(folder / config.name, split)]
    files: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": f"{config.name}/{path.name}",
            "name": f"{config.name}/{path.name}",
            "contentUrl": f"{config.name}/{path.name}",
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": "application/x-parquet",
            "sha256": file_hash(path),
        }
        for path in found
    ]
    whole = {
        "@type": "cr:FileSet",
        "@id": f"{config.name}-files",
        "name": f"{config.name}-files",
        "description": f"All splits of `{config.name}`: {', '.join(config.splits)}.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{config.name}/*.parquet",
    }
    return [*files, whole]


def _records(config: Config, about: Mapping[str, str]) -> dict[str, Any]:
    fields = [_field(config.name, name, feature, about[name]) for name, feature in config.features.items()]
    return {
        "@type": "cr:RecordSet",
        "@id": config.name,
        "name": config.name,
        "key": {"@id": f"{config.name}/{next(iter(config.features))}"},
        "field": fields,
    }


def _field(config: str, name: str, feature: Any, about: str) -> dict[str, Any]:
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name, "description": about}
    if isinstance(feature, List):
        field["repeated"] = True
        feature = feature.feature
    if isinstance(feature, dict | Features):
        field["subField"] = [_part(config, name, key, value) for key, value in feature.items()]
        return field
    if isinstance(feature, ClassLabel):
        numbers = ", ".join(f"{number} {label}" for number, label in enumerate(feature.names))
        field["description"] = f"{about} Numbers stand for labels: {numbers}."
    return {**field, "dataType": _type(feature), "source": _source(config, name)}


def _part(config: str, name: str, key: str, feature: Any) -> dict[str, Any]:
    source = {**_source(config, name), "transform": {"jsonPath": key}}
    label = f"{config}/{name}/{key}"
    return {"@type": "cr:Field", "@id": label, "name": key, "dataType": _type(feature), "source": source}


def _source(config: str, column: str) -> dict[str, Any]:
    return {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}


def _type(feature: Any) -> str:
    if isinstance(feature, ClassLabel):
        return "sc:Integer"
    kind = feature.dtype if isinstance(feature, Value) else "string"
    return TYPES.get(kind, "sc:Float" if kind.startswith("float") else "sc:Integer")
