"""What the encoder reads of a quote: speaker and cue, then the paragraph with the quote between two marks.

Names are masked, those of the speaker by a word of their own: the encoder can tell whose position a quote of a few
words is ("Kestria rejected the truce that Tolvar offered"), and cannot learn who usually says what.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from pipeline.reader.word_pieces import CLS, QUOTE_END, QUOTE_START, SEP, WordPieces
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK, mask_with_spans

# Word pieces of everything, of the quote, and of speaker and cue.
MAX_PIECES, MAX_QUOTE_PIECES, MAX_SPEAKER_PIECES = 112, 64, 16
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
    speaker_placeholder: str

    def encode(self, text: str, speaker: str) -> list[int]:
        """Return the numbers of the word pieces of a text, each name as a placeholder."""
        own = {word.lower() for word in re.findall(r"\w\w+", speaker) if word[0].isupper()} - set(self.common_words)
        words = []
        for word, span in zip(*mask_with_spans(text, self.common_words, self.uppercase_names), strict=True):
            name = text[slice(*span)].lower().split() if word == MASK else ()
            words.append(
                word if not name else self.name_placeholder if own.isdisjoint(name) else self.speaker_placeholder
            )
        return self.pieces.encode(words)


def encode_quote(item: ClassifierInput, words: InputWords) -> EncoderInput:
    """Return the input for a quote: speaker and cue, and as much of its paragraph as fits, before and after it."""
    before, quote, after = (words.encode(text, item.speaker) for text in split_paragraph(item))
    who = words.encode(item.speaker or words.name_placeholder, item.speaker)
    said = [*who[: MAX_SPEAKER_PIECES // 2], *words.encode(f"{item.cue}:", item.speaker)] if item.cue else who
    said, quote = said[:MAX_SPEAKER_PIECES], quote[:MAX_QUOTE_PIECES]
    room = MAX_PIECES - 4 - len(said) - len(quote)
    kept = min(len(before), max(room // 2, room - len(after)))
    before, after = [*said, *before[len(before) - kept :]], after[: room - kept]
    cls, sep, start, end = (words.pieces.numbers[piece] for piece in (CLS, SEP, QUOTE_START, QUOTE_END))
    pieces = [cls, *before, start, *quote, end, *after, sep]
    return EncoderInput(tuple(pieces), 1 + len(before), 3 + len(before) + len(quote))


def split_paragraph(item: ClassifierInput) -> tuple[str, str, str]:
    """Split a paragraph into what stands before the quote, the quote, and what follows.

    A quote of several parts reaches from the first to the last; one that the paragraph does not hold stands after it.
    """
    text = item.text.strip()
    words = text.split()
    cue = item.context.find(item.cue) if item.cue else 0
    places = [match.start() for match in re.finditer(re.escape(text), item.context)] if text else []
    # A few words may stand there twice: the quote is beside its cue.
    start = min(places, key=lambda place: abs(place - cue), default=-1)
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
