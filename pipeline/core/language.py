"""All that belongs to one language: `configs/languages/CODE.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pipeline.core.config import CONFIGS, load_config
from pipeline.core.errors import ConfigError


@dataclass(frozen=True)
class Language:
    """One language file; see `configs/languages/en.yaml` for what each key holds.

    Attributes
    ----------
    code : str
        ISO 639-1.
    models : list of str
        spaCy models, best first; the first that is installed is used. Empty: a blank pipeline with sentence splitting.
    lemmas : dict of str to str
        Verb lemmas that the model gets wrong, and the right ones.
    verb_endings : list of str
        Endings of a verb's finite forms.
    marks : list of list of str
        Opening and closing quotation marks.
    cues : dict
        Reporting words: `speech` and `thought` (lemmas by frame), `particles`, `phrasal`, `phrases`, `sayings`.
    tags : dict of list of str
        Tags of the model by what the rules ask of a word: `finite`, `infinitive`, ...
    named_beside : list of str
        Words beside which a speaker may be named.
    function_words : dict of list of str
        Small words that the rules ask for, by their part in a sentence.
    documents : list of str
        Nouns of what can find or show something: a survey, a court.
    labels : list of str
        Words before a colon that name no speaker (`watch`, `read more`).
    measures : list of str
        Nouns behind "according to" that name nobody: `plan`, `size`.
    times, headline_breaks : list of str
        Words of time phrases; words that open what the speaker of a headline did not say.
    titles : list of str
        Words before a name that are not part of it.
    pronouns : dict of list of str
        Pronouns by what they tell: `male`, `female`, `plural`, `first`, `thing`.
    roles : list of str
        Nouns that name a person by office or role.
    anonymous : list of str
        Nouns that name a speaker without telling who it is.
    names : dict of list of str
        Words that tell what a name or noun phrase is: a person, a body, a place, nobody.
    """

    code: str
    models: list[str] = field(default_factory=list)
    lemmas: dict = field(default_factory=dict)
    verb_endings: list[str] = field(default_factory=list)
    marks: list[list[str]] = field(default_factory=list)
    cues: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)
    named_beside: list[str] = field(default_factory=list)
    function_words: dict = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    headline_breaks: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    pronouns: dict = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)
    anonymous: list[str] = field(default_factory=list)
    names: dict = field(default_factory=dict)


def load_language(code: str = "en", folder: Path = CONFIGS) -> Language:
    """Read `languages/CODE.yaml` below a config folder.

    Raises
    ------
    ConfigError
        When there is no such language, or its file has an unknown key or something that is no word.
    """
    path = folder / "languages" / f"{code}.yaml"
    language = load_config(Language, path)
    for key in fields(Language):
        _check_words(getattr(language, key.name), key.name, str(path))
    return language


def _check_words(value: Any, key: str, where: str) -> None:
    """YAML reads `on` and `no` as true and false, and a number as a number: nothing but words may stand in a list."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for name, item in pairs:
            _check_words(name if name is not None else "", key, where)
            _check_words(item, key, where)
    elif not isinstance(value, str):
        raise ConfigError(
            f"{value!r} in `{key}` is no word", where=where, fix='YAML reads on, off, yes, no: write "on"'
        )
