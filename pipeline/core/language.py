"""All that belongs to one language: `configs/languages/CODE.yaml`.

The same folder has `CODE_boilerplate.yaml` for the stage `ingest`, and `CODE_stance.yaml` for the stance classifiers:
files of their own, so that a new cue cleans no article again and trains no model.
"""

import re
from dataclasses import field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

from pipeline.core.config import CONFIGS, STRICT, load_config
from pipeline.core.errors import ConfigError
from pipeline.core.text import shortened


def _check_words(value: Any) -> Any:
    """Check that a nested list contains nothing but words: YAML reads `on` and `no` as true and false."""
    if isinstance(value, dict | list):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _check_words(item)
    elif not isinstance(value, str):
        why = "YAML reads on, off, yes and no as true and false"
        raise ValueError(f'{shortened(value)} is no word: {why}, so write "on"')
    return value


def _check_patterns(pairs: list[list[str]]) -> list[list[str]]:
    """Check that each pair is a regular expression that cannot take exponential time, and a replacement for it."""
    for pattern, replacement in pairs:
        try:
            re.sub(pattern, replacement, "")
        except (re.error, IndexError) as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        if re.search(r"[*+]|,\}", pattern):
            raise ValueError(f"{pattern!r} repeats without a limit (`*`, `+`): write `?` or a number, as in `a{{2}}`")
    return pairs


# Kinds of `function_words` and of `tags`: what the extraction rules and the comparison of quotes ask for.
# `configs/languages/en.yaml` says with examples what belongs to each.
WordKind = Literal[
    "that", "question", "clause_opener", "adverbial", "link", "relative", "phrase_start", "contrast", "starter",
    "joiner", "time_unit", "addressing", "inner_report", "begins", "second_report", "negated", "nobody", "refusal",
    "withheld", "withheld_preposition", "alternative", "comparing", "counting", "quantity",
    "identifying", "naming", "foretold", "passive_report", "future", "expected", "speaking", "as", "for",
    "runs_on", "time_preposition", "owner", "voicing", "within",
    "reflexive", "impersonal", "dummy", "expletive", "focus", "turn_label", "negation",
    "number", "pointing", "little",
]  # fmt: skip
TagKind = Literal[
    "finite", "tensed", "verb", "infinitive", "participle", "to", "conjunction", "determiner", "relative",
]  # fmt: skip
Words = Annotated[dict[str, Any], AfterValidator(_check_words)]
Pairs = list[Annotated[list[str], Field(min_length=2, max_length=2)]]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class DateWords:
    """Words of written dates (`Tuesday, 12th Sept. 2023 at 5:40 p.m.`), in small letters."""

    months: list[list[str]] = field(default_factory=list)
    weekdays: list[str] = field(default_factory=list)
    day_endings: list[str] = field(default_factory=list)
    before_time: list[str] = field(default_factory=list)
    before_date: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    relative: list[str] = field(default_factory=list)
    am: str = ""
    pm: str = ""


@dataclass(frozen=True, config=STRICT)
class Language:
    """One language file; see `configs/languages/en.yaml` for what each key means."""

    code: str
    models: list[str] = field(default_factory=list)
    lemmas: Words = field(default_factory=dict)
    marks: Pairs = field(default_factory=list)
    dates: DateWords = field(default_factory=DateWords)
    apostrophe_after: list[str] = field(default_factory=list)
    clipped: list[str] = field(default_factory=list)
    cues: Words = field(default_factory=dict)
    tags: dict[TagKind, list[str]] = field(default_factory=dict)
    named_beside: list[str] = field(default_factory=list)
    function_words: dict[WordKind, list[str]] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    headline_breaks: list[str] = field(default_factory=list)
    abbreviations: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    pronouns: Words = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    anonymous: list[str] = field(default_factory=list)
    names: Words = field(default_factory=dict)
    mentions: Words = field(default_factory=dict)
    given_name_forms: list[list[str]] = field(default_factory=list)
    spellings: Annotated[Pairs, AfterValidator(_check_patterns)] = field(default_factory=list)
    word_endings: list[str] = field(default_factory=list)

    @cached_property
    def word_sets(self) -> dict[str, frozenset[str]]:
        """Function words by kind, for look-up; none for a kind that is not listed."""
        return {kind: frozenset(self.function_words.get(kind, ())) for kind in get_args(WordKind)}

    @cached_property
    def tag_sets(self) -> dict[str, frozenset[str]]:
        """Tags by kind, for look-up."""
        return {kind: frozenset(self.tags.get(kind, ())) for kind in get_args(TagKind)}


def load_language(code: str = "en", folder: Path = CONFIGS) -> Language:
    """Read `languages/CODE.yaml` below a config folder; what is wrong in it is a ConfigError."""
    if not re.fullmatch(r"[a-z]{2,3}", code):
        why, fix = "it is no code of ISO 639", "write it as in `language: en`"
        raise ConfigError(f"`language` is {code!r}", why=why, fix=fix)
    path = folder / "languages" / f"{code}.yaml"
    return _read_language(path, path.read_bytes() if path.is_file() else b"")


@lru_cache(maxsize=16)
def _read_language(path: Path, content: bytes) -> Language:
    """Read a language once in a process; a file with other `content` is read again."""
    return load_config(Language, path)
