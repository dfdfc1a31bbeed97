"""Hashes of the contents of files, remembered while size, times and inode of a file stay the same."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from errno import EINVAL
from pathlib import Path

from pipeline.core.storage.result_store import ResultStore

# A file that changed less than this before it was hashed may change again within one tick of the clock of its file
# system, two seconds on some: its hash is not remembered.
SETTLED_NANOSECONDS = 3_000_000_000
_CHUNK_BYTES = 1 << 20
# All hashes are one result, because some 40,000 files are asked for in each run.
_NAME, _KEY = "hashes", "size, times, inode"


class ContentHashes:
    """SHA-256 of files by path.

    Parameters
    ----------
    root : path
        The project's folder, where `save` keeps them for later runs.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        with ResultStore(root, "inputs") as store:
            known = not store.missing({_NAME: _KEY})
            self._stored: dict[str, list[int | str]] = json.loads(store.value(_NAME)) if known else {}
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
            with ResultStore(self._root, "inputs") as store:
                store.add([(_NAME, _KEY, json.dumps(self._used).encode("ascii"))])

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
