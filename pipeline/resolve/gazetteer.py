"""The gazetteer: states, people and organisations that are known before an article is read (`configs/speakers.csv`)."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.core.errors import ConfigError
from pipeline.resolve.name_forms import key, plain

COLUMNS = ("name", "aliases", "qid", "kind", "country", "role", "from", "to", "seen", "gender", "note")
KINDS = ("person", "organisation", "country", "group")
# Endings that turn the name of a state into its adjective: Kestria, Kestrian; Tamrah, Tamrahi.
_ADJECTIVE = re.compile(r"(?:yan|ean|an|ese|n|y)$")
_STATE = re.compile(r"(?:ya|[aeoy])$")
_SHORTEST_STEM = 4


@dataclass(frozen=True)
class Entry:
    """One row.

    Attributes
    ----------
    name, aliases, qid, kind, country, role, note : str
        As in the file; `aliases` is a tuple, an empty cell an empty string.
    gender : str
        `male`, `female` or empty.
    start, end : str
        ISO dates between which `role` was held (columns `from` and `to`); empty when unknown or open.
    seen : str
        ISO date of the source that shows the office still held; later days are unknown. Empty for a row kept up.
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

    def held(self, date: str) -> bool:
        """True when the role was held on an ISO date for certain; without a date, when no end of it is known."""
        last = self.end or self.seen
        if not date:
            return not last
        day = date[:10]
        return (not self.start or self.start <= day) and (not last or day[: len(last)] <= last)


@dataclass
class Gazetteer:
    """Look-up by name, by adjective of a state, and by office and state."""

    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = {key(form): entry for entry in self.entries for form in (entry.name, *entry.aliases)}
        self.stems = {
            _STATE.sub("", key(entry.name)): entry
            for entry in self.entries
            if entry.kind == "country" and " " not in key(entry.name)
        }
        self.holders: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.kind == "person" and entry.country and entry.role:
                self.holders.setdefault(key(entry.country), []).append(entry)

    def find(self, name: str) -> Entry | None:
        """Row with this name or alias, spellings and a leading article aside."""
        form = key(name)
        return self.names.get(form) or self.names.get(form.removeprefix("the "))

    def country(self, word: str) -> Entry | None:
        """State named by a word: its name, an alias, or an adjective made of its name (`Kestrian`)."""
        found = self.find(word)
        if found is not None:
            return found if found.kind == "country" else None
        stem = key(word)
        # Short names too: Russia, Russian.
        if stem.endswith("an") and (short := self.names.get(stem[:-1])) is not None and short.kind == "country":
            return short
        for form in (stem, _ADJECTIVE.sub("", stem), _ADJECTIVE.sub("", _ADJECTIVE.sub("", stem))):
            if len(form) >= _SHORTEST_STEM and form in self.stems:
                return self.stems[form]
        return None

    def office(self, words: Collection[str], country: str, date: str = "") -> Entry | None:
        """The one person of a state whose role has all of `words` (plain) on a date; None where that is not certain.

        Without a date several holders, or one who has left, leave it open.
        """
        found = [entry for entry in self.holders.get(key(country), []) if set(words) <= set(plain(entry.role).split())]
        found = [entry for entry in found if set(words) == set(plain(entry.role).split())] or found
        if not date and len(found) > 1:
            return None
        held = [entry for entry in found if entry.held(date)]
        return held[0] if len(held) == 1 else None


def read_gazetteer(path: Path | str) -> Gazetteer:
    """Read a CSV file with the columns of `COLUMNS`.

    Raises
    ------
    ConfigError
        When the file is missing, a column is, a kind is unknown, a name is empty, or two rows share a name or alias.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ConfigError("the columns are wrong", where=str(path), fix=f"first line: {','.join(COLUMNS)}")
            entries: list[Entry] = []
            taken: dict[str, int] = {}
            for number, row in enumerate(reader, 2):
                entry = _entry(row, f"{path}, row {number}")
                _claim(entry, number, taken, path)
                entries.append(entry)
    except FileNotFoundError:
        raise ConfigError("no such gazetteer", where=str(path)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("not a CSV file in UTF-8", where=str(path), why=str(error)) from None
    return Gazetteer(entries)


def _entry(row: dict[str, str], where: str) -> Entry:
    if None in row or None in row.values():
        raise ConfigError(f"a row has {len(COLUMNS)} cells", where=where)
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
        if row[name] and not re.fullmatch(r"\d{4}(-\d\d){0,2}", row[name]):
            raise ConfigError(f"`{name}` is {row[name]!r}", where=where, fix="a date such as 2024-03-01, or nothing")
    aliases = tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip())
    return Entry(
        row["name"],
        aliases,
        row["qid"],
        row["kind"],
        row["country"],
        row["role"],
        row["from"],
        row["to"],
        row["gender"],
        row["note"],
        row["seen"],
    )


def _claim(entry: Entry, number: int, taken: dict[str, int], path: Path) -> None:
    """Note the forms of a row; complain about one that an earlier row has, or an id two rows have."""
    forms = {key(form): form for form in (entry.name, *entry.aliases)}
    if entry.qid:
        forms[entry.qid] = entry.qid
    for form, written in forms.items():
        if taken.get(form, number) != number:
            raise ConfigError(
                f"`{written}` is in row {taken[form]} too",
                where=f"{path}, row {number}",
                fix="one row per speaker; leave an alias that two speakers share out of both",
            )
        taken[form] = number
