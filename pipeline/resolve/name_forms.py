"""Names as strings: what to strip, how to compare, how to make an id of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

_MARKS = "\"'“”‘’„«»`"
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_TRAILING = re.compile(r"\s*(?:[,(\[:;—–]|\s-+\s).*$", re.DOTALL)
_HONOURS = {"phd", "md", "kc", "qc", "mp", "ret", "retd"}
# What tells a father from his son.
_SUFFIXES = ("jr", "sr", "ii", "iii", "iv")
# Words and names come again and again; a few megabytes save half the time.
_CACHED = 1 << 15
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


@lru_cache(maxsize=_CACHED)
def plain(text: str) -> str:
    """Lower-cased ASCII-like form: marks off letters, hyphens and apostrophes gone, white space single."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    text = re.sub(r"['’.ʼ]", "", text.translate(_LETTERS))
    return " ".join(re.findall(r"\w+", text))


@lru_cache(maxsize=_CACHED)
def key(text: str) -> str:
    """Form under which spellings of one name meet.

    On top of `plain`, `i`, `j` and `y` are one letter and doubled letters one: Zelensky, Zelenskyy and Zelenskiy meet,
    as do Sergei and Sergey.
    """
    return re.sub(r"(\w)\1+", r"\1", re.sub(r"[ij]", "y", plain(text)))


@lru_cache(maxsize=_CACHED)
def key_words(text: str) -> tuple[str, ...]:
    """Words of `key`; parts of a hyphenated name are words, `Jr.` at its end is none."""
    words = tuple(key(text).split())
    return words[:-1] if len(words) > 1 and suffix_of(text) else words


@lru_cache(maxsize=_CACHED)
def suffix_of(name: str) -> str:
    """`jr` of "Anton Gavrel Jr."; nothing for a name without one."""
    last = plain(name).split()[-1:]
    return last[0] if last and last[0] in _SUFFIXES else ""


def is_title(word: str, titles: Collection[str]) -> bool:
    """True for a title, or a hyphenated one (`Secretary-General`) whose parts are titles."""
    parts = plain(word).split()
    return bool(parts) and all(part in titles for part in parts)


def strip_name(text: str, titles: Collection[str] = ()) -> str:
    """Take quotation marks, possessive, honours, trailing roles and leading titles off a name.

    Parameters
    ----------
    text : str
        A mention, such as `Gen. (ret.) Bram Ostrander, the defence minister`.
    titles : collection of str
        Plain words that may stand before a name, such as `gen`.
    """
    text = re.sub(r"\((?:ret|retd)\.?\)\s*", "", text, flags=re.IGNORECASE)
    text = _TRAILING.sub("", " ".join(text.split()).strip(_MARKS + " "))
    words = _POSSESSIVE.sub("", text.strip(_MARKS + " ,")).split()
    while len(words) > 1 and (is_title(words[0], titles) or plain(words[0]) in {"the", ""}):
        words = words[1:]
    while len(words) > 1 and plain(words[-1]) in _HONOURS:
        words = words[:-1]
    return " ".join(words).strip(_MARKS + " ,")


def _initials_agree(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return long.startswith(short) and (len(short) == 1 or len(short) >= 3)


def compatible(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """True when two full names (`key_words`, two or more words each) may be one person's.

    One is the other with words left out, or they share the last word and their first words agree (equal, an initial,
    or the beginning of the other).
    """
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    if all(word in rest for word in short):
        return short[-1] == long[-1] or len(short) < len(long) - 1 or short == long[: len(short)]
    return a[-1] == b[-1] and _initials_agree(a[0], b[0])


def slug(text: str) -> str:
    """ASCII letters and digits joined by hyphens, for ids; letters outside ASCII become their code point."""
    words = "".join(c if ord(c) < 128 else f"u{ord(c):x}" for c in plain(text)).split()
    return "-".join(words)[:80].strip("-") or "unnamed"


def as_written(text: str, proper: bool = False) -> str:
    """A noun phrase as the name of an unnamed speaker: marks and white space tidied, first letter of a sentence small.

    Parameters
    ----------
    text : str
        The mention.
    proper : bool
        True when the first word is a name, whose capital stays.
    """
    text = " ".join(text.split()).strip('"“”«» ,')
    return text if proper or not text or text[1:2].isupper() else text[0].lower() + text[1:]
