"""`configs/publish.yaml`."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, NonNegativeFloat, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import STRICT, load_config
from pipeline.core.licences import Licences, build_licences


def _check_splits(shares: dict[str, float]) -> dict[str, float]:
    if not sum(shares.values()):
        raise ValueError("give each split a share, such as train: 80")
    if wrong := [name for name in shares if not name.isidentifier() or name == "all"]:
        raise ValueError(f"{wrong[0]!r} cannot name a split: use letters and _")
    return shares


Splits = Annotated[dict[str, NonNegativeFloat], AfterValidator(_check_splits)]


@dataclass(frozen=True, config=STRICT)
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
    excerpt_words: NonNegativeInt = 15
    excerpt_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    splits: Splits = field(default_factory=lambda: {"train": 80, "validation": 10, "test": 10})
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
    build_licences(config.licenses, config.redistributable, str(path))
    return config
