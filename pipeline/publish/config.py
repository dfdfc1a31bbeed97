"""`configs/publish.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core import paths
from pipeline.core.config import load_config
from pipeline.core.errors import ConfigError
from pipeline.core.licences import Licences, build_licences


@dataclass(frozen=True)
class PublishConfig:
    """What the published folder says of itself, what stays out of it, and how it is split."""

    name: str = "Parley"
    license: str = "other"
    creator: str = "The authors of Parley"
    version: str = "0.1.0"
    url: str = ""
    published_on: str = ""
    licenses: list[dict[str, Any]] = field(default_factory=list)
    redistributable: list[str] = field(default_factory=list)
    excerpt_words: int = 15
    excerpt_share: float = 0.1
    splits: dict[str, float] = field(default_factory=lambda: {"train": 80, "validation": 10, "test": 10})
    gold: bool = True
    gold_license: str = "other"
    leave_out: list[str] = field(default_factory=list)

    @property
    def licences(self) -> Licences:
        """The licences of the articles."""
        return build_licences(self.licenses, self.redistributable)


def load_publish(root: Path) -> PublishConfig:
    """Read and check the config of a project.

    Raises
    ------
    ConfigError
        On an unknown key, a rule or a share that means nothing.
    """
    path = root / paths.CONFIGS / "publish.yaml"
    config = load_config(PublishConfig, path)
    shares = config.splits
    if not all(isinstance(s, int | float) and s >= 0 for s in shares.values()) or not sum(shares.values()):
        raise ConfigError(f"`splits` is {shares!r}", where=str(path), fix="give each split a share, such as train: 80")
    if wrong := [name for name in shares if not name.isidentifier() or name == "all"]:
        raise ConfigError(f"{wrong[0]!r} cannot name a split", where=str(path), fix="use letters and _")
    if config.excerpt_words < 0:
        raise ConfigError(f"`excerpt_words` is {config.excerpt_words}", where=str(path), fix="give it 0 or more")
    if not 0 <= config.excerpt_share <= 1:
        raise ConfigError(f"`excerpt_share` is {config.excerpt_share}", where=str(path), fix="give it 0 to 1")
    build_licences(config.licenses, config.redistributable, str(path))
    return config
