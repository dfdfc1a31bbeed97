"""Index of a document's tokens by offset and attribute; Python tokens are created only on access, as that is slow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, SENT_START
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token


class TokenIndex:
    """Tokens of a document by the offsets where they start, and the offsets where sentences start."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        table: Any = doc.to_array([IDX, SENT_START])
        offsets, opens = table.reshape(len(doc), 2).astype(np.int64).T
        self.starts = dict(zip(offsets.tolist(), range(len(doc)), strict=True))
        self.sentence_starts = [*offsets[:1].tolist(), *offsets[1:][opens[1:] == 1].tolist()]
        self._created: dict[int, Token] = {}

    def __contains__(self, offset: int) -> bool:
        return offset in self.starts

    def __getitem__(self, offset: int) -> Token:
        if offset not in self._created:
            self._created[offset] = self.doc[self.starts[offset]]
        return self._created[offset]

    def get(self, offset: int) -> Token | None:
        """Return the token that starts at an offset, None where none does."""
        return self[offset] if offset in self.starts else None

    def select(self, **values_by_attribute: Iterable[str]) -> list[Token]:
        """Return the tokens whose attributes (spaCy's `pos`, `dep`, `lower`, ...) have one of the values, in order."""
        selected = np.ones(len(self.doc), dtype=bool)
        for name, values in values_by_attribute.items():
            selected &= np.isin(self.doc.to_array(name.upper()), _string_ids(values))
        return [self.doc[i] for i in np.flatnonzero(selected).tolist()]


def _string_ids(values: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([get_string_id(value) for value in values], dtype=np.uint64)
