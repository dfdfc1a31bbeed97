"""The dataset card: YAML that `load_dataset` reads, and a page for people, both from the tables of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from datasets import DatasetInfo, Features
from datasets.splits import SplitDict, SplitInfo

CITATION = """@misc{parley,
  title = {Parley: who said what about a ceasefire or a territorial concession},
  note = {Dataset built from news articles by a DVC pipeline},
}"""


@dataclass(frozen=True)
class Config:
    """One config as written: its features, number of rows and bytes, and a digest of its content."""

    name: str
    features: Features
    rows: int
    size: int
    digest: str


def card(name: str, licence: str, configs: list[Config], about: Mapping[str, Mapping[str, str]], body: str) -> str:
    """The whole README.md of the published folder."""
    head: dict[str, Any] = {
        "pretty_name": name,
        "license": licence,
        "language": ["en"],
        "task_categories": ["text-classification", "token-classification"],
        "tags": ["quotation-extraction", "quote-attribution", "stance-detection", "news"],
        "size_categories": [_size(max((c.rows for c in configs), default=0))],
        "configs": [_config(c) for c in configs],
        "dataset_info": [_info(c) for c in configs],
    }
    text = f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---\n\n# {name}\n\n{body}"
    for config in configs:
        text += f"\n## `{config.name}`: {config.rows} rows\n\n| column | what it is |\n|---|---|\n"
        text += "".join(f"| `{column}` | {about[config.name][column]} |\n" for column in config.features)
    return f"{text}\n## Citation\n\n```bibtex\n{CITATION}\n```\n"


def _config(config: Config) -> dict[str, Any]:
    # `datasets` caches by this YAML alone: without the digest a rebuilt dataset would be served from the old cache.
    return {
        "config_name": config.name,
        "data_files": [{"split": "train", "path": f"{config.name}/*.parquet"}],
        "description": f"content {config.digest}",
        **({"default": True} if config.name == "quotes" else {}),
    }


def _info(config: Config) -> dict[str, Any]:
    split = SplitInfo("train", num_bytes=config.size, num_examples=config.rows)
    info = DatasetInfo(features=config.features, splits=SplitDict({"train": split}), config_name=config.name)
    return {"config_name": config.name, **info._to_yaml_dict()}


def _size(rows: int) -> str:
    for limit, name in ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")):
        if rows < limit:
            return name
    return "n>1M"
