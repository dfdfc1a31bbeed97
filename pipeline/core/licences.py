"""Which articles may be passed on with their text: the licences of `configs/publish.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import CONFIGS, STRICT, build_config, read_yaml

UNKNOWN = "unknown"


@dataclass(frozen=True, config=STRICT)
class LicenceRule:
    """Articles whose input file and source match both patterns stand under `license`."""

    license: str
    path: str = "*"
    source: str = "*"


@dataclass(frozen=True)
class Licences:
    """Licence of an article, and whether it allows to pass the text on.

    Attributes
    ----------
    rules : tuple of LicenceRule
        The first that matches decides; an article that none matches is `unknown`.
    redistributable : frozenset of str
        Licences that allow it. Any other keeps the text out of what is published.
    """

    rules: tuple[LicenceRule, ...] = ()
    redistributable: frozenset[str] = field(default_factory=frozenset)

    def of(self, article: Mapping[str, Any]) -> str:
        """Licence of a row of `articles` (its `raw_path` and `source` are looked at)."""
        path, source = article["raw_path"], article["source"] or ""
        return next((r.license for r in self.rules if fnmatch(path, r.path) and fnmatch(source, r.source)), UNKNOWN)

    def allow(self, licence: str) -> bool:
        """True where a text under this licence may be published."""
        return licence in self.redistributable


def load_licences(folder: Path | str = CONFIGS) -> Licences:
    """Read the licences of a config folder's `publish.yaml`.

    Raises
    ------
    ConfigError
        When the file is missing, or a rule has a wrong or missing key.
    """
    path = Path(folder) / "publish.yaml"
    values = read_yaml(path)
    return build_licences(values.get("licenses") or [], values.get("redistributable") or [], str(path))


def build_licences(
    rules: list[dict[str, Any]], redistributable: list[str], where: str = paths.CONFIGS.name
) -> Licences:
    """Licences of the values of the keys `licenses` and `redistributable`."""
    built = [build_config(LicenceRule, rule, f"{where}, licenses, entry {n}") for n, rule in enumerate(rules, 1)]
    return Licences(tuple(built), frozenset(redistributable))
