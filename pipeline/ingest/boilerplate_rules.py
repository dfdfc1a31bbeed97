"""Load and compile the patterns of boilerplate of a language, from `configs/languages/CODE_boilerplate.yaml`.

Boilerplate is what sites put around an article. The comments of the file say how to add a pattern.
"""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass

from pipeline.core.config import CONFIGS, STRICT, load_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import DateWords, Words
from pipeline.ingest.date_forms import any_of

Place = Literal["any", "top", "start", "end"]
_FRAGMENT = re.compile(r"\{([A-Z_]+)\}")
_MATCHES_NOTHING = "(?!)"


def _check_fragments(fragments: dict[str, Any]) -> dict[str, Any]:
    """Check that each fragment is a pattern or a list of patterns."""
    for name, patterns in fragments.items():
        if isinstance(patterns, dict) or any(isinstance(pattern, dict | list) for pattern in patterns):
            raise ValueError(f"`{name}` is neither a pattern nor a list of patterns")
    return fragments


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class BoilerplateRule:
    """An entry under `rules` of the file: patterns that match whole lines, under one name."""

    name: str
    patterns: list[str]
    place: Place = "any"
    max_words: int = 25
    case_sensitive: bool = False


@dataclass(frozen=True, config=STRICT)
class BoilerplateFile:
    """The file of a language; its comments explain each key. A language without a file has no patterns."""

    fragments: Annotated[Words, AfterValidator(_check_fragments)] = field(default_factory=dict)
    rules: list[BoilerplateRule] = field(default_factory=list)
    related_heading: str = _MATCHES_NOTHING
    summary_heading: str = _MATCHES_NOTHING
    caption_credit: str = _MATCHES_NOTHING
    not_caption: list[str] = field(default_factory=lambda: [_MATCHES_NOTHING])
    abbreviation: str = _MATCHES_NOTHING
    author: str = _MATCHES_NOTHING
    updated: str = _MATCHES_NOTHING


class CompiledRule(NamedTuple):
    """A rule with its pattern compiled."""

    name: str
    pattern: re.Pattern[str]
    place: Place
    max_words: int


class BoilerplatePatterns:
    """The patterns of a language, compiled.

    Raises
    ------
    ConfigError
        When a pattern is no regular expression, or names a fragment that the file lacks.
    """

    def __init__(self, file: BoilerplateFile, dates: DateWords) -> None:
        months = [name for names in dates.months for name in names]
        self._fragments: dict[str, str | list[str]] = {
            "MONTH": any_of(months),
            "WEEKDAY": any_of(dates.weekdays),
            **file.fragments,
        }
        self.rules = tuple(self._compile_rule(rule) for rule in file.rules)
        self.related_heading = self._compile("related_heading", [file.related_heading])
        self.summary_heading = self._compile("summary_heading", [file.summary_heading])
        self.caption_credit = self._compile("caption_credit", [file.caption_credit], case_sensitive=True)
        self.not_caption = self._compile("not_caption", file.not_caption)
        self.abbreviation = self._compile("abbreviation", [file.abbreviation])
        self.author = self._compile("author", [file.author], case_sensitive=True)
        self.updated = self._compile("updated", [file.updated])

    def _compile_rule(self, rule: BoilerplateRule) -> CompiledRule:
        pattern = self._compile(rule.name, rule.patterns, rule.case_sensitive)
        return CompiledRule(rule.name, pattern, rule.place, rule.max_words)

    def _compile(self, name: str, patterns: list[str], case_sensitive: bool = False) -> re.Pattern[str]:
        """Compile alternative patterns into one."""
        try:
            return re.compile("|".join(map(self._expand, patterns)), 0 if case_sensitive else re.IGNORECASE)
        except re.error as error:
            what, why = f"a pattern of `{name}` is no regular expression", f"{error}: {error.pattern!r}"
            raise ConfigError(what, why=why) from None
        except KeyError as error:
            raise ConfigError(
                f"a pattern of `{name}` names no fragment: {error}", fix="add it to `fragments`"
            ) from None
        except RecursionError:
            raise ConfigError(f"a pattern of `{name}` names a fragment that contains itself") from None

    def _expand(self, pattern: str) -> str:
        """Replace each `{FRAGMENT}` by its pattern; a list of alternatives becomes a group."""

        def expanded(match: re.Match[str]) -> str:
            fragment = self._fragments[match[1]]
            return self._expand(fragment if isinstance(fragment, str) else f"(?:{'|'.join(fragment)})")

        return _FRAGMENT.sub(expanded, pattern)


def load_boilerplate(code: str, configs: Path = CONFIGS) -> BoilerplateFile:
    """Read the file of a language below a config folder; a language without one has no patterns."""
    path = configs / "languages" / f"{code}_boilerplate.yaml"
    return load_config(BoilerplateFile, path) if path.exists() else BoilerplateFile()
