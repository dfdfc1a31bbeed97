"""The files of a trained network.

`CODE.onnx` runs on onnxruntime, `CODE.pieces.npz` has the embeddings of word pieces, `CODE.json` a description and the
hashes of the others.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from pipeline.core.errors import DataError
from pipeline.core.storage import tables
from pipeline.reader.word_pieces import WordPieces

# Probabilities are rounded, because their last digits depend on the machine.
DECIMALS = 3
_EIGHT_BITS = 127  # the largest number, each way


class NetworkFile:
    """Weights of a language in a folder; a damaged file, or one of another format than `version`, is a DataError.

    `description` is the content of `CODE.json`, and `key` says which weights these are; both are empty without weights.
    """

    def __init__(self, folder: Path, language: str, version: int) -> None:
        self._stem = folder / language
        path = self._path(".json")
        self.exists = path.exists()
        try:
            self.description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if self.exists else {}
        except (ValueError, RecursionError):
            self.description = {"format": "none, because the file is damaged"}
        if self.description.get("format", version) != version:
            why = f"they have format {self.description['format']}, and this version reads format {version}"
            where, fix = f"{path.parent.name}/{path.name}", "restore the file"
            raise DataError("these weights do not fit", where=where, why=why, fix=fix)
        self.key = "".join(digest[:8] for digest in self.description.get("sha256", {}).values())

    def read(self, suffix: str) -> bytes:
        """Return the content of a file, if it is the one that was written."""
        path = self._path(suffix)
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() != self.description["sha256"][suffix]:
            fix = "restore the file from the version of Parley that is installed"
            raise DataError("these weights are damaged or missing", where=f"{path.parent.name}/{path.name}", fix=fix)
        return content

    def run(self, pieces: Sequence[int], **masks: np.ndarray) -> np.ndarray:
        """Return what the network gives for one text, by the numbers of its pieces and masks, shape (1, n).

        One text at a time: in a batch the last digits of a result would depend on the other texts.
        """
        numbers, scales = self._table
        embedded = (numbers[list(pieces)] * scales[list(pieces)]).astype(np.float32)
        output: np.ndarray = self._session.run(None, {"embedded": embedded[None], **masks})[0][0]
        return output

    @cached_property
    def pieces(self) -> WordPieces:
        """The word pieces that the network reads."""
        return WordPieces(self.description["pieces"])

    @cached_property
    def _table(self) -> tuple[np.ndarray, np.ndarray]:
        arrays = np.load(io.BytesIO(self.read(".pieces.npz")), allow_pickle=False)
        return arrays["numbers"], arrays["scales"]

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(self.read(".onnx"), options, providers=["CPUExecutionProvider"])

    def _path(self, suffix: str) -> Path:
        return self._stem.with_name(self._stem.name + suffix)


def probabilities(logits: np.ndarray, axis: int) -> np.ndarray:
    """Return the probabilities (softmax) along an axis of logits, rounded, in the same shape."""
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    shares: np.ndarray = np.round(powers / powers.sum(axis=axis, keepdims=True), DECIMALS)
    return shares


def round_pieces(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return embeddings in eight bits, shape (n_pieces, size), and the scale of each piece, shape (n_pieces, 1)."""
    scales = np.abs(table).max(axis=1, keepdims=True).clip(1e-9) / _EIGHT_BITS
    return np.rint(table / scales).astype(np.int8), scales.astype(np.float32)


def write_description(description: Mapping[str, Any], version: int, language: str, paths: Sequence[Path]) -> None:
    """Write the JSON file of weights beside them; `paths` are the files that it has the hashes of."""
    digests = {path.name.removeprefix(language): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    values = {"format": version, "language": language, "sha256": digests, **description}
    rows = [f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    tables.write_text(paths[0].with_name(f"{language}.json"), "{\n" + ",\n".join(rows) + "\n}\n")
