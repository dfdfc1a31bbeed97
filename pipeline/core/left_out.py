"""People who asked to be left out (`configs/left_out.csv`): they are taken out of all that is for others.

Their quotes are dropped, and their names are covered sign by sign wherever else they stand, so that offsets still hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pipeline.core.config import read_csv_rows
from pipeline.core.errors import ConfigError
from pipeline.core.text import unescape_cell

COLUMNS = ("name", "reason", "since", "by")
COVER = "█"


def skeleton(text: str) -> str:
    """Return letters and digits of a text alone: what stays the same however it is spaced, joined and capitalised."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


class LeftOut:
    """The people of the file, and where else than under their full names they stand."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(dict.fromkeys(names))
        plain = [re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", name)) for name in self.names]
        self._keys = set(filter(None, map(skeleton, [*self.names, *plain])))  # addresses are without accents
        self._speaker_ids: set[str] = set()
        self.hidden_ids: set[str] = set()  # of others who have a word of their names in their own
        self._patterns = {name: _pattern([name]) for name in self.names}
        self._everywhere = _pattern(self.names)
        self.articles: dict[str, re.Pattern[str]] = {}  # those that name one of them
        self._covered: dict[str, str] = {}  # names of others with a word of theirs, and how these articles show them

    def __bool__(self) -> bool:
        return bool(self._keys)

    def add_speaker(self, row: Mapping[str, Any]) -> None:
        """Note a row of `speakers`: it may be one of them, under another of its names."""
        if self and any(not skeleton(self.cover(name)) for name in (row["name"], *(row["aliases"] or ()))):
            self._speaker_ids.add(row["speaker_id"])

    def add_article(self, article_id: str, text: str, aliases: Iterable[str] = ()) -> None:
        """Note an article: if it has somebody's full name, each word of the name is covered in it, as are aliases."""
        found = [name for name, pattern in self._patterns.items() if pattern.search(text)]
        words = [word for name in found for word in re.findall(r"\w{2,}", name) if not word.islower()]
        if (named := list(aliases)) or words:
            self.articles[article_id] = _pattern([*self.names, *named], words)

    def add_names(self, row: Mapping[str, Any], article_id: str) -> None:
        """Note a speaker of an article: a name with a word that is covered there is so in tables and reports too."""
        for name in (row["name"], *(row["aliases"] or ())):
            shown = self.cover(name, article_id)
            if skeleton(shown) and shown != name:
                self._covered[name] = shown
                self.hidden_ids.add(row["speaker_id"])

    def find_absent(self, texts: Iterable[str]) -> list[str]:
        """Return the names that none of some texts has: they may be misspelled."""
        absent = self._patterns
        for text in texts:
            absent = {name: pattern for name, pattern in absent.items() if not pattern.search(text)}
        return list(absent)

    def speaks(self, row: Mapping[str, Any]) -> bool:
        """Return whether one of them is the speaker, or the holder, that a row names."""
        names = filter(None, map(row.get, ("speaker", "holder", "name")))
        # Of a name that its article covers nothing is left: an annotator may write less than the full one.
        left = {skeleton(self.cover(name, row.get("article_id"))) for name in names if self and skeleton(name)}
        known = not self._speaker_ids.isdisjoint(map(row.get, ("speaker_id", "holder_id")))
        return known or not left.isdisjoint({"", "s", *self._keys})  # `s` of a possessive

    def is_in(self, address: str | None) -> bool:
        """Return whether an address, an id or a path has one of the names in it."""
        return any(key in skeleton(unquote(address or "")) for key in self._keys)

    def cover(self, value: Any, article_id: str | None = None) -> Any:
        """Return a value of a row, or a whole report, with the names in it covered."""
        if isinstance(value, list):
            return [self.cover(each, article_id) for each in value]
        if not self or not isinstance(value, str):
            return value
        pattern = self.articles.get(article_id or "", self._everywhere)
        value = pattern.sub(lambda match: re.sub(r"\S", COVER, match.group()), value)
        for name, shown in self._covered.items() if article_id is None else ():
            value = value.replace(name, shown)
        return value


def read_left_out(folder: Path) -> LeftOut:
    """Read `left_out.csv` of a config folder, if it is there; wrong columns or an empty cell is a ConfigError."""
    path, names = folder / "left_out.csv", []
    for number, row in read_csv_rows(path, COLUMNS) if path.exists() else ():
        name, by = (" ".join(unescape_cell(row[column]).split()) for column in ("name", "by"))
        if len(skeleton(name)) < 2 or not by:
            fix = "say who is left out, and who did it"
            raise ConfigError("`name` or `by` is empty", where=f"{path}, row {number}", fix=fix)
        names.append(name)
    return LeftOut(names)


def _spelling(form: str) -> str:
    """Return a pattern of a name: however spaced, joined, capitalised and composed, with or without a middle name."""
    words = []
    for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", form)):
        letters = (dict.fromkeys((letter, unicodedata.normalize("NFD", letter))) for letter in word)
        words.append(r"[\u00ad\u200b-\u200d\u2060]*".join(f"(?:{'|'.join(map(re.escape, each))})" for each in letters))
    return r"[\W_]{0,4}(?:(?-i:[A-ZÀ-ÖØ-Þ])\w*[\W_]{1,4})?".join(words)


def _pattern(forms: Iterable[str], words: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern of names, however spaced and capitalised, and of single words of names as they are."""
    ordered = sorted({form for form in forms if skeleton(form)}, key=lambda form: (-len(form), form))
    exact = sorted({re.escape(form) for word in words for form in (word, word.upper())})
    either = "|".join([*(f"(?i:{_spelling(form)})" for form in ordered), *exact])
    return re.compile(rf"(?<!\w)(?:{either or '(?!)'})(?!\w)")
