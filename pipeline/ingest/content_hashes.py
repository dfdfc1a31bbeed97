"""Hashes of the contents of files, remembered while size, times and inode of a file stay the same."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from errno import EINVAL
from pathlib import Path

from pipeline.core.storage.atomic_files import write_text

# A file that changed less than this before it was hashed may change again within one tick of the clock of its file
# system, two seconds on some: its hash is not remembered.
SETTLED_NANOSECONDS = 3_000_000_000
_CHUNK_BYTES = 1 << 20


class ContentHashes:
    """SHA-256 of files by path.

    Parameters
    ----------
    memory : path
        File in which `save` keeps them for later runs; a damaged one counts as empty. It differs between machines, and
        nothing depends on it but time.
    """

    def __init__(self, memory: Path) -> None:
        self._memory, self._stored = memory, _read_memory(memory)
        self._used: dict[str, list[int | str]] = {}

    def of(self, path: Path) -> tuple[int, str]:
        """Return the number of bytes of a file and their SHA-256 as hex digits.

        Raises
        ------
        OSError
            When it cannot be read, or is no file: a pipe put in its place is not waited for.
        """
        # The times of a file can be set, except that of the last change of its metadata.
        signature = _signature(path.stat())
        known = self._used.get(str(path)) or self._stored.get(str(path))
        if known and known[:-1] == signature:
            self._used[str(path)] = known
            return int(signature[0]), str(known[-1])
        return self._hash(path)

    def save(self) -> None:
        """Keep the hashes of the files that were asked for; all others are forgotten."""
        if self._used != self._stored:
            lines = [json.dumps([path, *entry]) for path, entry in sorted(self._used.items())]
            write_text(self._memory, "".join(line + "\n" for line in lines))

    def _hash(self, path: Path) -> tuple[int, str]:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb", buffering=0) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(EINVAL, "not a file", str(path))
            hasher, left = hashlib.sha256(), status.st_size
            # Not beyond the size, because a file that another program writes to could grow for ever.
            while left > 0 and (chunk := file.read(min(left, _CHUNK_BYTES))):
                hasher.update(chunk)
                left -= len(chunk)
        signature, digest = _signature(status), hasher.hexdigest()
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > SETTLED_NANOSECONDS:
            self._used[str(path)] = [*signature, digest]
        return status.st_size - left, digest


def _signature(status: os.stat_result) -> list[int | str]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def _read_memory(memory: Path) -> dict[str, list[int | str]]:
    try:
        rows = [json.loads(line) for line in memory.read_text(encoding="utf-8").splitlines()]
        return {path: [*map(int, numbers), str(digest)] for path, *numbers, digest in rows}
    except (OSError, ValueError, TypeError):
        return {}
