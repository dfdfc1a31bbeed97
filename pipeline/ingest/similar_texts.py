"""Find the earliest of many texts that has nearly the same five-word sequences as a new one.

Two sketches of which a share `threshold` is common differ in few hashes, so some of the few that are *listed* for one
are listed for the other, whichever order says what is listed first (prefix filtering: Chaudhuri, Ganti and Kaushik
2006; Bayardo, Ma and Srikant 2007). Only texts that share a listed hash are compared. Where many texts have most
hashes in common, as reports from one template have, the order is changed: the rarest come first, and few texts share
a listed hash. The work for a text is bounded: comparisons that it does not use are left to later ones.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np

from pipeline.ingest.postings import Postings
from pipeline.ingest.text_sketches import SKETCH_SIZE, jaccard_index

# A text that shares a listed hash with more texts than this is in a crowd: the order no longer fits.
CROWD = 50
# Comparisons that each text adds to what is left. A text may use all of it, and always `CROWD` of its own.
COMPARISONS = 10
# Texts that share a listed hash, counted once for each; of more, those that share the rarest hashes are looked at.
MOST_FOUND = 5000
# Above the error of computing with floating-point numbers, and below the difference of two numbers of hashes.
ROUNDING = 1e-6
# The order is changed when there are so many times as many texts as at the last change.
GROWTH = 1.5
# Texts in which hashes are counted, evenly spaced.
COUNTED_TEXTS = 2000
# Bytes of sketches that are held in memory; when there are more, they are in a file.
BYTES_IN_MEMORY = 64_000_000


class SimilarTexts:
    """Sketches of texts that are not similar to each other, and the search for one that is similar to a new text.

    Memory is about 8 bytes for each listed hash: 650 bytes for a text of 400 words where `threshold` is 0.8.

    Parameters
    ----------
    threshold : float
        Jaccard index from which two texts are similar, below 1.
    folder : path, optional
        Where to put the temporary file of the sketches, by default where the system puts such files.
    """

    def __init__(self, threshold: float, folder: Path | None = None) -> None:
        self.threshold = threshold
        self._sketches = _SketchFile(folder)
        self._postings = Postings()
        self._frequent = np.zeros(0, np.uint32)  # hashes that several texts have, sorted, and how many of those counted
        self._counts = np.zeros(1, np.int64)
        self._ordered = 0  # number of texts at the last change of the order
        self._spare = 0  # comparisons that earlier texts have not used

    def find(self, sketch: np.ndarray) -> tuple[int, float] | None:
        """Return the number of the earliest similar text and the Jaccard index; None where there is none."""
        self._spare += COMPARISONS
        found = self._candidates(sketch)
        if len(found) > CROWD and len(self._sketches) >= GROWTH * self._ordered:
            self._change_order()
            found = self._candidates(sketch)
        allowed = max(CROWD, self._spare)
        self._spare = max(0, self._spare - len(found))
        for number in np.sort(found[:allowed]).tolist():
            if (share := jaccard_index(sketch, self._sketches[number])) >= self.threshold:
                return number, share
        return None

    def add(self, sketch: np.ndarray) -> int:
        """Add a text that is not similar to an earlier one; return its number."""
        number = self._sketches.append(sketch)
        self._postings.add(self._listed(sketch), number)
        return number

    def _candidates(self, sketch: np.ndarray) -> np.ndarray:
        """Return the numbers of the texts that may be similar; those with most listed hashes in common come first."""
        found, left_out = self._postings.find(self._listed(sketch), MOST_FOUND)
        if not len(found):
            return found
        numbers, shared = np.unique(found, return_counts=True)
        possible = shared + left_out >= self._least_shared(len(sketch), self._sketches.sizes(numbers))
        numbers, shared = numbers[possible], shared[possible]
        return numbers[np.argsort(-shared, kind="stable")]

    def _least_shared(self, size: int, sizes: np.ndarray) -> np.ndarray:
        """Return how many listed hashes a text shares with similar texts of some sizes, at the least.

        Of two sets with `common` hashes in common, one lacks at most `size - common` hashes of the other. A sketch that
        does not have all hashes of its text may be compared in part only: then one shared hash is enough.
        """
        common = np.ceil(self.threshold / (1 + self.threshold) * (size + sizes) - ROUNDING)
        least = np.minimum(self._listed_number(size) - size, self._listed_number(sizes) - sizes) + common
        return np.where((size < SKETCH_SIZE) & (sizes < SKETCH_SIZE), np.maximum(least, 1), 1)

    def _listed_number(self, size: Any) -> Any:
        """Return how many hashes of a sketch (or of several) are listed: so many that a similar text has one."""
        return np.minimum(size, np.floor((1 - self.threshold) * size + ROUNDING) + 1)

    def _listed(self, sketch: np.ndarray) -> np.ndarray:
        """Return the rarest hashes of a sketch, sorted."""
        number = int(self._listed_number(len(sketch)))
        if not len(self._frequent):
            return sketch[:number]
        places = np.minimum(np.searchsorted(self._frequent, sketch), len(self._frequent) - 1)
        counts = np.where(self._frequent[places] == sketch, self._counts[places], 0)
        return np.sort(sketch[np.argsort(counts, kind="stable")[:number]])

    def _change_order(self) -> None:
        """Count the hashes of the texts, and list for each those that are now the rarest."""
        self._ordered = total = len(self._sketches)
        counted = np.unique(np.linspace(0, total - 1, min(total, COUNTED_TEXTS)).astype(int)).tolist()
        hashes, counts = np.unique(np.concatenate([self._sketches[n] for n in counted]), return_counts=True)
        self._frequent, self._counts = hashes[counts > 1], counts[counts > 1]
        self._postings = Postings()
        for number in range(total):
            self._postings.add(self._listed(self._sketches[number]), number)


class _SketchFile:
    """Sketches by number, in a file once they are many; the file has no name and goes with the process."""

    def __init__(self, folder: Path | None) -> None:
        self._file = SpooledTemporaryFile(BYTES_IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115
        self._ends = array("Q", [0])

    def sizes(self, numbers: np.ndarray) -> np.ndarray:
        """Return how many hashes some sketches have."""
        ends = np.frombuffer(self._ends, np.uint64)
        return ((ends[numbers + 1] - ends[numbers]) // 4).astype(np.int64)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> np.ndarray:
        self._file.seek(self._ends[number])
        return np.frombuffer(self._file.read(self._ends[number + 1] - self._ends[number]), "<u4")

    def append(self, sketch: np.ndarray) -> int:
        self._file.seek(self._ends[-1])
        self._file.write(sketch.astype("<u4").tobytes())
        self._ends.append(self._ends[-1] + 4 * len(sketch))
        return len(self) - 1
