"""Tokens of a document made only when asked for: making Python tokens is what takes longest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IDX, SENT_START
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token


class Tokens:
    """Tokens by the characters where they start.

    Attributes
    ----------
    doc : spacy.tokens.Doc
    starts : dict of int to int
        Number of the token that starts at a character.
    sentence_starts : list of int
        First character of every sentence.
    """

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        table: Any = doc.to_array([IDX, SENT_START])
        offsets, opens = table.reshape(len(doc), 2).astype(np.int64).T
        self.starts = dict(zip(offsets.tolist(), range(len(doc)), strict=True))
        self.sentence_starts = [*offsets[:1].tolist(), *offsets[1:][opens[1:] == 1].tolist()]
        self._made: dict[int, Token] = {}

    def __contains__(self, offset: int) -> bool:
        return offset in self.starts

    def __getitem__(self, offset: int) -> Token:
        if offset not in self._made:
            self._made[offset] = self.doc[self.starts[offset]]
        return self._made[offset]

    def get(self, offset: int) -> Token | None:
        """The token that starts at a character, None where none does."""
        return self[offset] if offset in self.starts else None

    def where(self, **wanted: Iterable[str]) -> list[Token]:
        """Tokens whose attributes (`pos`, `dep`, `lower`, ... as spaCy names them) are among the wanted, in order."""
        kept = np.ones(len(self.doc), dtype=bool)
        for name, values in wanted.items():
            kept &= np.isin(self.doc.to_array(name.upper()), _keys(values))
        return [self.doc[i] for i in np.flatnonzero(kept).tolist()]


def _keys(values: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([get_string_id(value) for value in values], dtype=np.uint64)
