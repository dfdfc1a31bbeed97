"""All that belongs to one language: `configs/languages/CODE.yaml`.

The same folder has `CODE_boilerplate.yaml` for the stage `ingest`, and `CODE_stance.yaml` for the stance classifiers:
files of their own, so that a new cue cleans no article again and trains no model.
"""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass

from pipeline.core.config import CONFIGS, STRICT, load_config


def _check_words(value: Any) -> Any:
    """Check that a nested list contains nothing but words: YAML reads `on` and `no` as true and false."""
    if isinstance(value, dict | list):
        for item in [*value, *value.values()] if isinstance(value, dict) else value:
            _check_words(item)
    elif not isinstance(value, str):
        raise ValueError(f'{value!r} is no word: YAML reads on, off, yes and no as true and false, so write "on"')
    return value


# Kinds of `function_words` and of `tags`: what the extraction rules and the comparison of quotes ask for.
# `configs/languages/en.yaml` says with examples what belongs to each.
WordKind = Literal[
    "that", "question", "clause_opener", "adverbial", "link", "relative", "phrase_start", "contrast", "starter",
    "joiner", "time_unit", "addressing", "inner_report", "begins", "second_report", "negated", "nobody", "refusal",
    "withheld", "withheld_preposition", "deed", "means", "identifying", "naming", "foretold", "passive_report",
    "future", "expected", "speaking", "as", "for", "runs_on", "time_preposition", "owner", "reflexive",
    "impersonal", "dummy", "expletive", "focus", "hour", "turn_label", "negation", "number", "pointing", "little",
]  # fmt: skip
TagKind = Literal[
    "finite", "tensed", "verb", "infinitive", "participle", "to", "conjunction", "determiner", "relative",
]  # fmt: skip
Words = Annotated[dict[str, Any], AfterValidator(_check_words)]
WordList = Annotated[list[Any], AfterValidator(_check_words)]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class DateWords:
    """Words of written dates (`Tuesday, 12th Sept. 2023 at 5:40 p.m.`), in small letters.

    Attributes
    ----------
    months : list of list of str
        Twelve, in order: each with its short forms, the longest first.
    weekdays : list of str
        With their short forms, the longest first.
    day_endings, before_time : list of str
        What follows the number of a day; words between date and time.
    am, pm : str
        Before noon and after, without full stops.
    """

    months: list[list[str]] = field(default_factory=list)
    weekdays: list[str] = field(default_factory=list)
    day_endings: list[str] = field(default_factory=list)
    before_time: list[str] = field(default_factory=list)
    am: str = ""
    pm: str = ""


@dataclass(frozen=True, config=STRICT)
class Language:
    """One language file; see `configs/languages/en.yaml` for what each key means.

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
    dates : DateWords
        Names of months and weekdays, and what is written around the numbers of a date.
    apostrophe_after : list of str
        Letters before an apostrophe that ends a word: `the boys’ school`.
    cues : dict
        Reporting words: `speech` and `thought` (lemmas by frame), `particles`, `phrasal`, `phrases`, `sayings`.
    tags : dict of list of str
        The model's tags by kind (`TagKind`): `finite`, `infinitive`, ...
    named_beside : list of str
        Words beside which a speaker may be named.
    function_words : dict of list of str
        Small words and verbs by kind (`WordKind`), that is by their part in a sentence.
    documents : list of str
        Nouns of what can find or show something: a survey, a court.
    labels : list of str
        Words before a colon that name no speaker (`watch`, `read more`).
    measures : list of str
        Nouns after "according to" that name nobody: `plan`, `size`.
    times, headline_breaks : list of str
        Words of time phrases; words that open what the speaker of a headline did not say.
    abbreviations : list of str
        Words whose full stop seldom ends a sentence, as they are written.
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
    mentions : dict
        Small words and endings by which a speaker's mention is read; most are lists, some mappings of word to word.
    given_names : dict of list of str
        Common given names: `male`, `female`, `either`.
    spellings : list of list of str
        Regular expression and replacement, in turn, that make two spellings of a word one.
    word_endings : list of str
        Endings that the forms of one word differ by.
    """

    code: str
    models: WordList = field(default_factory=list)
    lemmas: Words = field(default_factory=dict)
    verb_endings: WordList = field(default_factory=list)
    marks: WordList = field(default_factory=list)
    dates: DateWords = field(default_factory=DateWords)
    apostrophe_after: WordList = field(default_factory=list)
    cues: Words = field(default_factory=dict)
    tags: dict[TagKind, WordList] = field(default_factory=dict)
    named_beside: WordList = field(default_factory=list)
    function_words: dict[WordKind, WordList] = field(default_factory=dict)
    documents: WordList = field(default_factory=list)
    labels: WordList = field(default_factory=list)
    measures: WordList = field(default_factory=list)
    times: WordList = field(default_factory=list)
    headline_breaks: WordList = field(default_factory=list)
    abbreviations: WordList = field(default_factory=list)
    titles: WordList = field(default_factory=list)
    pronouns: Words = field(default_factory=dict)
    roles: WordList = field(default_factory=list)
    anonymous: WordList = field(default_factory=list)
    names: Words = field(default_factory=dict)
    mentions: Words = field(default_factory=dict)
    given_names: Words = field(default_factory=dict)
    spellings: WordList = field(default_factory=list)
    word_endings: WordList = field(default_factory=list)


def load_language(code: str = "en", folder: Path = CONFIGS) -> Language:
    """Read `languages/CODE.yaml` below a config folder.

    Raises
    ------
    ConfigError
        When there is no such language, or its file has an unknown key or something that is no word.
    """
    return load_config(Language, folder / "languages" / f"{code}.yaml")
