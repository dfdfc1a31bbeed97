"""Mask the names in a text, so that a classifier cannot learn who says what about whom.

Case tells names from common words (truecasing, Lita et al. 2003): a word is a name if within sentences it is
capitalised more often than not, or if it is capitalised and the training texts never have it in lower case.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from pipeline.core.text import Span

# In capitals, unlike every other word that `mask_names` returns.
MASK = "NAME"
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SENTENCE_END = frozenset('.!?:…"“”‘«»(')


def find_common_words(texts: Iterable[str], stop_words: Iterable[str]) -> list[str]:
    """Return the lower-case forms of words that are not names, sorted; `stop_words` are among them in any case.

    The more text there is, the fewer common words at the start of sentences are taken for names.
    """
    lower: Counter[str] = Counter()
    capitalised: Counter[str] = Counter()
    for text in texts:
        before = "."
        for word in _TOKEN.findall(text):
            if word[0].islower():
                lower[word] += 1
            # At the start of a sentence a capital says nothing.
            elif word[0].isupper() and before not in _SENTENCE_END:
                capitalised[word.lower()] += 1
            before = word
    return sorted({word for word, count in lower.items() if count >= capitalised[word]} | set(stop_words))


def mask_names(
    text: str, common_words: Collection[str] | None, uppercase_names: Collection[str] = ()
) -> tuple[list[str], list[Span]]:
    """Return the words and punctuation marks of a text in lower case, each run of names as one `MASK`, and their spans.

    `common_words` is a set of what `find_common_words` returns; None masks nothing. `uppercase_names` are common words
    that are names in capitals (`US`, `WHO`).
    """
    words: list[str] = []
    spans: list[Span] = []
    is_name = False
    for match in _TOKEN.finditer(text):
        word, after_name = match.group(), is_name
        lower, is_name = word.lower(), False
        if common_words is not None and len(word) > 1 and word[0].isupper():
            # A capitalised word after a name is part of it: "Republic".
            is_name = after_name or lower not in common_words or word in uppercase_names
        if is_name and after_name:
            spans[-1] = (spans[-1][0], match.end())
        else:
            words.append(MASK if is_name else lower)
            spans.append(match.span())
    return words, spans
