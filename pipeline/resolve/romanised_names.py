"""Russian, Ukrainian and Belarusian names in Latin letters: the systems of romanisation that newspapers mix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from pipeline.resolve.name_forms import name_words

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
_CACHE_SIZE = 1 << 15


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
