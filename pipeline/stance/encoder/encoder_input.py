"""What the encoder reads of a quote: its paragraph with the names masked, the quote between two marks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipeline.reader.word_pieces import CLS, QUOTE_END, QUOTE_START, SEP, WordPieces
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK, mask_names

# Word pieces of paragraph and quote that are read.
MAX_PIECES, MAX_QUOTE_PIECES = 96, 64
# Words at each end of a quote by which one of several parts is found in its paragraph.
_END_WORDS = 3


@dataclass(frozen=True)
class EncoderInput:
    """Numbers of word pieces, and where among them the quote is (with its two marks)."""

    pieces: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class InputWords:
    """What turns text into the words that the encoder knows."""

    pieces: WordPieces
    common_words: Collection[str]
    uppercase_names: Collection[str]
    name_placeholder: str

    def encode(self, text: str) -> list[int]:
        """Return the numbers of the word pieces of a text, each name as the placeholder."""
        words = mask_names(text, self.common_words, self.uppercase_names)
        return self.pieces.encode(self.name_placeholder if word == MASK else word for word in words)


def encode_quote(item: ClassifierInput, words: InputWords) -> EncoderInput:
    """Return the input for a quote: as much of its paragraph as fits, before and after it."""
    before, text, after = split_paragraph(item)
    if item.cue and item.cue not in item.context:
        before = f"{before} {words.name_placeholder} {item.cue}:"
    quote = words.encode(text)[:MAX_QUOTE_PIECES]
    head, tail = words.encode(before), words.encode(after)
    room = MAX_PIECES - 4 - len(quote)
    kept_head = min(len(head), max(room // 2, room - len(tail)))
    head, tail = head[len(head) - kept_head :], tail[: room - kept_head]
    cls, sep, start, end = (words.pieces.numbers[piece] for piece in (CLS, SEP, QUOTE_START, QUOTE_END))
    pieces = [cls, *head, start, *quote, end, *tail, sep]
    return EncoderInput(tuple(pieces), 1 + len(head), 3 + len(head) + len(quote))


def split_paragraph(item: ClassifierInput) -> tuple[str, str, str]:
    """Split a paragraph into what stands before the quote, the quote, and what follows.

    A quote of several parts reaches from the first to the last; one that the paragraph does not hold stands after it.
    """
    text = item.text.strip()
    words = text.split()
    start = item.context.find(text) if text else -1
    end = start + len(text)
    if start < 0 and len(words) > _END_WORDS:
        start = item.context.find(" ".join(words[:_END_WORDS]))
        last = " ".join(words[-_END_WORDS:])
        end = item.context.find(last, max(start, 0)) + len(last)
        if start >= 0 and end < start + len(last):
            start = -1
    if start < 0:
        return item.context, text, ""
    return item.context[:start], item.context[start:end], item.context[end:]
