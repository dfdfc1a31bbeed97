"""The trained encoder: logits of the labels of a quote, from weights that come with Parley."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.encoder import encoder_weights
from pipeline.stance.encoder.encoder import compute_logits
from pipeline.stance.encoder.encoder_input import EncoderInput, InputWords, encode_quote
from pipeline.stance.encoder.word_pieces import WordPieces

# Logits are rounded, because their last digits depend on the machine.
DECIMALS = 2
_CACHED_LOGITS = 50_000
# The description of the encoder of a language that has none.
NO_ENCODER: dict[str, Any] = {
    "targets": [],
    "labels": [],
    "sha256": "",
    "pieces": [],
    "common_words": [],
    "uppercase_names": [],
    "name_placeholder": "",
}


class StanceEncoder:
    """A transformer that reads the quote in its paragraph, names masked, and gives logits for every target.

    A quote that the weights were trained on gets the logits of another model, which was trained on the other folds
    (cross-fitting, Chernozhukov et al. 2018): the encoder never scores what it was trained on.

    Parameters
    ----------
    language : str
        Code of the language.
    folder : Path
        Where the weights are.
    """

    def __init__(self, language: str = "en", folder: Path = encoder_weights.WEIGHTS_FOLDER) -> None:
        weights, description = encoder_weights.load(language, folder) or ({}, NO_ENCODER)
        self.targets: list[str] = description["targets"]
        self.labels: list[str] = description["labels"]
        self.version: str = description["sha256"][:16]
        self._weights = weights
        self._words = input_words(description)
        self._out_of_fold = dict(
            zip(weights.get("out_of_fold.keys", ()), weights.get("out_of_fold.logits", ()), strict=True)
        )
        self._cached_logits = lru_cache(_CACHED_LOGITS)(self._item_logits)

    def logits(self, items: Iterable[ClassifierInput], target: str) -> np.ndarray:
        """Return the logits of a target's labels, shape (n, n_labels), columns in the order of `labels`."""
        number = self.targets.index(target)
        columns = slice(number * len(self.labels), (number + 1) * len(self.labels))
        with threadpool_limits(limits=1):
            rows = [self._cached_logits(item)[columns] for item in items]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.labels))

    def _item_logits(self, item: ClassifierInput) -> np.ndarray:
        pieces = encode_quote(item, self._words)
        known = self._out_of_fold.get(input_key(pieces))
        return np.round(compute_logits(self._weights, pieces), DECIMALS) if known is None else known


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
    )


def input_key(item: EncoderInput) -> int:
    """Return a number by which an input is known: 64 bits of a hash."""
    content = np.array([item.start, item.end, *item.pieces], dtype="<i4").tobytes()
    return int.from_bytes(hashlib.sha256(content).digest()[:8], "little")
