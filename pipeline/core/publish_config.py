"""Read `configs/publish.yaml`, which says how much of each article the dataset and the report page may contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, NonNegativeFloat, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import CONFIGS, STRICT, Share, build_config, load_config

UNKNOWN = "unknown"
ELLIPSIS = "…"


def _check_splits(weights: dict[str, float]) -> dict[str, float]:
    """Check the names of the splits, and that one of them has a weight."""
    if not sum(weights.values()):
        raise ValueError("give each split a share, such as train: 80")
    if wrong := [name for name in weights if not name.isidentifier() or name == "all"]:
        raise ValueError(f"{wrong[0]!r} cannot name a split: use letters and _")
    return weights


Splits = Annotated[dict[str, NonNegativeFloat], AfterValidator(_check_splits)]


@dataclass(frozen=True, config=STRICT)
class LicenceRule:
    """The licence of articles whose input file and publisher match both patterns."""

    license: str
    path: str = "*"
    source: str = "*"


@dataclass(frozen=True, config=STRICT)
class PublishConfig:
    """The keys of `configs/publish.yaml`, which explains them."""

    name: str = "Parley"
    license: str = "other"
    creator: str = ""
    version: str = "0.1.0"
    url: str = ""
    project_url: str = ""
    contact: str = ""
    since_last_version: list[str] = field(default_factory=list)
    published_on: str = ""
    licenses: list[dict[str, Any]] = field(default_factory=list)
    redistributable: list[str] = field(default_factory=list)
    excerpt_words: NonNegativeInt = 15
    excerpt_share: Share = 0.1
    splits: Splits = field(default_factory=lambda: {"train": 80, "validation": 10, "test": 10})
    gold: bool = True
    gold_license: str = "other"
    leave_out: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)

    @cached_property
    def licence_rules(self) -> list[LicenceRule]:
        """The entries of `licenses`; ConfigError where one has a wrong or missing key."""
        where = f"{paths.CONFIGS}/publish.yaml, licenses, entry"
        return [build_config(LicenceRule, entry, f"{where} {n}") for n, entry in enumerate(self.licenses, 1)]

    def leaves_out(self, article: Mapping[str, Any]) -> bool:
        """Return whether an article is not published at all, by its `raw_path`."""
        return any(fnmatch(article["raw_path"], pattern) for pattern in self.leave_out)

    def is_invented(self, article: Mapping[str, Any]) -> bool:
        """Return whether an article is invented, by its `raw_path`; card and page say so."""
        return any(fnmatch(article["raw_path"], pattern) for pattern in self.invented)

    def licence_of(self, article: Mapping[str, Any]) -> str:
        """Return the licence of an article by its `raw_path` and `source` (the publisher).

        The first rule that matches decides; without one the licence is `unknown`.
        """
        path, publisher = article["raw_path"], article["source"] or ""
        rules = self.licence_rules
        return next((r.license for r in rules if fnmatch(path, r.path) and fnmatch(publisher, r.source)), UNKNOWN)

    def allows_text(self, licence: str) -> bool:
        """Return whether a text under this licence may be published whole."""
        return licence in self.redistributable

    def excerpt_limit(self, licence: str, article_words: int, excerpts: int) -> int | None:
        """Return how many words of each quote of an article may be published, None where the whole text may."""
        if self.allows_text(licence):
            return None
        return int(min(self.excerpt_words, self.excerpt_share * article_words / max(1, excerpts)))


def load_publish_config(folder: Path | str = CONFIGS) -> PublishConfig:
    """Read and check `publish.yaml` of a config folder."""
    config = load_config(PublishConfig, Path(folder) / "publish.yaml")
    _ = config.licence_rules  # checked here, before any article needs them
    return config


def cut_excerpt(text: str, limit: int) -> str:
    """Return the first `limit` words of a text, with an ellipsis where some are left out."""
    words = text.split()
    return text if len(words) <= limit else " ".join([*words[:limit], ELLIPSIS])
