"""Marks by which articles of nearly the same text are found, kept from run to run."""

from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from pathlib import Path
from zlib import crc32

from pipeline.core import code_hash, paths
from pipeline.core.errors import DataError
from pipeline.core.schema import data_tables
from pipeline.core.storage import incremental, tables

# Two articles share a band of rows when about 0.55 of their five-word sequences are common (0.8: with probability
# 0.9996; 0.3: with 0.05). A chance collision only keeps two articles together that need not be.
BANDS, ROWS = 20, 5
SHINGLE = 5  # words
_HASH = 8  # bytes
_WORD = re.compile(r"\w+")


def bands(text: str) -> bytes:
    """Bands of a text, one after the other (MinHash with bands; Broder 1997)."""
    # Imported here, for it loads SciPy and most runs see few new texts.
    from datasketch import MinHash

    words = _WORD.findall(text.casefold())
    shingles = (" ".join(words[i : i + SHINGLE]) for i in range(max(1, len(words) - SHINGLE + 1)))
    signature = MinHash(BANDS * ROWS, seed=1, hashfunc=crc32)
    signature.update_batch([shingle.encode("utf-8", "replace") for shingle in shingles])
    rows = signature.digest().reshape(BANDS, ROWS)
    return b"".join(hashlib.blake2b(row.tobytes(), digest_size=_HASH).digest() for row in rows)


def marks(found: bytes) -> list[bytes]:
    """The bands, each with its number: two texts that are nearly the same are likely to share one."""
    return [bytes([number]) + found[number * _HASH : (number + 1) * _HASH] for number in range(BANDS)]


class Kept:
    """Bands of articles, computed for those alone that were not there in the last run.

    Memory is about half a kB an article.

    Parameters
    ----------
    root : path
        The project's folder.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / paths.PUBLISHING / "bands"
        self._made_by = incremental.content_key(code_hash.digest(__name__), version("datasketch"), version("numpy"))
        self._old = self._read()
        self._all: dict[str, bytes] = {}

    def __call__(self, article_id: str, text: str) -> bytes:
        """Bands of an article; its text is in its id."""
        found = self._old.get(article_id) or bands(text)
        self._all[article_id] = found
        return found

    def save(self) -> None:
        """Keep what was asked for, and no more."""
        if self._all != self._old:
            rows = ({"article_id": i, "made_by": self._made_by, "bands": self._all[i]} for i in sorted(self._all))
            tables.write(data_tables.BANDS, rows, self._folder)

    def _read(self) -> dict[str, bytes]:
        try:
            rows = tables.iterate_rows(self._folder)
            return {row["article_id"]: row["bands"] for row in rows if row["made_by"] == self._made_by}
        except (DataError, KeyError):  # none yet, or damaged: made anew
            return {}
