"""Write and read the dataset card `README.md`: YAML that `load_dataset` reads, and a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import yaml
from datasets import DatasetInfo
from datasets.splits import SplitDict, SplitInfo
from huggingface_hub import DatasetCard, DatasetCardData
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from pipeline.core.config import build_config
from pipeline.core.errors import DataError
from pipeline.core.publish_config import PublishConfig
from pipeline.publish.parquet_shards import WrittenConfig

# Marks the card of the dataset with every text in full, which `parley push` refuses.
FULL_TAG = "not-for-passing-on"
TAGS = ("quotation-extraction", "quote-attribution", "stance-detection", "news")
FILE = "README.md"
# The picture at the top of the card, beside it.
FIGURE = "labels.png"
# The hub's names for sizes of datasets, up to this many rows.
SIZE_CATEGORIES = {
    1_000: "n<1K",
    10_000: "1K<n<10K",
    100_000: "10K<n<100K",
    1_000_000: "100K<n<1M",
    10_000_000: "1M<n<10M",
}
# Lists and objects in each other; the cards that Parley writes have 8. Far more are read, but cannot be written again.
MAX_DEPTH = 50
_TAKE_AGAIN = "take the folder as `dvc repro` wrote it, or download it again"


# What one row of each config is.
_ABOUT = {
    "quotes": "one row for each quote, with its speaker and its stance toward each target",
    "articles": "one row for each article",
    "speakers": "one row for each speaker of the quotes",
    "positions": "one row for each speaker or side, target and month: its stances, and shares with intervals",
    "changes": "one row for each change of stance that was found; many are errors",
    "gold": "one row for each quote that annotators labelled",
}


def _check_identifier(name: str) -> str:
    if not name.isidentifier():
        raise ValueError("this cannot name a config or split: use letters, digits and _")
    return name


Identifier = Annotated[str, AfterValidator(_check_identifier)]
_SOME = ConfigDict(extra="ignore")


@dataclass(frozen=True, config=_SOME)
class _DataFiles:
    split: Identifier


@dataclass(frozen=True, config=_SOME)
class _Config:
    config_name: Identifier
    description: str
    data_files: Annotated[list[_DataFiles], Field(min_length=1)]


@dataclass(frozen=True, config=_SOME)
class _SplitInfo:
    name: str
    num_examples: Annotated[int, Field(ge=0, strict=True)]


@dataclass(frozen=True, config=_SOME)
class _Info:
    config_name: str
    splits: list[_SplitInfo]


@dataclass(frozen=True, config=_SOME)
class _Card:
    """The keys of a card that are used when it is read."""

    license: str
    tags: list[str]
    configs: Annotated[list[_Config], Field(min_length=1)]
    dataset_info: list[_Info]


def build_metadata(
    config: PublishConfig, written: Sequence[WrittenConfig], languages: Sequence[str], full: bool = False
) -> dict[str, Any]:
    """Return the YAML keys of the card; the dataset with every text in full is under no licence for others."""
    return {
        "pretty_name": f"{config.name}, in full" if full else config.name,
        "license": "other" if full else config.license,
        "language": list(languages),
        "annotations_creators": ["machine-generated"],
        "task_categories": ["text-classification", "token-classification"],
        "tags": [*TAGS, FULL_TAG] if full else list(TAGS),
        "size_categories": [find_size_category(max((part.rows for part in written), default=0))],
        **build_config_metadata(written),
    }


def build_config_metadata(written: Sequence[WrittenConfig]) -> dict[str, Any]:
    """Return the YAML keys that depend on what was written: `configs` and `dataset_info`."""
    return {"configs": [_data_files(part) for part in written], "dataset_info": [_info(part) for part in written]}


def format_card(metadata: Mapping[str, Any], text: str) -> str:
    """Return YAML and Markdown as one page."""
    block = DatasetCardData(**metadata).to_yaml(original_order=list(metadata))
    if "\x85" in block:  # YAML reads this line break as a space unless it is escaped
        block = yaml.safe_dump(dict(metadata), sort_keys=False).rstrip("\n")
    return f"---\n{block}\n---\n\n{text}"


def read_card(folder: Path) -> tuple[dict[str, Any], str]:
    """Read YAML and Markdown of a folder's card, and check what of it is used.

    Raises
    ------
    DataError
        When there is no card, its YAML is not that of a card, or a config or split has a name that is no identifier,
        because the names become paths.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataError(
            "no dataset card here",
            where=str(path),
            fix="run `dvc repro` in a project, or name a published folder with --folder",
        )
    try:
        card = DatasetCard.load(path)
        metadata = card.data.to_dict()
        if not metadata:
            raise ValueError("it has no keys between two lines `---` at its top")
        if _is_deeper(metadata, MAX_DEPTH):
            raise ValueError(f"lists and objects are nested more than {MAX_DEPTH} deep")
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a damaged card makes the hub's client and YAML raise many kinds of errors
        why = " ".join(str(error).split())[:200]
        raise DataError("the card does not begin with its YAML", where=str(path), why=why, fix=_TAKE_AGAIN) from None
    build_config(_Card, metadata, where=str(path), kind_of_error=DataError, fix=_TAKE_AGAIN)
    return metadata, card.text.lstrip("\n")


def _is_deeper(value: Any, limit: int) -> bool:
    """Tell whether more lists and objects than a limit are in each other; one that contains itself is."""
    level = {id(value): value}
    for _ in range(limit + 1):
        # By identity: an anchor of YAML may be in many places, and those in many more.
        level = {id(inner): inner for outer in level.values() for inner in _values(outer)}
    return bool(level)


def _values(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def list_splits(config: Mapping[str, Any]) -> list[str]:
    """Return the splits of an entry of `configs`."""
    return [entry["split"] for entry in config["data_files"]]


def find_size_category(rows: int) -> str:
    """Return the hub's name for a number of rows."""
    return next((name for limit, name in SIZE_CATEGORIES.items() if rows < limit), "n>10M")


def _data_files(config: WrittenConfig) -> dict[str, Any]:
    """Return the entry of `configs` that names the files of a config."""
    # `datasets` caches by this YAML alone: without the digest it would serve a changed dataset from its cache.
    return {
        "config_name": config.name,
        "data_files": [{"split": name, "path": f"{config.name}/{name}-*.parquet"} for name in config.splits],
        "description": f"{_ABOUT.get(config.name, config.name)} (hash of the rows: {config.digest})",
        **({"default": True} if config.name == "quotes" else {}),
    }


def _info(config: WrittenConfig) -> dict[str, Any]:
    """Return the entry of `dataset_info` with features and sizes of a config."""
    sizes = config.splits.items()
    splits = {name: SplitInfo(name, num_bytes=size.n_bytes, num_examples=size.rows) for name, size in sizes}
    info = DatasetInfo(features=config.features, splits=SplitDict(splits), config_name=config.name)
    return {"config_name": config.name, **info._to_yaml_dict()}
