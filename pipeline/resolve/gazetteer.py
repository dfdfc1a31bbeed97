"""The gazetteer: states, people and organisations that are known before an article is read (`configs/speakers.csv`)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.core.config import read_csv_rows
from pipeline.core.errors import ConfigError
from pipeline.core.language import Language
from pipeline.resolve.name_forms import name_key
from pipeline.resolve.vocabulary import Vocabulary, build_vocabulary, word_pattern

COLUMNS = ("name", "aliases", "qid", "kind", "country", "role", "from", "to", "seen", "gender", "note")
KINDS = ("person", "organisation", "country", "group")
_MIN_STEM = 4


@dataclass(frozen=True)
class GazetteerEntry:
    """One row of the gazetteer; an empty cell is an empty string.

    `start` and `end` (columns `from` and `to`) are ISO dates between which `role` was held. `seen` is the date of the
    list that showed the office as still held: later days are unknown. It is empty for a maintained row.
    """

    name: str
    aliases: tuple[str, ...]
    qid: str
    kind: str
    country: str = ""
    role: str = ""
    start: str = ""
    end: str = ""
    gender: str = ""
    note: str = ""
    seen: str = ""

    def held_on(self, date: str) -> bool:
        """Return True when the role was surely held on an ISO date; without a date, when no end of it is known."""
        last = self.end or self.seen
        if not date:
            return not last
        day = date[:10]
        return (not self.start or self.start <= day) and (not last or day[: len(last)] <= last)

    def has_left_by(self, date: str) -> bool:
        """Return True when the role surely ended before an ISO date."""
        return bool(self.end and date) and self.end < date[: len(self.end)]


class KnownName(NamedTuple):
    """A name of the gazetteer among words: from `first` to before `end`."""

    first: int
    end: int
    entry: GazetteerEntry


@dataclass
class Gazetteer:
    """Look-up by name, by the adjective of a state, and by office and state."""

    entries: list[GazetteerEntry] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    def __post_init__(self) -> None:
        self._by_name = {name_key(form): entry for entry in self.entries for form in (entry.name, *entry.aliases)}
        self._articles = [f"{name_key(article)} " for article in self.vocabulary.definite_articles]
        self._adjective_ending = _ending_pattern(self.vocabulary.adjective_endings)
        self._short_endings = {name_key(a): name_key(b) for a, b in self.vocabulary.short_adjective_endings.items()}
        state_ending = _ending_pattern(self.vocabulary.state_endings)
        self._states_by_stem = {
            state_ending.sub("", name_key(entry.name)): entry
            for entry in self.entries
            if entry.kind == "country" and " " not in name_key(entry.name)
        }

    def find(self, name: str) -> GazetteerEntry | None:
        """Return the row with a name or alias, in any spelling and with or without a definite article."""
        form = name_key(name)
        forms = [form, *(form.removeprefix(article) for article in self._articles)]
        return next((self._by_name[form] for form in forms if form in self._by_name), None)

    def name_at(self, words: Sequence[str], at: int, kinds: Collection[str], max_words: int) -> KnownName | None:
        """Return the longest name of some kinds that begins at a word; a single word may be a state's adjective."""
        for end in range(min(at + max_words, len(words)), at, -1):
            text = " ".join(words[at:end])
            entry = (self.find_state(text) if end == at + 1 else None) or self.find(text)
            if entry is not None and entry.kind in kinds and words[end - 1][0].isalnum():
                return KnownName(at, end, entry)
        return None

    def known_name(self, name: str) -> str:
        """Return a name as the gazetteer has it, the name itself where it has none."""
        entry = self.find(name)
        return entry.name if entry is not None else name

    def find_state(self, word: str) -> GazetteerEntry | None:
        """Return the state that a word names: its name, an alias, or an adjective made of its name (`Kestrian`)."""
        entry = self.find(word)
        if entry is not None:
            return entry if entry.kind == "country" else None
        form = name_key(word)
        for ending, replacement in self._short_endings.items():
            if form.endswith(ending):
                short = self._by_name.get(form.removesuffix(ending) + replacement)
                if short is not None and short.kind == "country":
                    return short
        once = self._adjective_ending.sub("", form)
        for stem in (form, once, self._adjective_ending.sub("", once)):
            if len(stem) >= _MIN_STEM and stem in self._states_by_stem:
                return self._states_by_stem[stem]
        return None


def _ending_pattern(endings: Collection[str]) -> re.Pattern[str]:
    """Return a pattern of the longest of the endings of a name's key."""
    return re.compile(rf"(?:{word_pattern(tuple(map(name_key, endings)))})$")


def read_gazetteer(path: Path | str, language: Language) -> Gazetteer:
    """Read a CSV file with the columns of `COLUMNS`, for articles of a language.

    A missing file or column, an unknown kind, an empty name, and a name or alias of two rows is a ConfigError.
    """
    entries: list[GazetteerEntry] = []
    rows_by_form: dict[str, int] = {}
    for number, row in read_csv_rows(Path(path), COLUMNS):
        where = f"{path}, row {number}"
        entry = _entry(row, where)
        forms = {name_key(form): form for form in (entry.name, *entry.aliases)}
        for form, written in (forms | ({entry.qid: entry.qid} if entry.qid else {})).items():
            if (first := rows_by_form.setdefault(form, number)) != number:
                fix = "one row per speaker; leave an alias that two speakers share out of both"
                raise ConfigError(f"`{written}` is in row {first} too", where=where, fix=fix)
        entries.append(entry)
    return Gazetteer(entries, build_vocabulary(language))


def _entry(row: dict[str, str], where: str) -> GazetteerEntry:
    """Return a checked row of the file."""
    row = {name: value.strip() for name, value in row.items()}
    if not row["name"]:
        raise ConfigError("the name is empty", where=where)
    if row["kind"] not in KINDS:
        raise ConfigError(f"kind is {row['kind']!r}", where=where, fix=f"one of {', '.join(KINDS)}")
    if row["qid"] and not re.fullmatch(r"Q[1-9]\d*", row["qid"]):
        raise ConfigError(f"qid is {row['qid']!r}", where=where, fix="a Wikidata id such as Q42, or nothing")
    if row["gender"] not in ("", "male", "female"):
        raise ConfigError(f"gender is {row['gender']!r}", where=where, fix="male, female or nothing")
    for name in ("from", "to", "seen"):
        if row[name] and not re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", row[name]):
            raise ConfigError(f"`{name}` is {row[name]!r}", where=where, fix="a date such as 2024-03-01, or nothing")
    aliases = tuple(alias.strip() for alias in row.pop("aliases").split("|") if alias.strip())
    return GazetteerEntry(aliases=aliases, start=row.pop("from"), end=row.pop("to"), **row)
