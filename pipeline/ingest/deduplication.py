"""Reject articles whose text repeats that of an earlier one, exactly (duplicates) or nearly (near duplicates).

Near duplicates of one outlet within a few days are versions of a story: all stay, and name the newest. So are texts of
one address that have half in common.

Texts are compared by their sketches (Broder 1997), and only those that have a *listed* hash in common. Of each text so
many are listed that a similar one lacks fewer than these (prefix filtering: Chaudhuri, Ganti and Kaushik 2006): those
for which the fewest other texts are listed, since many texts have most hashes in common where they are reports from one
template.
"""

import math
import os
import sqlite3
from datetime import UTC, datetime
from errno import ENOSPC
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir

import numpy as np

from pipeline.core.near_duplicates import extract_shingles
from pipeline.core.storage.tables import Row
from pipeline.ingest.dates import days_apart
from pipeline.ingest.raw_document import Reject

# The smallest hashes of an article: all of them up to this many shingles, above it an estimate within about 2 %.
SKETCH_SIZE = 1000
# Listed hashes in common with earlier texts that are counted, and texts that a new one is compared with, at the most.
MOST_FOUND, MOST_COMPARED = 50_000, 50
# The least Jaccard index of versions at one address.
AT_ADDRESS = 0.5
# The days of versions are at most so far from that of the first of the story that was read.
MAX_DAYS = 3
# Above the error of computing with floating-point numbers, and below the difference of two numbers of hashes.
ROUNDING = 1e-6
_FIRST_STAYS = ", which stays because it is read first; to keep this one instead, take that one out of the input"
Outlet = tuple[str | None, str | None]  # name of the source, and web domain
_TABLES = """PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000; BEGIN;
CREATE TABLE sketches (number INTEGER PRIMARY KEY, hashes BLOB);
CREATE TABLE listed (hash INTEGER, number INTEGER, PRIMARY KEY (hash, number)) WITHOUT ROWID;
CREATE TABLE addresses (address TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID;"""


def sketch_text(text: str, size: int = SKETCH_SIZE) -> np.ndarray:
    """Return the sketch of a text: the smallest hashes of its five-word sequences, sorted, uint32."""
    shingles = set(extract_shingles(text))
    hashes = b"".join(blake2b(shingle.encode("utf-8", "replace"), digest_size=4).digest() for shingle in shingles)
    return np.unique(np.frombuffer(hashes, dtype="<u4"))[:size]


def jaccard_index(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of common hashes among all of two sorted sketches, within the range that both cover."""
    common = len(np.intersect1d(first, second, assume_unique=True))
    end = min((sketch[-1] for sketch in (first, second) if len(sketch) >= SKETCH_SIZE), default=np.uint32(2**32 - 1))
    return common / max(1, sum(int(np.searchsorted(sketch, end, side="right")) for sketch in (first, second)) - common)


class Deduplicator:
    """Rejects an article whose text repeats that of an earlier one.

    Texts are near duplicates from a Jaccard index of `threshold`; 1 rejects equal texts only. Sketches that do not fit
    in 64 MB are in a file without a name in a folder, which goes with the process.
    """

    def __init__(self, threshold: float, folder: Path | None = None) -> None:
        self._threshold, self._folder = threshold, folder or gettempdir()
        self._places: dict[str, str] = {}  # in words, by article
        self._articles: list[tuple[str, Outlet]] = []  # by number of its sketch: the first of its story
        with NamedTemporaryFile(dir=folder) as file:
            self._texts = sqlite3.connect(file.name, isolation_level=None)
            self._texts.executescript(_TABLES)

    def add(self, article: Row, outlet: Outlet, raw_path: str, sketch: np.ndarray | None = None) -> Reject | None:
        """Add an article, of which `sketch` may be known; return None, or the reject that names the one it repeats.

        A near duplicate of the same outlet stays. Its `version_of` is the id of the first article of its story, and the
        words of the reject that it becomes if it is no version; none for a text of the same address, which stays.
        """
        article_id, row = article["article_id"], article["row"]
        if article_id in self._places:
            return Reject("duplicate", f"the same text as {self._places[article_id]}{_FIRST_STAYS}", row)
        if self._threshold < 1:
            hashes = sketch_text(article["text"]) if sketch is None else sketch
            first = article_id
            try:
                if found := self._find(hashes) or self._find_at(article.get("url"), outlet, hashes):
                    number, share = found
                    first, of = self._articles[number]
                    detail = f"{share:.0%} the same as {self._places[first]}{_FIRST_STAYS}"
                    if of != outlet:
                        return Reject("near_duplicate", detail, row)
                    article["version_of"] = [first, detail if share >= self._threshold else ""]
                self._add_sketch(hashes, article.get("url"))
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                    raise
                raise OSError(ENOSPC, f"{os.strerror(ENOSPC)} ({error})", str(self._folder)) from error
            self._articles.append((first, outlet))
        self._places[article_id] = f"article {article_id} ({raw_path}{f', row {row}' if row else ''})"
        return None

    def _find(self, sketch: np.ndarray) -> tuple[int, float] | None:
        """Return the number of the earliest similar text and the Jaccard index; None where there is none."""
        found = f"SELECT number FROM listed WHERE hash IN ({_sql(sketch)}) LIMIT {MOST_FOUND}"
        likely = f"SELECT number FROM ({found}) GROUP BY number ORDER BY count(*) DESC, number LIMIT {MOST_COMPARED}"
        query = f"SELECT number, hashes FROM ({likely}) JOIN sketches USING (number) ORDER BY number"
        for number, other in self._texts.execute(query):
            if (share := jaccard_index(sketch, np.frombuffer(other, "<u4"))) >= self._threshold:
                return number, share
        return None

    def _find_at(self, address: str | None, outlet: Outlet, sketch: np.ndarray) -> tuple[int, float] | None:
        """Return the number of the first text at an address and the Jaccard index; None for another outlet or story."""
        query = "SELECT number, hashes FROM addresses JOIN sketches USING (number) WHERE address = ?"
        for number, other in self._texts.execute(query, (address,)):
            share = jaccard_index(sketch, np.frombuffer(other, "<u4"))
            if share >= AT_ADDRESS and self._articles[number][1] == outlet:
                return number, share
        return None

    def _add_sketch(self, sketch: np.ndarray, address: str | None) -> None:
        query = f"SELECT hash, count(*) FROM listed WHERE hash IN ({_sql(sketch)}) GROUP BY hash"
        texts, number = dict(self._texts.execute(query).fetchall()), len(self._articles)
        size = int((1 - self._threshold) * len(sketch) + ROUNDING) + 1
        listed = sorted(sketch.tolist(), key=lambda value: texts.get(value, 0))[:size]
        self._texts.execute("INSERT INTO sketches VALUES (?, ?)", (number, sketch.astype("<u4").tobytes()))
        if address:
            self._texts.execute("INSERT OR IGNORE INTO addresses VALUES (?, ?)", (address, number))
        self._texts.executemany("INSERT INTO listed VALUES (?, ?)", [(value, number) for value in listed])


def _sql(sketch: np.ndarray) -> str:
    return ",".join(map(str, sketch.tolist()))


class Versions:
    """Learns which articles, of those that the deduplicator let by, are versions of a story, and names the newest."""

    def __init__(self) -> None:
        # Day of the first article of a story that was read, and the age of each version.
        self._stories: dict[str, tuple[str | None, dict[str, tuple[float, int]]]] = {}

    def learn(self, article: Row) -> None:
        """Take note that an article begins a story."""
        if version_of := article.get("version_of"):
            self._stories[version_of[0]] = None, {}

    def have(self, article: Row) -> bool:
        """Return whether an article may be a version of a story."""
        return _first(article) in self._stories

    def add(self, article: Row) -> None:
        """Take note of such an article with its date; one that is of other days than its story is no version."""
        (begun, versions), day = self._stories[_first(article)], article["published_at"]
        if not (begun and day and days_apart(begun, day) > MAX_DAYS):
            versions[article["article_id"]] = _age(article)
            self._stories[_first(article)] = begun or day, versions

    def complete(self, article: Row) -> Row | Reject:
        """Return an article with the id of the newest version, null if there is no other; a reject for no version."""
        _, versions = self._stories.get(_first(article), (None, {}))
        version_of = article.pop("version_of", None)
        if version_of and version_of[1] and article["article_id"] not in versions:
            return Reject("near_duplicate", version_of[1], article["row"])
        return article | {"newest_version": max(versions, key=versions.__getitem__) if len(versions) > 1 else None}


def _first(article: Row) -> str:
    """Return the article of its story that was read first."""
    return str((article.get("version_of") or [article["article_id"]])[0])


def _age(article: Row) -> tuple[float, int]:
    """Return what orders versions: their time (none is before all, a day is its start), then the length of the text."""
    if not article["published_at"]:
        return -math.inf, len(article["text"])
    moment = datetime.fromisoformat(f"{article['published_at']}T{article['published_time'] or '00:00:00'}")
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp(), len(article["text"])
