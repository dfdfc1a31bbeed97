"""The dataset card: YAML that `load_dataset` reads, and a page for people, both from the tables of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from datasets import DatasetInfo
from datasets.splits import SplitDict, SplitInfo

from pipeline.core.errors import DataError
from pipeline.publish.config import PublishConfig
from pipeline.publish.parquet_shards import Config

TAGS = ("quotation-extraction", "quote-attribution", "stance-detection", "news")
FILE = "README.md"
_RULE = re.compile("^---\n", re.MULTILINE)  # a value that ends in hyphens is none


def card(
    config: PublishConfig,
    configs: Sequence[Config],
    about: Mapping[str, Mapping[str, str]],
    body: str,
    languages: Sequence[str],
) -> str:
    """The whole README.md of the published folder."""
    head: dict[str, Any] = {
        "pretty_name": config.name,
        "license": config.license,
        "language": list(languages),
        "task_categories": ["text-classification", "token-classification"],
        "tags": list(TAGS),
        "size_categories": [size_category(max((c.rows for c in configs), default=0))],
        **tables(configs),
    }
    text = f"# {config.name}\n\n{body}"
    for part in configs:
        text += f"\n## `{part.name}`: {part.rows} rows\n\n| column | what it is |\n|---|---|\n"
        text += "".join(f"| `{column}` | {_cell(about[part.name][column])} |\n" for column in part.features)
    return page(head, f"{text}\n## Citation\n\n```bibtex\n{citation(config)}```\n")


def page(head: Mapping[str, Any], text: str) -> str:
    """YAML and Markdown as one page."""
    dumped = yaml.safe_dump(dict(head), sort_keys=False, allow_unicode=True)
    # Line breaks of other kinds would be read back as spaces.
    if set(dumped) & set("\x85\u2028\u2029"):
        dumped = yaml.safe_dump(dict(head), sort_keys=False)
    return f"---\n{dumped}---\n\n{text}"


def read(folder: Path) -> tuple[dict[str, Any], str]:
    """YAML and Markdown of a card.

    Raises
    ------
    DataError
        When the folder has none, or its YAML cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise DataError("no dataset card here", where=str(path), fix="name a folder that `dvc repro` published")
    try:
        _, head, text = _RULE.split(path.read_text(encoding="utf-8"), 2)
        values = yaml.safe_load(head)
        return {"configs": values["configs"], **values}, text.lstrip("\n")
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise DataError("the card does not begin with its YAML", where=str(path), why=str(error)) from None


def tables(configs: Sequence[Config]) -> dict[str, Any]:
    """The keys of the YAML that tell what was written: `configs` and `dataset_info`."""
    return {"configs": [_config(c) for c in configs], "dataset_info": [_info(c) for c in configs]}


def citation(config: PublishConfig) -> str:
    """A BibTeX entry, a field per line."""
    fields = {"title": config.name, "author": f"{{{config.creator}}}", "version": config.version, "url": config.url}
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    note = "Who said what about a ceasefire or a territorial concession; made from news articles by Parley"
    return f"@misc{{parley,\n{lines}  note = {{{note}}},\n}}\n"


def _config(config: Config) -> dict[str, Any]:
    # `datasets` caches by this YAML alone: without the digest a rebuilt dataset would be served from the old cache.
    return {
        "config_name": config.name,
        "data_files": [{"split": name, "path": f"{config.name}/{name}-*.parquet"} for name in config.splits],
        "description": f"content {config.digest}",
        **({"default": True} if config.name == "quotes" else {}),
    }


def _info(config: Config) -> dict[str, Any]:
    splits = {n: SplitInfo(n, num_bytes=split.size, num_examples=split.rows) for n, split in config.splits.items()}
    info = DatasetInfo(features=config.features, splits=SplitDict(splits), config_name=config.name)
    return {"config_name": config.name, **info._to_yaml_dict()}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def size_category(rows: int) -> str:
    """The hub's name for a number of rows."""
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if rows < limit:
            return name
    return "1M<n<10M" if rows < 10_000_000 else "n>10M"
