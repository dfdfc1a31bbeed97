"""Reporting words of a language for one profile, ready for look-up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

import pydantic

from pipeline.core.config import STRICT, build_config
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language

# Frames are the constructions in which a verb reports; the language file explains each with an example.
FRAMES = ("clause", "plain", "finding", "direct", "object", "to", "person_to", "as", "name")
PROFILES = {"speech": ("speech",), "attribution": ("speech", "thought")}
# A list of words; a line of it may be a list itself.
Words = list[str | list[str]]
TwoWords = Annotated[str, pydantic.Field(pattern=r"^\S+\s+\S+$")]


def _check_kinds(lists: dict[str, Any]) -> dict[str, Any]:
    """Check that `preposition` has its words by verb, and that every other list is a plain one."""
    for name, words in lists.items():
        if isinstance(words, dict) != (name == "preposition"):
            raise ValueError(f"`{name}` is {'no ' if name == 'preposition' else 'a '}mapping")
    return lists


ProfileCues = Annotated[dict[str, Words | dict[str, Words]], pydantic.AfterValidator(_check_kinds)]


@pydantic.dataclasses.dataclass(frozen=True, config=STRICT)
class CueLists:
    """The mapping `cues` of a language file, which explains each list."""

    speech: ProfileCues = field(default_factory=dict)
    thought: ProfileCues = field(default_factory=dict)
    particles: dict[str, Words] = field(default_factory=dict)
    phrasal: dict[str, list[TwoWords]] = field(default_factory=dict)
    phrases: list[str] = field(default_factory=list)
    sayings: list[str] = field(default_factory=list)
    carriers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Lexicon:
    """Reporting words for one profile."""

    # Frames of each verb's lemma, and of a verb with its particle.
    verbs: dict[str, frozenset[str]]
    phrasal: dict[tuple[str, str], frozenset[str]]
    # Of a verb, the prepositions whose object is the content (`called for A`), and particles (`ruled out A`).
    prepositions: dict[str, frozenset[str]]
    particles: dict[str, frozenset[str]]
    # Lemmas of nouns that report a clause: `her promise that A`.
    nouns: frozenset[str]
    # Fixed phrases as lower-case words (`according to`), and as lemmas (`take to Twitter`); longest first.
    phrases: tuple[tuple[str, ...], ...]
    sayings: tuple[tuple[str, ...], ...]
    # Verbs that carry a reporting verb after them: `took to the radio to say`.
    carriers: frozenset[str]
    # Whether only words that were uttered are quotes: not what somebody did not say, or will say.
    uttered_only: bool


def build_lexicon(language: Language, profile: str) -> Lexicon:
    """Build the lexicon of a profile: cues of speech, and for `attribution` cues of thought too.

    An unknown profile, and a list of cues in the language file that no rule reads, is a ConfigError.
    """
    if profile not in PROFILES:
        raise ConfigError(f"unknown profile `{profile}`", fix=f"use one of {', '.join(PROFILES)}")
    cues = build_config(CueLists, language.cues, where=f"languages/{language.code}.yaml, `cues`")
    lists: list[dict[str, Any]] = [getattr(cues, name) for name in PROFILES[profile]]
    known = (*FRAMES, "preposition", "nouns")
    if misspelt := [name for cue_list in lists for name in cue_list if name not in known]:
        told = f"unknown list `{misspelt[0]}` in `cues` of the language file"
        raise ConfigError(told, fix=f"use {', '.join(known)}")
    verbs: dict[str, set[str]] = {}
    prepositions: dict[str, set[str]] = {}
    for cue_list in lists:
        for frame in FRAMES:
            for lemma in _flatten(cue_list.get(frame, [])):
                verbs.setdefault(lemma, set()).add(frame)
        for lemma, words in cue_list.get("preposition", {}).items():
            prepositions.setdefault(lemma, set()).update(_flatten(words))
    if profile != "speech":
        # The annotation guidelines of this profile include the object: `called it “a gift”`, not only the quoted words.
        verbs = {lemma: frames - {"direct"} if "name" in frames else frames for lemma, frames in verbs.items()}
    phrasal: dict[tuple[str, str], set[str]] = {}
    for frame, entries in cues.phrasal.items():
        for entry in entries:
            verb, particle = entry.split()
            phrasal.setdefault((verb, particle), set()).add(frame)
    return Lexicon(
        verbs={lemma: frozenset(frames) for lemma, frames in verbs.items()},
        phrasal={key: frozenset(frames) for key, frames in phrasal.items()},
        prepositions={lemma: frozenset(words) for lemma, words in prepositions.items()},
        particles={lemma: frozenset(_flatten(words)) for lemma, words in cues.particles.items()},
        nouns=frozenset(lemma for cue_list in lists for lemma in _flatten(cue_list.get("nouns", []))),
        phrases=_split_phrases(cues.phrases),
        sayings=_split_phrases(cues.sayings),
        carriers=frozenset(cues.carriers),
        uttered_only=profile == "speech",
    )


def _flatten(entries: Iterable[Any]) -> list[str]:
    """Return the words of a list whose lines may be lists themselves."""
    return [word for entry in entries for word in (entry if isinstance(entry, list) else [entry])]


def _split_phrases(entries: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Split phrases into words, and sort them so that the longest is tried first."""
    return tuple(sorted((tuple(entry.split()) for entry in entries), key=lambda words: (-len(words), words)))
