"""People who asked to be left out (`configs/left_out.csv`): they are taken out of all that is for others.

Their quotes are dropped, and their names are covered sign by sign wherever else they stand, so that offsets still hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pipeline.core.config import read_csv_rows
from pipeline.core.errors import ConfigError
from pipeline.core.text import unescape_cell

COLUMNS = ("name", "reason", "since", "by")
COVER = "█"
_INSIDE_WORDS = set("'’‘ʼʹ`´")
# Where a word of a name may be written as two: `O'Hara`, `DiMarco`.
_JOINTS = re.compile(f"(?<=\\w)[{''.join(sorted(_INSIDE_WORDS))}](?=\\w)|(?<=[a-z])(?=[A-Z])")
_BREAK = re.compile(r"(?<=[^\W\d_])[-\u2010]\s*\n\s*(?=[^\W\d_A-Z])")  # of a word at the end of a line
# Between two words of a name: signs, and up to two middle names, their initials, or nicknames in marks.
_GAP = r"""\W{0,4}(?:(?:(?-i:[^\W\da-z])\w*|["“”„][^"“”\n]{1,30}["“”])\W{1,4}){0,2}"""
# What Unicode does not take apart, and signs that are written otherwise.
_PLAIN = {"_": " ", "ß": "ss", "ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D"}
_PLAIN |= {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th"}


def skeleton(text: str) -> str:
    """Return letters and digits of a text alone: what stays the same however it is spaced, joined and capitalised."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


class LeftOut:
    """The people of the file, and where else than under their full names they stand."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(dict.fromkeys(names))
        self._keys = {skeleton(form) for name in self.names for form in _orders(name)}
        self._words = {word.casefold() for name in self.names for word in _words(name)}
        self._speaker_ids: set[str] = set()
        self.hidden_ids: set[str] = set()  # of others who have a word of their names in their own
        self._patterns = {name: _pattern([name]) for name in self.names}
        self._everywhere = _pattern(self.names)
        self.articles: dict[str, re.Pattern[str]] = {}  # those that name one of them
        self._words_in: dict[str, set[str]] = {}  # of their names, by article
        self.absent = dict.fromkeys(self.names)  # named by no article so far: may be misspelled
        self._covered: dict[str, str] = {}  # names of others with a word of theirs, and how these articles show them

    def __bool__(self) -> bool:
        return bool(self.names)

    def add_speaker(self, row: Mapping[str, Any], sources: Iterable[str] = ()) -> None:
        """Note a row of `speakers`: it may be one of them, under another of its names.

        `sources` are what stands in texts beside the quotes of this speaker: "Ada May Wrede" for May Wrede.
        """
        names = [row["name"], *(row["aliases"] or ()), *(row.get("members") or ())]
        shares_word = any(word.casefold() in self._words for name in names for word in _words(name))
        if any(self._is_covered(name) for name in (*names, *(sources if shares_word else ()))):
            self._speaker_ids.add(row["speaker_id"])

    def add_article(self, article_id: str, text: str, aliases: Iterable[str] = ()) -> None:
        """Note an article: if it has somebody's full name, each word of the name is covered in it, as are aliases."""
        plain, places = _fold(text)
        here = [name for name, pattern in self._patterns.items() if pattern.search(plain)]
        words = [word for name in here for word in _words(name)]
        self.absent = {name: None for name in self.absent if name not in here}
        written = (text[places[m.start()] : places[m.end() - 1] + 1] for m in self._everywhere.finditer(plain))
        words += [half for name in written if _BREAK.search(name) for half in re.findall(r"\w{2,}", name)]
        if (named := list(aliases)) or words:
            self.articles[article_id] = _pattern([*self.names, *named], words)
            self._words_in[article_id] = {word.casefold() for word in words}

    def add_names(self, row: Mapping[str, Any], article_id: str) -> None:
        """Note another speaker of an article: a word of a name that is covered there is so in tables and reports."""
        others = *(row["aliases"] or ()), *(row.get("members") or ()), row.get("side"), row.get("affiliation")
        for name in (row["name"], *others):
            if (shown := self.cover(name, article_id)) != name and row["speaker_id"] not in self._speaker_ids:
                self._covered[name] = shown
                self.hidden_ids.add(row["speaker_id"])

    def speaks(self, row: Mapping[str, Any]) -> bool:
        """Return whether one of them is the speaker, or the holder, that a row names."""
        if not self._speaker_ids.isdisjoint(map(row.get, ("speaker_id", "holder_id"))):
            return True
        # Of a name that its article covers nothing is left: an annotator may write less than the full one.
        names = map(row.get, ("speaker", "holder", "name"))
        return self._is_covered(row.get("source")) or any(self._is_covered(n, row.get("article_id")) for n in names)

    def is_in(self, address: str | None, article_id: str | None = None) -> bool:
        """Return whether an address, an id or a path has a name in it, or a word of one that its article has."""
        plain = _fold(unquote(address or ""))[0].casefold()
        has_word = self._words_in.get(article_id or "", set()).intersection(re.findall(r"[^\W_]+", plain))
        return bool(has_word) or any(key in skeleton(plain) for key in self._keys)

    def cover(self, value: Any, article_id: str | None = None) -> Any:
        """Return a value of a row, or a whole report, with the names in it covered."""
        if isinstance(value, list):
            return [self.cover(each, article_id) for each in value]
        if not self.names or not isinstance(value, str):
            return value
        (plain, places), signs = _fold(value), list(value)
        for name, shown in self._covered.items() if article_id is None else ():
            for start in (found.start() for found in re.finditer(re.escape(name), value)):
                signs[start : start + len(name)] = shown
        for match in self.articles.get(article_id or "", self._everywhere).finditer(plain):
            first, last = places[match.start()], places[match.end() - 1] + 1
            signs[first:last] = re.sub(r"\S", COVER, value[first:last])
        return "".join(signs)

    def _is_covered(self, name: str | None, article_id: str | None = None) -> bool:
        """Return whether nothing of a name is left, in an article or (None) by the names of the file alone."""
        return bool(self.names and name and skeleton(name)) and not skeleton(self.cover(name, article_id or ""))


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


@cache
def _plain(sign: str) -> str:
    """Return a sign without accents; nothing for signs that stand inside words or are not seen."""
    if sign in _INSIDE_WORDS or unicodedata.category(sign) in ("Cf", "Mn"):
        return ""
    letters = unicodedata.normalize("NFKD", _PLAIN.get(sign, sign))
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def _fold(text: str) -> tuple[str, list[int]]:
    """Return a text in which all spellings of a name are the same but for case, and the offset of each sign of it."""
    gone = {place for match in _BREAK.finditer(text) for place in range(*match.span())}
    folded = [(letter, i) for i, sign in enumerate(text) if i not in gone for letter in _plain(sign)]
    return "".join(letter for letter, _ in folded), [place for _, place in folded]


def _words(name: str) -> list[str]:
    """Return the words of a name that are more than an initial; `O'Hara` may be two, and `Le Fèvre` one."""
    apart = [" ".join(_JOINTS.split(word)) for word in name.split() if _JOINTS.search(word)]
    joined = "".join(name.split()[1:])
    words = re.findall(r"\w{2,}", " ".join(_fold(form)[0] for form in (name, *apart, joined)))
    return [*words, *(_fold(word)[0] for word in apart)]


def _orders(name: str) -> list[str]:
    """Return a name from each word on, as in `Heyl, Óskar van der`, as written and with spaces in its joints."""
    words = name.split()
    orders = [" ".join(words[start:] + words[:start]) for start in range(len(words))]
    spaced = (_JOINTS.sub(" ", order) for order in orders)
    return [" ".join(re.findall(r"\w+", _fold(order)[0])) for order in (*orders, *spaced)]


def _pattern(forms: Iterable[str], words: Iterable[str] = ()) -> re.Pattern[str]:
    """Return a pattern of names in folded texts, however capitalised, and of single words of names with a capital."""
    ordered = sorted({order for form in forms if skeleton(form) for order in _orders(form)}, key=lambda o: (-len(o), o))
    whole = [f"(?i:{_GAP.join(map(re.escape, order.split()))})" for order in ordered]
    cases = (form for word in words for form in (word, word.capitalize(), word[:1].upper() + word[1:], word.upper()))
    single = [r"\W{1,2}".join(map(re.escape, form.split())) for form in sorted({*cases}) if not form.islower()]
    return re.compile(rf"(?<!\w)(?:{'|'.join([*whole, *single]) or '(?!)'})(?i:s?)(?!\w)")
