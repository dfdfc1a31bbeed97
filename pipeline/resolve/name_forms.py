"""Names as strings: how they are normalised, compared across spellings and romanisations, and made into ids."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

# Suffixes of names in whatever language, which tell a father from his son.
_SUFFIXES = ("jr", "sr", "ii", "iii", "iv")
# The same words and names recur in a corpus; a few megabytes of cache save half the time.
_CACHE_SIZE = 1 << 15
# Letters that Unicode does not decompose.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})


@lru_cache(maxsize=_CACHE_SIZE)
def normalise(text: str) -> str:
    """Return a text in small letters without accents, hyphens, apostrophes and full stops, with single spaces."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    text = re.sub(r"['’.ʼ]", "", text.translate(_LETTERS))
    return " ".join(re.findall(r"\w+", text))


@lru_cache(maxsize=_CACHE_SIZE)
def name_key(text: str) -> str:
    """Return a form of a name that is the same for its spellings.

    After `normalise`, `i`, `j` and `y` become one letter and doubled letters single: Zelensky, Zelenskyy and Zelenskiy
    have one key, as have Sergei and Sergey.
    """
    return re.sub(r"(\w)\1+", r"\1", re.sub(r"[ij]", "y", normalise(text)))


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Return common given names of many countries, as `name_key` spells them: `male`, `female` or `either`."""
    with Path(__file__).with_name("given_names.csv").open(encoding="utf-8", newline="") as file:
        return {name_key(row["name"]): row["gender"] for row in csv.DictReader(file)}


def starts_with_given_name(name: str) -> bool:
    """Return True for two to four words of which the first is a common given name."""
    words = name.split()
    return 2 <= len(words) <= 4 and name_key(words[0]) in given_names()


def gender_of_full_name(name: str) -> str:
    """Return the gender that the given name of a full name tells; an empty string for unisex and unknown names."""
    gender = given_names()[name_key(name.split()[0])] if starts_with_given_name(name) else "either"
    return "" if gender == "either" else gender


@lru_cache(maxsize=_CACHE_SIZE)
def name_words(text: str) -> tuple[str, ...]:
    """Return the words of a name's key: parts of a hyphenated name are words, `Jr.` at the end is left out."""
    words = tuple(name_key(text).split())
    return words[:-1] if len(words) > 1 and name_suffix(text) else words


@lru_cache(maxsize=_CACHE_SIZE)
def name_suffix(name: str) -> str:
    """Return `jr` for "Anton Gavrel Jr."; an empty string for a name without a suffix."""
    last = normalise(name).split()[-1:]
    return last[0] if last and last[0] in _SUFFIXES else ""


def may_be_same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Return True when two full names (`name_words`, two or more words each) may be one person's.

    One is the other with words left out, or they share the last word and their first words agree (equal, an initial,
    or the beginning of the other).
    """
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    if all(word in rest for word in short):
        return short[-1] == long[-1] or len(short) < len(long) - 1 or short == long[: len(short)]
    first, full = sorted((a[0], b[0]), key=len)  # an initial, or three letters of a given name
    return a[-1] == b[-1] and full.startswith(first) and len(first) != 2


def initials(name: str) -> str:
    """Return the first letters of the words of a name, in small letters."""
    return "".join(word[0] for word in normalise(name).split())


def abbreviates(letters: str, name: str) -> bool:
    """Return True when small letters are letters of a name, in order, starting with its first."""
    rest = iter(normalise(name))
    return normalise(name)[:1] == letters[:1] and all(letter in rest for letter in letters)


def slug(text: str) -> str:
    """Return ASCII letters and digits joined by hyphens, for ids; letters outside ASCII become their code point."""
    words = "".join(c if ord(c) < 128 else f"u{ord(c):x}" for c in normalise(text)).split()
    return "-".join(words)[:80].strip("-") or "unnamed"


def tidy_phrase(text: str, keep_capital: bool = False) -> str:
    """Return a noun phrase without quotation marks and extra white space, its first letter small unless kept."""
    text = " ".join(text.split()).strip('"“”«» ,')
    return text if keep_capital or not text or text[1:2].isupper() else text[0].lower() + text[1:]


# What BGN/PCGN, passports, scholars and Polish papers write for one letter or ending, after `name_key` (no accents; i,
# j and y are one letter).
_SPELLINGS = (
    ("szcz", "shch"),
    ("cz", "ch"),
    ("sz", "sh"),
    ("kh", "h"),
    ("x", "ks"),
    ("t[sz]", "c"),
    ("ye", "e"),
    ("(?<=[eo])w(?=a?$)", "v"),
)
# What is left of the same letters where an alphabet's accents are lost (š, č, ž), and w for v: only for known names.
_COARSE_SPELLINGS = (("shch|sch|sh", "s"), ("ch", "c"), ("zh", "z"), ("w", "v"))
_MIN_GIVEN_NAME, _MIN_SURNAME = 3, 5


@lru_cache(maxsize=_CACHE_SIZE)
def romanised_key(name: str) -> str:
    """Return a form of a full name that is the same in all romanisations: Evgeny Kusnetsov, Yevgeni Kusnecow.

    It is empty for a single word, and where given name or surname is so short that other names have its form too.
    """
    words = [romanised_word(word) for word in name_words(name)]
    if len(words) < 2 or len(words[0]) < _MIN_GIVEN_NAME or len(words[-1]) < _MIN_SURNAME:
        return ""
    return " ".join(words)


def translated_key(name: str, given_name_forms: Mapping[str, str]) -> str:
    """Return a coarser key, with one form of the given name for all languages: Alexander Velicz, Oleksandr Velič.

    `given_name_forms` has that form for the others, all of them as `romanised_word` spells them. Only for the names of
    people who are known: Sharma and Sarma are two surnames.
    """
    given, _, rest = romanised_key(name).partition(" ")
    return _replace(f"{given_name_forms.get(given, given)} {rest}", _COARSE_SPELLINGS) if given else ""


def romanised_word(word: str) -> str:
    """Return a form of one word of `name_key` that is the same in all romanisations."""
    return _replace(word, _SPELLINGS)


def _replace(text: str, spellings: tuple[tuple[str, str], ...]) -> str:
    for pattern, letter in spellings:
        text = re.sub(pattern, letter, text)
    return text
