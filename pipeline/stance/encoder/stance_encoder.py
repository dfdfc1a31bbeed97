"""The trained encoder (MPNet, Song et al. 2020): logits of a quote, from weights that come with Parley."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.stance.classifier_input import ClassifierInput
from pipeline.stance.encoder.encoder_input import EncoderInput, InputWords, encode_quote
from pipeline.stance.encoder.word_pieces import WordPieces

WEIGHTS_FOLDER = Path(__file__).parent / "weights"
FORMAT = 2
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
        description: dict[str, Any] = {"targets": [], "labels": [], "sha256": {}}
        path = folder / f"{language}.json"
        if path.exists():
            description = json.loads(path.read_text(encoding="utf-8"))
        if description.get("format", FORMAT) != FORMAT:
            why = f"they have format {description['format']}, and this version reads format {FORMAT}"
            raise DataError("the encoder's weights do not fit", where=path.name, why=why, fix="restore the file")
        self.targets: list[str] = description["targets"]
        self.labels: list[str] = description["labels"]
        self.version: str = "".join(digest[:8] for digest in description["sha256"].values())
        self._description, self._folder = description, folder
        self._cached_logits = lru_cache(_CACHED_LOGITS)(self._item_logits)

    def logits(self, items: Iterable[ClassifierInput], target: str) -> np.ndarray:
        """Return the logits of a target's labels, shape (n, n_labels), columns in the order of `labels`."""
        number = self.targets.index(target)
        columns = slice(number * len(self.labels), (number + 1) * len(self.labels))
        rows = [self._cached_logits(item)[columns] for item in items]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.labels))

    def run(self, item: EncoderInput) -> np.ndarray:
        """Return the logits of all targets' labels by the weights themselves, shape (n_targets * n_labels,).

        One quote at a time: in a batch the last digits of a result would depend on the other quotes.
        """
        quote = np.zeros((1, len(item.pieces)), np.float32)
        quote[0, item.start : item.end] = 1
        pieces = np.array([item.pieces], np.int64)
        return np.round(self._session.run(None, {"pieces": pieces, "quote": quote})[0][0], DECIMALS)

    @cached_property
    def words(self) -> InputWords:
        """What turns text into the words that the weights know."""
        return input_words(self._description)

    @cached_property
    def out_of_fold(self) -> dict[int, np.ndarray]:
        """The logits of labelled quotes, by the key of their input, from models that were not trained on them."""
        arrays = np.load(io.BytesIO(self._read(".npz")), allow_pickle=False)
        return dict(zip(arrays["keys"].tolist(), arrays["logits"], strict=True))

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Weights of four bits become floating-point numbers at loading: products of small integers are rounded in
        # another way on each processor.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        return onnxruntime.InferenceSession(self._read(".onnx"), options, providers=["CPUExecutionProvider"])

    def _item_logits(self, item: ClassifierInput) -> np.ndarray:
        pieces = encode_quote(item, self.words)
        known = self.out_of_fold.get(input_key(pieces))
        return self.run(pieces) if known is None else known

    def _read(self, suffix: str) -> bytes:
        """Return the content of a file of weights, if it is the one that was written."""
        path = (self._folder / self._description["language"]).with_suffix(suffix)
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() != self._description["sha256"][suffix]:
            fix = "restore the file from the version of Parley that is installed"
            raise DataError("the encoder's weights are damaged or missing", where=path.name, fix=fix)
        return content


@cache
def load_encoder(language: str = "en") -> StanceEncoder:
    """Return the encoder of a language; each process loads it once."""
    return StanceEncoder(language)


def write_description(description: Mapping[str, Any], language: str, folder: Path) -> None:
    """Write the JSON file of weights that are in the folder."""
    names = {suffix: folder / f"{language}{suffix}" for suffix in (".onnx", ".npz")}
    digests = {suffix: hashlib.sha256(path.read_bytes()).hexdigest() for suffix, path in names.items()}
    values = {"format": FORMAT, "language": language, "sha256": digests, **description}
    rows = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    tables.write_text(folder / f"{language}.json", "{\n" + ",\n".join(rows) + "\n}\n")


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
