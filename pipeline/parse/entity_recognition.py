"""Names (spaCy's `ner`) in the paragraphs that may name a speaker, those of several articles at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import DEP, IS_QUOTE, LOWER, NORM, ORTH, SENT_START, SPACY
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span

from pipeline.core.spacy_documents import line_break_tokens

# A paragraph with a quotation mark, a clause that is the object of a verb, or "according" may name a speaker.
# Read off the parse, not off the cue list: a changed cue list must not ask for another parse.
REPORTED_CLAUSES = ("ccomp", "parataxis")
BATCH_PARAGRAPHS = 256  # paragraphs; more are no faster
Line = tuple[int, int]


def add_entities(docs: Sequence[Doc], ner: Any, beside: Iterable[str]) -> None:
    """Set the entities of paragraphs that may name a speaker; `beside` has words that tell so."""
    words = [get_string_id(word) for word in beside]
    chosen = [_lines_with_speakers(doc, words) for doc in docs]
    pieces = [piece for doc, places in zip(docs, chosen, strict=True) for piece in _lines_as_docs(doc, places)]
    parsed = iter(list(ner.pipe(pieces, batch_size=BATCH_PARAGRAPHS)))
    for doc, places in zip(docs, chosen, strict=True):
        found = []
        for start, _ in places:
            found += [Span(doc, start + e.start, start + e.end, label=e.label) for e in next(parsed).ents]
        if places:
            doc.set_ents(found)


def split_lines(doc: Doc) -> list[Line]:
    """Token ranges (end excluded) of lines, the line breaks left out."""
    breaks = line_break_tokens(doc)
    starts, ends = [0, *(i + 1 for i in breaks)], [*breaks, len(doc)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _lines_with_speakers(doc: Doc, words: list[int]) -> list[Line]:
    """Lines with a token that tells of one."""
    if not len(doc):
        return []
    table: Any = doc.to_array([IS_QUOTE, DEP, LOWER])
    quote, dep, low = table.reshape(len(doc), 3).T
    telling = (
        (quote > 0) | np.isin(dep, _id_array(map(get_string_id, REPORTED_CLAUSES))) | np.isin(low, _id_array(words))
    )
    count = np.concatenate([[0], np.cumsum(telling)]).tolist()
    return [(start, end) for start, end in split_lines(doc) if count[end] > count[start]]


def _id_array(ids: Iterable[int]) -> NDArray[np.uint64]:
    return np.array(list(ids), dtype=np.uint64)


def _lines_as_docs(doc: Doc, places: list[Line]) -> Iterable[Doc]:
    """Lines as documents, with all that `ner` reads: words, norms, starts of sentences (`Span.as_doc` copies more)."""
    if not places:
        return
    table: Any = doc.to_array([ORTH, SPACY, NORM, SENT_START]).reshape(len(doc), 4)
    for start, end in places:
        rows = table[start:end]
        rows[0, 3] = 1
        piece = Doc(doc.vocab, words=rows[:, 0].tolist(), spaces=rows[:, 1].tolist())
        piece.from_array([NORM, SENT_START], rows[:, 2:])
        yield piece
