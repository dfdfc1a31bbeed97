"""Read `configs/publish.yaml`, which says how much of each article the dataset and the report page may contain."""

import re
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, NonNegativeFloat, NonNegativeInt
from pydantic.dataclasses import dataclass

from pipeline.core import paths
from pipeline.core.config import CONFIGS, STRICT, Share, build_config, load_config
from pipeline.core.errors import ConfigError

UNKNOWN = "unknown"
ELLIPSIS = "…"
# Most characters of an excerpt for each word that it may have: a text without spaces is not one word.
CHARACTERS_OF_WORD = 10
# Scripts without spaces between words (Thai to Khmer, Chinese, Japanese): each sign counts as a word.
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Scripts whose marks, which Python counts as no letters, are parts of words.
_WITH_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u06ed\u0900-\u0dff"
# UAX 29, but stricter: of the signs that join letters only the apostrophe before one or two letters (`don't`).
_WORD = re.compile(rf"[{_ALONE}]|(?:(?![{_ALONE}])(?:[^\W_]|[{_WITH_MARKS}]))+(?:['’][^\W_]{{1,2}}(?![\w'’]))?")
_MARKS = re.compile(r"[^\w\s]*")


def _check_splits(weights: dict[str, float]) -> dict[str, float]:
    """Check that one of the splits has a weight."""
    if not sum(weights.values()):
        raise ValueError("give each split a share, such as train: 80")
    return weights


Splits = Annotated[dict[str, NonNegativeFloat], AfterValidator(_check_splits)]


@dataclass(frozen=True, config=STRICT)
class LicenceRule:
    """The licence of articles whose input file and publisher match both patterns."""

    license: str
    path: str = "*"
    source: str = "*"

    def fits(self, article: Mapping[str, Any]) -> bool:
        """Return whether both patterns match an article's `raw_path` and `source` (the publisher)."""
        return fnmatch(article["raw_path"], self.path) and fnmatch(article["source"] or "", self.source)


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
        """Return the licence by the first rule that fits, or `unknown`."""
        return next((rule.license for rule in self.licence_rules if rule.fits(article)), UNKNOWN)

    def allows_text(self, licence: str) -> bool:
        """Return whether a text under this licence may be published whole."""
        return licence in self.redistributable


def load_publish_config(folder: Path | str = CONFIGS) -> PublishConfig:
    """Read and check `publish.yaml` of a config folder."""
    config = load_config(PublishConfig, Path(folder) / "publish.yaml")
    _ = config.licence_rules  # checked here, before any article needs them
    if UNKNOWN in config.redistributable:
        where, why = f"{folder}/publish.yaml", "it is the licence of each article that no entry of `licenses` names"
        raise ConfigError(f"`redistributable` has `{UNKNOWN}`", where=where, why=why, fix="list licences by name")
    return config


class Limit(NamedTuple):
    """Numbers of words and of characters other than white space, of a text or at most."""

    words: int
    characters: int

    def smaller(self, other: "Limit") -> "Limit":
        """Return the smaller number of each."""
        return Limit(min(self.words, other.words), min(self.characters, other.characters))

    def fits(self, other: "Limit") -> bool:
        """Return whether both numbers are within those of another."""
        return self.words <= other.words and self.characters <= other.characters

    def minus(self, other: "Limit") -> "Limit":
        """Return what is left of each, not below 0."""
        return Limit(max(0, self.words - other.words), max(0, self.characters - other.characters))

    def share(self, part: float) -> "Limit":
        """Return a part of each, rounded down."""
        return Limit(int(self.words * part), int(self.characters * part))


def measure(text: str) -> Limit:
    """Return words and characters of a text; dashes and invisible signs join no words."""
    return Limit(sum(1 for _ in _WORD.finditer(text)), _count_characters(text))


def find_end(text: str, limit: Limit) -> int:
    """Return the offset up to which a text is within a limit: its length, or the end of a word."""
    end = used = words = 0
    for match in _WORD.finditer(text):
        words, used = words + 1, used + _count_characters(text[end : match.end()])
        if words > limit.words or used > limit.characters:
            break
        end = match.end()
    else:
        if used + _count_characters(text[end:]) <= limit.characters:
            return len(text)
    tail = _MARKS.match(text, end)
    room = limit.characters - _count_characters(text[:end])
    return min(tail.end(), end + max(0, room)) if tail and end else end


def cut_excerpt(text: str, limit: Limit) -> str:
    """Return the beginning of a text that is within a limit, with an ellipsis where some is left out."""
    end = find_end(text, limit)
    return text if end == len(text) else " ".join([*text[:end].split(), ELLIPSIS])


def _count_characters(text: str) -> int:
    return sum(map(len, text.split()))
