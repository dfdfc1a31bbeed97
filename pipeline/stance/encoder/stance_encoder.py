"""The trained encoder (MPNet, Song et al. 2020): what it reads of a quote, and its logits from weights of Parley.

It reads speaker and cue, then the paragraph with the quote between two marks. Names are masked, those of the speaker by
a word of their own: the encoder can tell whose position a quote of a few words is ("Kestria rejected the truce that
Tolvar offered"), and cannot learn who usually says what.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.reader.network_file import NetworkFile
from pipeline.reader.word_pieces import CLS, QUOTE_END, QUOTE_START, SEP, WordPieces
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.name_masking import MASK, mask_names

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 4
# Word pieces of everything, of the quote, and of speaker and cue.
MAX_PIECES, MAX_QUOTE_PIECES, MAX_SPEAKER_PIECES = 112, 64, 16
# Words at each end of a quote by which one of several parts is found in its paragraph.
_END_WORDS = 3
# Logits are rounded, because their last digits depend on the machine.
DECIMALS = 2
_CACHED_LOGITS = 50_000


@dataclass(frozen=True)
class EncoderInput:
    """Numbers of word pieces, and where among them the quote is (with its two marks)."""

    pieces: tuple[int, ...]
    start: int
    end: int

    @property
    def key(self) -> int:
        """A number by which the input is known: 64 bits of a hash."""
        content = np.array([self.start, self.end, *self.pieces], dtype="<i4").tobytes()
        return int.from_bytes(hashlib.sha256(content).digest()[:8], "little")


class InputWords:
    """The words that the weights know, from their description (`CODE.json`)."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self.pieces = WordPieces(description["pieces"])
        self.common_words = frozenset(description["common_words"])
        self.uppercase_names = frozenset(description["uppercase_names"])
        self.someone = description["name_placeholder"]
        self.speaker = description["speaker_placeholder"]

    def encode(self, text: str, speaker: str) -> list[int]:
        """Return the numbers of the word pieces of a text, each name as a placeholder."""
        own = {word.lower() for word in re.findall(r"\w\w+", speaker) if word[0].isupper()} - self.common_words
        words, spans = mask_names(text, self.common_words, self.uppercase_names)
        for number, (start, end) in enumerate(spans):
            if words[number] == MASK:
                other = own.isdisjoint(text[start:end].lower().split())
                words[number] = self.someone if other else self.speaker
        return self.pieces.encode(words)

    def encode_quote(self, item: ClassifierInput) -> EncoderInput:
        """Return the input for a quote: speaker and cue, and as much of its paragraph as fits, before and after it."""
        before, quote, after = (self.encode(text, item.speaker) for text in split_paragraph(item))
        said = self.encode(item.speaker or self.someone, item.speaker)
        if item.cue:
            said = [*said[: MAX_SPEAKER_PIECES // 2], *self.encode(f"{item.cue}:", item.speaker)]
        said, quote = said[:MAX_SPEAKER_PIECES], quote[:MAX_QUOTE_PIECES]
        room = MAX_PIECES - 4 - len(said) - len(quote)
        kept = min(len(before), max(room // 2, room - len(after)))
        before, after = [*said, *before[len(before) - kept :]], after[: room - kept]
        cls, sep, start, end = (self.pieces.numbers[piece] for piece in (CLS, SEP, QUOTE_START, QUOTE_END))
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
        first, last = " ".join(words[:_END_WORDS]), " ".join(words[-_END_WORDS:])
        start = item.context.find(first)
        end = item.context.find(last, max(start, 0)) + len(last)
        start = start if end >= len(last) else -1
    if start < 0:
        return item.context, text, ""
    return item.context[:start], item.context[start:end], item.context[end:]


class StanceEncoder:
    """A transformer that reads the quote in its paragraph, names masked, and gives logits for every target.

    A quote that the weights were trained on gets the logits of another model, which was trained on the other folds
    (cross-fitting, Chernozhukov et al. 2018): the encoder never scores what it was trained on.

    The `folder` has the weights of a language, `CODE.onnx`; `CODE.npz` with keys of labelled inputs and their logits
    out of fold; and `CODE.json` with the SHA-256 of both and all words. A language without weights has an encoder
    without targets. A damaged file, or one of another version, is a DataError.
    """

    def __init__(self, language: str = "en", folder: Path = WEIGHTS_FOLDER) -> None:
        self._file = NetworkFile(folder, language, FORMAT)
        self.targets: list[str] = self._file.description.get("targets", [])
        self.labels: list[str] = self._file.description.get("labels", [])
        self.version = self._file.key
        self._cached_logits = lru_cache(_CACHED_LOGITS)(self._item_logits)

    def logits(self, items: Iterable[ClassifierInput], target: str) -> np.ndarray:
        """Return the logits of a target's labels, shape (n, n_labels), columns in the order of `labels`."""
        number = self.targets.index(target)
        columns = slice(number * len(self.labels), (number + 1) * len(self.labels))
        rows = [self._cached_logits(item)[columns] for item in items]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.labels))

    def run(self, item: EncoderInput) -> np.ndarray:
        """Return the logits of all targets' labels by the weights themselves, shape (n_targets * n_labels,)."""
        quote = np.zeros((1, len(item.pieces)), np.float32)
        quote[0, item.start : item.end] = 1
        return np.round(self._file.run(item.pieces, quote=quote), DECIMALS)

    @cached_property
    def words(self) -> InputWords:
        """What turns text into the words that the weights know."""
        return InputWords(self._file.description)

    @cached_property
    def out_of_fold(self) -> dict[int, np.ndarray]:
        """The logits of labelled quotes, by the key of their input, from models that were not trained on them."""
        arrays = np.load(io.BytesIO(self._file.read(".npz")), allow_pickle=False)
        return dict(zip(arrays["keys"].tolist(), arrays["logits"], strict=True))

    def _item_logits(self, item: ClassifierInput) -> np.ndarray:
        pieces = self.words.encode_quote(item)
        known = self.out_of_fold.get(pieces.key)
        return self.run(pieces) if known is None else known


@cache
def load_encoder(language: str = "en") -> StanceEncoder:
    """Return the encoder of a language; each process loads it once."""
    return StanceEncoder(language)
