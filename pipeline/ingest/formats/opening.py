"""Opening input: gzipped or plain, bytes or text."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

CHUNK = 1 << 20
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# What bytes of Windows-1252 are in running text: letters, quotation marks, dashes, ellipsis, currency, degree, no-break
# space. Anything else among the bytes that are not UTF-8 speaks for a broken file.
_WINDOWS_TEXT = re.compile("[À-ÖØ-öø-ÿŠšŽžŒœŸ‘’‚“”„–—…•€£§°«»¿¡½¼¾\u00a0]*")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile("[^\x00-\x7f\udc80-\udcff]")


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading; one whose name ends in .gz is unpacked on the way."""
    if path.name.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def read_bytes(path: Path, limit: int) -> bytes | None:
    """All of a file, or None where it is longer than `limit` bytes."""
    with open_bytes(path) as file:
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def text_encoding(path: Path) -> str | None:
    """Encoding of a text file: UTF-8, UTF-16 where it begins with a mark, or Windows-1252 where that makes sense.

    A file with some bad bytes among good UTF-8 counts as UTF-8: only its bad rows are lost. None where it is no text.
    The file is read through once, a chunk at a time.
    """
    with open_bytes(path) as file:
        if file.read(2) in UTF16_MARKS:
            return "utf-16"
    good, escaped, controls = 0, set(), False
    for chunk in _chunks(path):
        good += len(_FOREIGN.findall(chunk))
        escaped |= set(_ESCAPED.findall(chunk))
        controls |= _CONTROLS.search(chunk) is not None
    if not escaped or good:
        return "utf-8-sig"
    windows = bytes(ord(c) - 0xDC00 for c in sorted(escaped)).decode("cp1252", "replace")
    return "cp1252" if _WINDOWS_TEXT.fullmatch(windows) and not controls else None


def open_text(path: Path, encoding: str) -> IO[str]:
    """Open as text; bytes that do not belong become lone surrogates, which `is_broken` finds."""
    return io.TextIOWrapper(open_bytes(path), encoding=encoding, errors="surrogateescape", newline="")


def is_broken(text: str) -> bool:
    """Whether a text read by `open_text` held bytes that are not of its encoding."""
    return _ESCAPED.search(text) is not None


def _chunks(path: Path) -> Iterator[str]:
    with open_text(path, "utf-8") as file:
        while chunk := file.read(CHUNK):
            yield chunk
