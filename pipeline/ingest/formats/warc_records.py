"""Split a WARC file into records; one with a false length does not spoil its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from pipeline.ingest.formats.file_opening import CHUNK_BYTES

MAX_HEADER_BYTES = 1 << 16
_RECORD_START = re.compile(rb"(?:\A|\n)(?=WARC/\d\.\d\d?\r?\n)")
_RECORD_START_BYTES = 16
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def split_records(file: IO[bytes], longest: int) -> Iterator[bytes | tuple[str, str]]:
    """Yield records with their headers, in order; a reason and detail for one without a true length or too long.

    A record ends where its length says, if the next one (or the end of the file) follows there. Otherwise its length is
    false, and reading goes on at the next line that begins a record.

    Parameters
    ----------
    file : binary file
        Uncompressed.
    longest : int
        Most bytes of one record; a longer one is skipped without being held in memory.
    """
    stream = _ByteStream(file)
    while stream.skip_to_record():
        header = _HEADER_END.search(stream.peek(MAX_HEADER_BYTES))
        length = _LENGTH.search(stream.peek(MAX_HEADER_BYTES)[: header.start()]) if header else None
        if header is None or length is None:
            stream.read(1)
            yield "bad_row", "a WARC header without an end or without the length of the record"
            continue
        size = header.end() + int(length.group(1))
        if int(length.group(1)) > longest:
            stream.read(header.end())
            yield "too_long", f"a record of {int(length.group(1))} bytes"
        elif stream.record_ends_at(size):
            yield stream.read(size)
        else:
            stream.read(header.end())
            yield "bad_row", f"the record says that it has {int(length.group(1))} bytes, which is false"


class _ByteStream:
    """The unread rest of a file, whose beginning can be looked at before it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._held, self._ended = file, b"", False

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, or fewer at the end of the file, without reading on."""
        while len(self._held) < size and not self._ended:
            data = self._file.read(max(CHUNK_BYTES, size - len(self._held)))
            self._ended = not data
            self._held += data
        return self._held[:size]

    def read(self, size: int) -> bytes:
        """Read `size` bytes and return them."""
        dropped, self._held = self._held[:size], self._held[size:]
        return dropped

    def skip_to_record(self) -> bool:
        """Read on to the next beginning of a record; return whether there is one."""
        while True:
            held = self.peek(CHUNK_BYTES)
            if start := _RECORD_START.search(held):
                self.read(start.end())
                return True
            if self._ended and len(self._held) <= len(held):
                return False
            self.read(max(1, len(held) - _RECORD_START_BYTES))

    def record_ends_at(self, size: int) -> bool:
        """Tell whether the first `size` bytes are followed by another record, or by nothing."""
        held = self.peek(size + _RECORD_START_BYTES)
        after = held[size:].lstrip(b"\r\n")
        return len(held) >= size and (not after or b"WARC/".startswith(after[:5]))
