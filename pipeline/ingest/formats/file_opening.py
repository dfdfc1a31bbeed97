"""Open input files, gzipped or not, as bytes or as text in the right encoding."""

import codecs
import gzip
import io
import re
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

from pipeline.ingest.config import IngestConfig
from pipeline.ingest.raw_document import RejectedError

CHUNK_BYTES = 1 << 20
# Files that unpack to fewer bytes than this do no harm, whatever their ratio.
ALWAYS_ALLOWED_BYTES = 100_000_000
# Far larger unpacked than news can be, a file is a zip bomb, or no text.
UNPACKED_FIX = "nothing more is read; raise `max_unpacked_ratio` if it is news"
UTF16_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Characters of Windows-1252 that occur in running text: letters, quotation marks, dashes, ellipsis, currency, degree,
# no-break space. Where the bytes that are not UTF-8 are anything else, the file is broken.
_WINDOWS_1252_TEXT = re.compile("[À-ÖØ-öø-ÿŠšŽžŒœŸ‘’‚“”„–—…•€£§°«»¿¡½¼¾\u00a0]*")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_UNDECODABLE = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


class _BoundedGzip(gzip.GzipFile):
    """Reads a gzipped file, and stops where it exceeds the ratio that the config allows."""

    def __init__(self, path: Path, ratio: int) -> None:
        super().__init__(path, "rb")
        self._max_bytes = max(ALWAYS_ALLOWED_BYTES, ratio * path.stat().st_size)

    def readinto(self, buffer: Any) -> int:
        size = self.readinto1(buffer)  # what is there, so that the beginning of a truncated file can be used
        if self.tell() > self._max_bytes:
            raise RejectedError("unpacks_too_far", f"more than {self._max_bytes} bytes; {UNPACKED_FIX}")
        return size


def open_bytes(path: Path, config: IngestConfig) -> IO[bytes]:
    """Open a file for reading bytes; one whose name ends in .gz is decompressed."""
    if path.name.lower().endswith(".gz"):
        return cast(IO[bytes], io.BufferedReader(_BoundedGzip(path, config.max_unpacked_ratio)))
    return path.open("rb")


def read_bytes(path: Path, limit: int, too_long: str, config: IngestConfig) -> bytes:
    """Read a whole file; raise a RejectedError with the words `too_long` where it has more than `limit` bytes."""
    with open_bytes(path, config) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise RejectedError("too_long", too_long)
    return data


def read_page(path: Path, kind: str, config: IngestConfig) -> bytes:
    """Read a whole page, feed or mail, as `read_bytes` does."""
    limit = config.max_page_bytes
    return read_bytes(path, limit, f"a {kind} of more than {limit} bytes (`max_page_bytes`)", config)


def detect_encoding(file: IO[bytes]) -> str | None:
    """Return the encoding of a text: UTF-8, UTF-16 with a byte order mark, Windows-1252, or None for no text.

    A file with some bad bytes among good UTF-8 counts as UTF-8: only its bad rows are lost. Windows-1252 is returned
    where its characters are those of running text. The file is read to its end, one chunk at a time.
    """
    start = file.read(2)
    if start in UTF16_BYTE_ORDER_MARKS:
        return "utf-16"
    decoded, undecodable, has_controls = 0, set(), False
    chunks = chain([start], iter(partial(file.read, CHUNK_BYTES), b""))
    for chunk in codecs.iterdecode(chunks, "utf-8", "surrogateescape"):
        decoded += len(_NOT_ASCII.findall(chunk))
        undecodable |= set(_UNDECODABLE.findall(chunk))
        has_controls |= _CONTROLS.search(chunk) is not None
    if not undecodable or decoded:
        return "utf-8-sig"
    # `surrogateescape` maps each byte that is not UTF-8 to U+DC00 plus the byte.
    windows = bytes(ord(c) - 0xDC00 for c in sorted(undecodable)).decode("cp1252", "replace")
    return "cp1252" if _WINDOWS_1252_TEXT.fullmatch(windows) and not has_controls else None


def open_text(path: Path, encoding: str, config: IngestConfig) -> IO[str]:
    """Open a file as text; undecodable bytes become lone surrogates, which `has_undecodable_bytes` finds."""
    return io.TextIOWrapper(open_bytes(path, config), encoding=encoding, errors="surrogateescape", newline="")


def has_undecodable_bytes(text: str) -> bool:
    """Tell whether a text read by `open_text` had bytes that its encoding does not know."""
    return _UNDECODABLE.search(text) is not None
