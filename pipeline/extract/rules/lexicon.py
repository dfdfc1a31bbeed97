"""The reporting words of a language, ready to be looked up: which frames a lemma reports in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pipeline.core.errors import ConfigError
from pipeline.core.language import Language

FRAMES = ("clause", "plain", "finding", "direct", "object", "to", "person_to", "as", "name")
PROFILES = {"speech": ("speech",), "attribution": ("speech", "thought")}


@dataclass(frozen=True)
class Lexicon:
    """Reporting words for one profile.

    Attributes
    ----------
    verbs : dict of str to frozenset
        Frames of each verb's lemma.
    phrasal : dict of (str, str) to frozenset
        Frames of a verb with its particle.
    prepositions : dict of str to frozenset
        Prepositions whose object is what a verb reports.
    particles : dict of str to frozenset
        Particles that belong to the verb's cue.
    nouns : frozenset
        Lemmas of nouns that report a clause.
    phrases, sayings : tuple of tuple of str
        Fixed phrases, as lower-case words and as lemmas, longest first.
    carriers : frozenset of str
        Verbs that carry a reporting verb behind them: `took to the radio to say`.
    documents, labels : frozenset of str
        Nouns of what can find something; words before a colon that name no speaker.
    times, headline_breaks : frozenset of str
        Words of time phrases; words that open what the speaker of a headline did not say.
    non_reporting_verbs : frozenset of str
        Verbs that take a clause and report nothing: of thought in the profile `speech`, of facts in both.
    verb_endings : tuple of str
        Endings of a verb's forms, where the tagger took one for another word.
    measures : frozenset of str
        Nouns behind "according to" that name nobody.
    uttered_only : bool
        True where only what was really uttered counts: not what somebody did not say or was told by nobody.
    """

    verbs: dict[str, frozenset[str]]
    phrasal: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    prepositions: dict[str, frozenset[str]] = field(default_factory=dict)
    particles: dict[str, frozenset[str]] = field(default_factory=dict)
    nouns: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    sayings: tuple[tuple[str, ...], ...] = ()
    carriers: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    headline_breaks: frozenset[str] = frozenset()
    non_reporting_verbs: frozenset[str] = frozenset()
    verb_endings: tuple[str, ...] = ()
    measures: frozenset[str] = frozenset()
    uttered_only: bool = True


def build_lexicon(language: Language, profile: str) -> Lexicon:
    """The lexicon of a profile: speech cues, and for `attribution` thought cues too.

    Raises
    ------
    ConfigError
        When there is no such profile.
    """
    if profile not in PROFILES:
        raise ConfigError(f"unknown profile `{profile}`", fix=f"use one of {', '.join(PROFILES)}")
    cues = language.cues
    lists = [cues.get(name, {}) for name in PROFILES[profile]]
    verbs: dict[str, set[str]] = {}
    prepositions: dict[str, set[str]] = {}
    for one in lists:
        for frame in FRAMES:
            for lemma in _flatten(one.get(frame, [])):
                verbs.setdefault(lemma, set()).add(frame)
        for lemma, words in one.get("preposition", {}).items():
            prepositions.setdefault(lemma, set()).update(_flatten(words))
    if profile != "speech":
        # Its annotators take the object with the name: `called it “a gift”`, not the marked words alone.
        verbs = {lemma: frames - {"direct"} if "name" in frames else frames for lemma, frames in verbs.items()}
    phrasal: dict[tuple[str, str], set[str]] = {}
    for frame, entries in cues.get("phrasal", {}).items():
        for entry in entries:
            verb, particle = entry.split()
            phrasal.setdefault((verb, particle), set()).add(frame)
    return Lexicon(
        verbs={lemma: frozenset(frames) for lemma, frames in verbs.items()},
        phrasal={key: frozenset(frames) for key, frames in phrasal.items()},
        prepositions={lemma: frozenset(words) for lemma, words in prepositions.items()},
        particles={lemma: frozenset(_flatten(words)) for lemma, words in cues.get("particles", {}).items()},
        nouns=frozenset(lemma for one in lists for lemma in _flatten(one.get("nouns", []))),
        phrases=_split_phrases(cues.get("phrases", [])),
        sayings=_split_phrases(cues.get("sayings", [])),
        carriers=frozenset(cues.get("carriers", [])),
        documents=frozenset(language.documents),
        labels=frozenset(language.labels),
        times=frozenset(language.times),
        verb_endings=tuple(language.verb_endings),
        measures=frozenset(language.measures),
        headline_breaks=frozenset(language.headline_breaks),
        non_reporting_verbs=frozenset(cues.get("unspoken", []))
        | frozenset(_flatten(cues.get("thought", {}).get("clause", []))),
        uttered_only=profile == "speech",
    )


def _flatten(entries: Iterable[Any]) -> list[str]:
    """Words of a list whose lines may be lists themselves."""
    return [word for entry in entries for word in (entry if isinstance(entry, list) else [entry])]


def _split_phrases(entries: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(entry.split()) for entry in entries), key=lambda words: (-len(words), words)))
