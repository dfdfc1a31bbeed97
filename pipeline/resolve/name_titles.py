"""Titles and other words around a name that are no part of it."""

from __future__ import annotations

import re
from collections.abc import Collection

from pipeline.resolve.name_forms import normalise
from pipeline.resolve.vocabulary import Vocabulary, word_pattern

_QUOTATION_MARKS = "\"'“”‘’„«»`"
_TRAILING_DESCRIPTION = re.compile(r"\s*(?:[,(\[:;—–]|\s-+\s).*$", re.DOTALL)


def is_title(word: str, titles: Collection[str]) -> bool:
    """Return True for a title, or a hyphenated one (`Secretary-General`, `Commander-in-Chief`) of titles."""
    parts = normalise(word).split()
    inner = [part for part in parts[1:-1] if len(part) > 2]
    return bool(parts) and all(part in titles for part in (parts[0], *inner, parts[-1]))


def strip_name(text: str, vocabulary: Vocabulary, titles: Collection[str] | None = None) -> str:
    """Return a name without quotation marks, possessive, honours, trailing descriptions and leading titles.

    `Gen. (ret.) Bram Ostrander, the defence minister` gives `Bram Ostrander`. `titles` are the normalised words that
    may come before a name; the default is the titles of the vocabulary, role nouns included.
    """
    titles = vocabulary.titles if titles is None else titles
    text = re.sub(rf"\((?:{word_pattern(vocabulary.retired)})\.?\)\s*", "", text, flags=re.IGNORECASE)
    text = _TRAILING_DESCRIPTION.sub("", " ".join(text.split()).strip(_QUOTATION_MARKS + " "))
    text = text.strip(_QUOTATION_MARKS + " ,")
    ending = next((e for e in vocabulary.possessive_endings if text.endswith(e)), "")
    words = text.removesuffix(ending).split()
    while len(words) > 1 and (is_title(words[0], titles) or _is_article(words[0], vocabulary)):
        is_crowned = len(words) == 2 and normalise(words[0]) in vocabulary.crowned  # Pope Ivo
        if is_crowned or words[1] in vocabulary.joining:  # Directorate General of Ports
            break
        words = words[1:]
    while len(words) > 1 and normalise(words[-1]) in vocabulary.honours:
        words = words[:-1]
    return " ".join(words).strip(_QUOTATION_MARKS + " ,")


def _is_article(word: str, vocabulary: Vocabulary) -> bool:
    """Return True for a definite article, and for punctuation."""
    word = normalise(word)
    return not word or word in vocabulary.definite_articles
