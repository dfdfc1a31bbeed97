"""The trained encoder (MPNet, Song et al. 2020): logits of a quote, from weights that come with Parley."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.reader.network_file import NetworkFile
from pipeline.reader.word_pieces import WordPieces
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.encoder.encoder_input import EncoderInput, InputWords, encode_quote

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 4
# Logits are rounded, because their last digits depend on the machine.
DECIMALS = 2
_CACHED_LOGITS = 50_000


class StanceEncoder:
    """A transformer that reads the quote in its paragraph, names masked, and gives logits for every target.

    A quote that the weights were trained on gets the logits of another model, which was trained on the other folds
    (cross-fitting, Chernozhukov et al. 2018): the encoder never scores what it was trained on.

    Parameters
    ----------
    language : str
        Code of the language. A language without weights has an encoder without targets.
    folder : Path
        Where the weights are: `CODE.onnx`; `CODE.npz` with keys of labelled inputs and their logits out of fold; and
        `CODE.json` with the SHA-256 of both and all words.

    Raises
    ------
    DataError
        When a file is damaged, or of another version.
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
        return input_words(self._file.description)

    @cached_property
    def out_of_fold(self) -> dict[int, np.ndarray]:
        """The logits of labelled quotes, by the key of their input, from models that were not trained on them."""
        arrays = np.load(io.BytesIO(self._file.read(".npz")), allow_pickle=False)
        return dict(zip(arrays["keys"].tolist(), arrays["logits"], strict=True))

    def _item_logits(self, item: ClassifierInput) -> np.ndarray:
        pieces = encode_quote(item, self.words)
        known = self.out_of_fold.get(input_key(pieces))
        return self.run(pieces) if known is None else known


@cache
def load_encoder(language: str = "en") -> StanceEncoder:
    """Return the encoder of a language; each process loads it once."""
    return StanceEncoder(language)


def input_words(description: Mapping[str, Any]) -> InputWords:
    """Return what turns text into the words that the weights know, from their description."""
    return InputWords(
        WordPieces(description["pieces"]),
        frozenset(description["common_words"]),
        frozenset(description["uppercase_names"]),
        description["name_placeholder"],
        description["speaker_placeholder"],
    )


def input_key(item: EncoderInput) -> int:
    """Return a number by which an input is known: 64 bits of a hash."""
    content = np.array([item.start, item.end, *item.pieces], dtype="<i4").tobytes()
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
