"""Checksums of a whole Parquet file: those of Parquet itself cover the values, not the notes that say how to read them.

Readers find the notes from the end of the file, so that bytes before them are read by nobody: the checksums are there.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

_MARK = b"parley checksums"
_DIGEST_BYTES = 16
_ADDED_BYTES = len(_MARK) + 2 * _DIGEST_BYTES
_END_BYTES = 8  # length of the notes, and the letters PAR1
_DAMAGED = "its checksum differs"


def add_checksums(data: bytes) -> bytes:
    """Return the bytes of a Parquet file with a checksum of its values and one of its notes."""
    start = len(data) - _notes_length(data[-_END_BYTES:]) - _END_BYTES
    values, notes = data[:start], data[start:]
    of_values = _digest(values)
    return values + _MARK + of_values + _digest(of_values + notes) + notes


def check_notes(path: Path) -> None:
    """Raise ValueError where a file has checksums and that of its notes differs."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END_BYTES))
        file.seek(max(0, size - _END_BYTES - _notes_length(file.read()) - _ADDED_BYTES))
        _check_notes(file.read())


def check_all(data: bytes) -> bool:
    """Return whether a file has checksums; raise ValueError where one of them differs."""
    start = max(0, len(data) - _END_BYTES - _notes_length(data[-_END_BYTES:]) - _ADDED_BYTES)
    of_values = _check_notes(data[start:])
    if of_values is None:
        if _MARK in data:
            raise ValueError(_DAMAGED)
        return False
    if of_values != _digest(data[:start]):
        raise ValueError(_DAMAGED)
    return True


def _check_notes(end: bytes) -> bytes | None:
    """Return the checksum of the values, or None where the end of a file has no checksums."""
    if not end.startswith(_MARK):
        return None
    of_values = end[len(_MARK) : len(_MARK) + _DIGEST_BYTES]
    if end[len(_MARK) + _DIGEST_BYTES : _ADDED_BYTES] != _digest(of_values + end[_ADDED_BYTES:]):
        raise ValueError(_DAMAGED)
    return of_values


def _notes_length(end: bytes) -> int:
    return int.from_bytes(end[:4], "little")


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
