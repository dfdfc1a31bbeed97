"""Reject articles whose text repeats that of an earlier one, exactly (duplicates) or nearly (near duplicates)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pipeline.ingest.raw_document import Reject
from pipeline.ingest.similar_texts import SimilarTexts
from pipeline.ingest.text_sketches import sketch_text

_FIRST_STAYS = ", which stays because it is read first; to keep this one instead, take that one out of the input"


class Deduplicator:
    """Rejects an article whose text repeats that of an earlier one.

    Parameters
    ----------
    threshold : float
        Jaccard index from which two texts are near duplicates; 1 rejects equal texts only.
    folder : path, optional
        Where to put a temporary file when there are many articles, by default where the system puts such files.
    """

    def __init__(self, threshold: float, folder: Path | None = None) -> None:
        self._places: dict[str, tuple[str, int | None]] = {}  # path and row by article
        self._articles: list[str] = []  # by number in `_similar`
        self._similar = SimilarTexts(threshold, folder) if threshold < 1 else None

    def add(
        self, article_id: str, text: str, raw_path: str, row: int | None, sketch: np.ndarray | None = None
    ) -> Reject | None:
        """Add an article and return None, or return the reject that names the earlier article it repeats.

        `sketch` is that of the text, where it was computed before.
        """
        if article_id in self._places:
            return Reject("duplicate", f"the same text as {self._describe(article_id)}{_FIRST_STAYS}", row)
        if self._similar is not None:
            hashes = sketch_text(text) if sketch is None else sketch
            if found := self._similar.find(hashes):
                number, share = found
                first = self._describe(self._articles[number])
                return Reject("near_duplicate", f"{share:.0%} the same as {first}{_FIRST_STAYS}", row)
            self._similar.add(hashes)
            self._articles.append(article_id)
        self._places[article_id] = (raw_path, row)
        return None

    def _describe(self, article_id: str) -> str:
        path, row = self._places[article_id]
        return f"article {article_id} ({path}{f', row {row}' if row else ''})"
