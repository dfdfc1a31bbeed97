"""Words of a text with names masked, so that a classifier cannot learn who says what about whom.

A name is told from a common word by its case, learnt from text: a word that stands inside sentences in capitals more
often than in lower case is a name, and so is a capitalised word never met in lower case (truecasing, Lita et al. 2003).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

# In capitals, unlike every other word that `masked` gives.
MASK = "NAME"
# Names that are common words but for their capitals.
_NAMES = frozenset({"US", "WHO"})
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SENTENCE_END = frozenset('.!?:…"“”‘«»(')


def tokenize(text: str) -> Iterator[tuple[str, bool]]:
    """Words and marks in order, each with whether it may start a sentence (so that its capital says nothing)."""
    start = True
    for match in _TOKEN.finditer(text):
        word = match.group()
        yield word, start
        start = word in _SENTENCE_END


def find_common_words(texts: Iterable[str]) -> list[str]:
    """Lower-case forms of words that are no names, sorted.

    Parameters
    ----------
    texts : iterable of str
        Running text; the more of it, the fewer common words at sentence starts are taken for names.
    """
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for word, start in tokenize(text):
            if word[0].islower():
                lower[word] += 1
            elif word[0].isupper() and not start:
                capital[word.lower()] += 1
    return sorted({word for word, count in lower.items() if count >= capital[word]} | ENGLISH_STOP_WORDS)


def mask_names(text: str, common: Collection[str] | None) -> list[str]:
    """Lower-case words and marks of a text; each run of names is one `MASK`.

    Parameters
    ----------
    text : str
        Text as written.
    common : collection of str
        What `common_words` gives, as a set; None masks nothing.
    """
    words: list[str] = []
    for word, _ in tokenize(text):
        lower = word.lower()
        # "Republic" after a name is part of it.
        is_name = common is not None and (lower not in common or word in _NAMES or words[-1:] == [MASK])
        if not (is_name and word[0].isupper() and len(word) > 1):
            words.append(lower)
        elif words[-1:] != [MASK]:
            words.append(MASK)
    return words
