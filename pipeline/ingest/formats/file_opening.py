"""Opening input: gzipped or plain, bytes or text."""

from __future__ import annotations

import codecs
import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from pipeline.ingest.config import IngestConfig

CHUNK_BYTES = 1 << 20
# Whatever their ratio, files that unpack to less than this (bytes) do no harm.
ALWAYS_ALLOWED_BYTES = 100_000_000
UTF16_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What bytes of Windows-1252 are in running text: letters, quotation marks, dashes, ellipsis, currency, degree, no-break
# space. Anything else among the bytes that are not UTF-8 speaks for a broken file.
_WINDOWS_1252_TEXT = re.compile("[À-ÖØ-öø-ÿŠšŽžŒœŸ‘’‚“”„–—…•€£§°«»¿¡½¼¾\u00a0]*")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


class UnpackedSizeError(Exception):
    """A gzipped file holds far more than news can be packed to: a bomb, or no text."""


class _BoundedGzip(io.RawIOBase):
    """A gzipped file as bytes, as long as it stays within the ratio that the config allows."""

    def __init__(self, path: Path, ratio: int) -> None:
        self._file = gzip.GzipFile(path, "rb")
        self._most, self._taken = max(ALWAYS_ALLOWED_BYTES, ratio * path.stat().st_size), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read1(len(buffer))  # what there is, so that a file that breaks off keeps its beginning
        buffer[: len(data)] = data
        self._taken += len(data)
        if self._taken > self._most:
            raise UnpackedSizeError(f"more than {self._most} bytes")
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_bytes(path: Path, config: IngestConfig) -> IO[bytes]:
    """Open a file for reading; one whose name ends in .gz is unpacked on the way.

    Raises
    ------
    UnpacksTooFar
        While reading, when it unpacks to more than `max_unpacked_ratio` times its size.
    """
    if path.name.lower().endswith(".gz"):
        return cast(IO[bytes], io.BufferedReader(_BoundedGzip(path, config.max_unpacked_ratio)))
    return path.open("rb")


def read_bytes(path: Path, limit: int, config: IngestConfig) -> bytes | None:
    """All of a file, or None where it is longer than `limit` bytes."""
    with open_bytes(path, config) as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def detect_file_encoding(path: Path, config: IngestConfig) -> str | None:
    """Encoding of a text file: UTF-8, UTF-16 where it begins with a mark, or Windows-1252 where that makes sense.

    A file with some bad bytes among good UTF-8 counts as UTF-8: only its bad rows are lost. None where it is no text.
    The file is read through once, a chunk at a time.
    """
    with open_bytes(path, config) as file:
        return detect_encoding(file)


def detect_encoding(file: IO[bytes]) -> str | None:
    """The same of an open file, which is read to its end."""
    start = file.read(2)
    if start in UTF16_BYTE_ORDER_MARKS:
        return "utf-16"
    good, escaped, controls = 0, set(), False
    for chunk in _decoded_chunks(file, start):
        good += len(_NOT_ASCII.findall(chunk))
        escaped |= set(_UNDECODABLE.findall(chunk))
        controls |= _CONTROLS.search(chunk) is not None
    if not escaped or good:
        return "utf-8-sig"
    windows = bytes(ord(c) - 0xDC00 for c in sorted(escaped)).decode("cp1252", "replace")
    return "cp1252" if _WINDOWS_1252_TEXT.fullmatch(windows) and not controls else None


def open_text(path: Path, encoding: str, config: IngestConfig) -> IO[str]:
    """Open as text; bytes that do not belong become lone surrogates, which `is_broken` finds."""
    return io.TextIOWrapper(open_bytes(path, config), encoding=encoding, errors="surrogateescape", newline="")


def has_undecodable_bytes(text: str) -> bool:
    """Whether a text read by `open_text` held bytes that are not of its encoding."""
    return _UNDECODABLE.search(text) is not None


def _decoded_chunks(file: IO[bytes], start: bytes) -> Iterator[str]:
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    yield decode(start)
    while chunk := file.read(CHUNK_BYTES):
        yield decode(chunk)
    yield decode(b"", True)
