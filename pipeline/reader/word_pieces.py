"""Split words into the pieces of a vocabulary (WordPiece, Schuster and Nakajima 2012), as BERT and MPNet do."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.core.text import Span

UNKNOWN, CLS, SEP = "[UNK]", "<s>", "</s>"
# Tokens that MPNet never met stand around the quote, and where words are left out.
QUOTE_START, QUOTE_END, GAP = "[unused1]", "[unused2]", "[unused3]"
SPECIAL = (UNKNOWN, CLS, SEP, QUOTE_START, QUOTE_END)
_CONTINUED = "##"
# Longer words are no words.
_MAX_LETTERS = 40
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")


class WordPieces:
    """A vocabulary of word pieces in the order of their numbers, `SPECIAL` among them; `##` marks one within a word."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, list[int]] = {}

    def encode(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of the pieces of words in lower case, the longest piece first."""
        return [number for word in words for number in self._encode_word(word)]

    def split_text(self, text: str) -> tuple[list[int], list[Span]]:
        """Return the numbers of the pieces of a text, and for each the span of its word.

        Words and single signs are parted as BERT does before it looks for pieces.
        """
        found = [(number, m.span()) for m in _WORD.finditer(text) for number in self._encode_word(m.group().lower())]
        return [number for number, _ in found], [span for _, span in found]

    def _encode_word(self, word: str) -> list[int]:
        if word not in self._known:
            self._known[word] = self._split(_without_accents(word))
        return self._known[word]

    def _split(self, word: str) -> list[int]:
        pieces: list[int] = []
        start, prefix = 0, ""
        while start < len(word):
            end = min(len(word), start + _MAX_LETTERS)
            while end > start and prefix + word[start:end] not in self.numbers:
                end -= 1
            if end == start:
                return [self.numbers[UNKNOWN]]
            pieces.append(self.numbers[prefix + word[start:end]])
            start, prefix = end, _CONTINUED
        return pieces


def _without_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if unicodedata.category(letter) != "Mn")
